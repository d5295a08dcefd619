import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeSegments } from '../../../server/features/storage/removal.ts';
import type { KeptSegment } from '../../../server/features/storage/retention.ts';
import { DAY, NOW, openStage, SEGMENT_MS, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

/** Runs and gaps of a stream as spans, a gap holding where it lies in a run; ascending. */
async function spans(cameraId: string) {
  const rows = await stage.db.query<{ from: string; until: string; what: string }>(
    `SELECT started_at AS from, ended_at AS until, 'footage' AS what FROM footage_run WHERE camera_id = $1
     UNION ALL SELECT started_at, ended_at, cause FROM footage_gap WHERE camera_id = $1 ORDER BY 1, 3 DESC`,
    [cameraId],
  );
  return rows.map(({ from, until, what }) => ({
    from: (Date.parse(from) - NOW) / SEGMENT_MS,
    until: (Date.parse(until) - NOW) / SEGMENT_MS,
    what,
  }));
}

const segmentsOf = (cameraId: string) =>
  stage.db
    .query<Omit<KeptSegment, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string }>(
      `SELECT camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number,
         volume_id AS "volumeId", bytes FROM footage_segment WHERE camera_id = $1 ORDER BY started_at`,
      [cameraId],
    )
    .then((rows) =>
      rows.map((row) => ({ ...row, startedAt: Date.parse(row.startedAt), endedAt: Date.parse(row.endedAt) })),
    );

describe('retention on a real disk', () => {
  it('fills the disk ten times over: nothing protected goes, the oldest goes first, the chain holds', async () => {
    const quota = 400_000;
    await stage.addVolume('disk', { quotaBytes: quota });
    await stage.addCamera('young', { minDays: 0 });
    await stage.addCamera('old', { minDays: 0 });
    await stage.addCamera('kept', { minDays: 30 });
    await stage.record({ cameraId: 'kept', volumeId: 'disk', from: NOW, count: 40 });
    await stage.record({ cameraId: 'old', volumeId: 'disk', from: NOW, count: 60 });
    const hold = await stage.hold('old', NOW + 20 * SEGMENT_MS, NOW + 30 * SEGMENT_MS);
    expect(hold.bytes).toBe(10_000);
    const isProtected = (path: string) => path.startsWith('kept/') || held.has(path);
    const held = new Set(
      (await stage.rows('disk'))
        .filter((path) => path.startsWith('old/'))
        .sort()
        .slice(20, 30),
    );

    let written = 100_000;
    let at = NOW + 60 * SEGMENT_MS;
    const runs = { old: await stage.record({ cameraId: 'old', volumeId: 'disk', from: at, count: 1 }), young: '' };
    let number = 1;
    while (written < 10 * quota) {
      await stage.record({
        cameraId: 'old',
        volumeId: 'disk',
        from: at + SEGMENT_MS,
        count: 50,
        run: runs.old,
        firstNumber: number,
      });
      runs.young = await stage.record({ cameraId: 'young', volumeId: 'disk', from: at, count: 50 });
      number += 50;
      at += 50 * SEGMENT_MS;
      written += 100_000;
      stage.clock.advance(50 * SEGMENT_MS);
      await stage.storage.round();
      expect((await stage.storage.overview()).volumes[0]!.usedBytes).toBeLessThanOrEqual(quota);
    }

    const [files, rows] = [await stage.files('disk'), await stage.rows('disk')];
    expect(files).toEqual(rows);
    expect(files.filter(isProtected)).toHaveLength(50);
    expect(files.length).toBeGreaterThan(350);
    // what is left of the others is the newest of both, without a hole between
    const rest = (await Promise.all(['old', 'young'].map(segmentsOf))).flat().filter(({ cameraId, startedAt }) => {
      return !(cameraId === 'old' && startedAt < NOW + 30 * SEGMENT_MS);
    });
    const oldest = ['old', 'young'].map((id) =>
      Math.min(...rest.filter((s) => s.cameraId === id).map((s) => s.startedAt)),
    );
    expect(Math.abs(oldest[0]! - oldest[1]!)).toBeLessThanOrEqual(SEGMENT_MS);
    for (const cameraId of ['old', 'young', 'kept']) {
      const [verdict] = await stage.storage.verify(cameraId, true);
      expect(verdict!.faults).toEqual([]);
    }
    expect((await stage.storage.verify('old', false))[0]!.removed).toBeGreaterThan(1500);
  }, 120_000);

  it('leaves runs, gaps and ranges that tell exactly what is gone', async () => {
    await stage.addVolume('disk');
    await stage.addCamera('cam', { minDays: 0, maxDays: 1 });
    const from = NOW - DAY - 20 * SEGMENT_MS;
    const at = (n: number) => (from - NOW) / SEGMENT_MS + n;
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from, count: 30 });
    await stage.hold('cam', from + 5 * SEGMENT_MS, from + 8 * SEGMENT_MS);
    await stage.storage.round();
    // 20 are older than a day; 5, 6 and 7 are held
    expect(await spans('cam')).toEqual([
      { from: at(0), until: at(5), what: 'removed' },
      { from: at(5), until: at(30), what: 'footage' },
      { from: at(8), until: at(20), what: 'removed' },
    ]);
    stage.clock.advance(5 * SEGMENT_MS);
    await stage.storage.round();
    expect((await spans('cam')).at(-1)).toEqual({ from: at(8), until: at(25), what: 'removed' });
    const ranges = 'SELECT from_no, to_no, cause FROM footage_removed ORDER BY 1';
    expect(await stage.db.query(ranges)).toEqual([
      { from_no: 1, to_no: 5, cause: 'max-age' },
      { from_no: 9, to_no: 25, cause: 'max-age' },
    ]);

    stage.clock.advance(5 * SEGMENT_MS);
    await stage.storage.round();
    expect(await spans('cam')).toEqual([
      { from: at(0), until: at(5), what: 'removed' },
      { from: at(5), until: at(8), what: 'footage' },
      { from: at(8), until: at(30), what: 'removed' },
    ]);
    const [hold] = await stage.storage.holds.list(null);
    await stage.storage.holds.lift(hold!.id, 'root');
    await stage.storage.round();
    expect(await spans('cam')).toEqual([{ from: at(0), until: at(30), what: 'removed' }]);
    expect(await stage.db.query(ranges)).toEqual([{ from_no: 1, to_no: 30, cause: 'max-age' }]);
    expect(await stage.files('disk')).toEqual([]);
    expect((await stage.storage.verify('cam', true))[0]).toMatchObject({ links: 30, removed: 30, faults: [] });
  });

  it('a hold that is placed while footage is removed wins: what it covers when it answers is there for good', async () => {
    await stage.addVolume('disk');
    await stage.addCamera('cam', { minDays: 0 });
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 400 });
    const all = await segmentsOf('cam');
    const batches = Array.from({ length: 40 }, (_, i) => all.slice(i * 10, i * 10 + 10));
    // removals of all of it run one behind the other; the hold comes somewhere between
    const removing = batches.reduce<Promise<unknown>>(
      (before, batch) => before.then(() => removeSegments(stage.db, batch, 'space', NOW)),
      Promise.resolve(),
    );
    const holding = stage.hold('cam', NOW - DAY, NOW).then(async () => segmentsOf('cam'));
    const [, atHold] = await Promise.all([removing, holding]);
    expect(await segmentsOf('cam')).toEqual(atHold);
    expect(atHold.length).toBeGreaterThan(0);
  });

  it('a removal waits for a hold that is being placed, and leaves what it covers', async () => {
    await stage.addVolume('disk');
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 10 });
    const all = await segmentsOf('cam');
    const [inserted, placed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = stage.db.transaction(async (inside) => {
      await inside.query(`SELECT pg_advisory_xact_lock(1212961348, hashtext('cam'))`);
      await inside.query(
        `INSERT INTO footage_hold (id, camera_id, from_at, until_at, subject, reason, placed_by, placed_at)
         VALUES ('x', 'cam', $1, $2, 'manual', 'x', 'root', now())`,
        [new Date(all[3]!.startedAt).toISOString(), new Date(all[6]!.endedAt).toISOString()],
      );
      inserted.resolve();
      await placed.promise;
    });
    await inserted.promise;
    const removing = removeSegments(stage.db, all, 'space', NOW);
    await expect
      .poll(
        async () => (await stage.db.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).length,
      )
      .toBe(1);
    placed.resolve();
    await holding;
    expect((await removing).map(({ number }) => number)).toEqual([0, 1, 2, 7, 8, 9]);
  });

  it('only protected footage left: nothing is deleted, nothing is chosen, and it is said aloud', async () => {
    await stage.addVolume('disk', { quotaBytes: 100_000 });
    await stage.addCamera('cam', { minDays: 30 });
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 101 });
    await stage.storage.round();
    expect(await stage.rows('disk')).toHaveLength(101);
    expect(stage.storage.choose({ cameraId: 'cam', role: 'main' })).toEqual({
      ok: false,
      cause: 'protected-full',
      code: 'VOLUME_PROTECTED_FULL',
    });
    expect(stage.problems.get('volume:disk')).toMatchObject({ code: 'VOLUME_PROTECTED_FULL' });
    expect((await stage.storage.overview()).volumes[0]).toMatchObject({
      status: 'protected-full',
      protectedBytes: 101_000,
    });

    await stage.storage.changeVolume('disk', { quotaBytes: 200_000 }, 'root');
    await stage.storage.round();
    expect(stage.storage.choose({ cameraId: 'cam', role: 'main' })).toMatchObject({ ok: true });
    expect(stage.problems.list()).toEqual([]);
  });

  it('a small volume that fills fast gets room in time, and is never called full', async () => {
    await stage.addVolume('disk', { quotaBytes: 100_000 });
    await stage.addCamera('cam', { minDays: 0 });
    const told: string[] = [];
    stage.problems.onChange((problems) => told.push(...problems.map(({ code }) => code)));
    // a fifth of it between one round and the next
    for (let round = 0; round < 24; round += 1) {
      stage.clock.advance(15_000);
      await stage.record({
        cameraId: 'cam',
        volumeId: 'disk',
        from: stage.clock.now() - 15_000,
        count: 1,
        bytes: 20_000,
      });
      await stage.storage.round();
      expect(stage.storage.choose({ cameraId: 'cam', role: 'main' })).toMatchObject({ ok: true });
    }
    expect(told).not.toContain('VOLUME_FULL');
    // what comes was foreseen: half of it is kept free
    expect((await stage.storage.overview()).volumes[0]).toMatchObject({ usedBytes: 40_000 });
  });

  it('unlinks after a kill what was removed before it, and never a file that a row speaks of', async () => {
    await stage.addVolume('disk');
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - DAY, count: 6 });
    const all = await segmentsOf('cam');
    // the transaction was committed, and then the process was killed
    await removeSegments(stage.db, all.slice(0, 3), 'space', NOW);
    await stage.db.query(
      `INSERT INTO footage_doomed SELECT volume_id, camera_id, role, started_at, run_id, number FROM footage_segment WHERE number = 4`,
    );
    expect(await stage.files('disk')).toHaveLength(6);
    await stage.restart();
    expect(await stage.files('disk')).toEqual(await stage.rows('disk'));
    expect(await stage.db.query('SELECT 1 FROM footage_doomed')).toEqual([]);
  });
});
