import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderPlace } from '../../../server/features/storage/folder-place.ts';
import { moveSegment, type MoveStep } from '../../../server/features/storage/mover.ts';
import type { KeptSegment } from '../../../server/features/storage/retention.ts';
import { DAY, NOW, openStage, SEGMENT_MS, type Stage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const volumeOf = async (id: string) => (await stage.storage.overview()).volumes.find((volume) => volume.id === id)!;
const placeOf = (id: string) => new FolderPlace(stage.storage.folders().get(id)!, '');
const chosen = () => stage.storage.choose({ cameraId: 'cam', role: 'main' });

describe('moving to the next tier', () => {
  it('older footage moves where there is room, held and young or not; only then the oldest of the last tier goes', async () => {
    await stage.addVolume('fast', { quotaBytes: 100_000 });
    await stage.addVolume('archive', { quotaBytes: 200_000, tier: 2 });
    await stage.addCamera('cam', { minDays: 0 });
    let number = 0;
    let run: string | undefined;
    for (let at = NOW - DAY; number < 500; number += 50, at += 50 * SEGMENT_MS) {
      run = await stage.record({
        ...{ cameraId: 'cam', volumeId: 'fast', from: at, count: 50, firstNumber: number },
        ...(run ? { run } : {}),
      });
      if (number === 0) await stage.hold('cam', NOW - DAY, NOW - DAY + 10 * SEGMENT_MS);
      await stage.storage.round();
    }
    for (const id of ['fast', 'archive']) expect(await stage.files(id)).toEqual(await stage.rows(id));
    const kept = await stage.db.query<{ number: number; volume_id: string }>(
      'SELECT number, volume_id FROM footage_segment ORDER BY number',
    );
    const archived = kept.filter(({ volume_id }) => volume_id === 'archive').map((row) => row.number);
    const fast = kept.filter(({ volume_id }) => volume_id === 'fast').map((row) => row.number);
    expect(archived.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // behind what is held, the newest footage lies in one row: first on the archive, then on the fast disk
    expect([...archived.slice(10), ...fast]).toEqual(
      Array.from({ length: kept.length - 10 }, (_, i) => 500 - (kept.length - 10) + i),
    );
    expect(kept.length).toBeGreaterThan(260);
    expect((await stage.storage.verify('cam', true))[0]!.faults).toEqual([]);
  }, 60_000);

  it.each(['doomed', 'copied', 'verified', 'renamed', 'switched'] satisfies MoveStep[])(
    'killed after "%s": one whole file that its row leads to, nothing left over, and the move can be done again',
    async (last) => {
      await stage.addVolume('fast');
      await stage.addVolume('archive', { tier: 2 });
      await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 1, bytes: 300_000 });
      const [row] = await stage.db.query<KeptSegment & { startedAt: unknown; endedAt: unknown }>(
        `SELECT camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number,
           volume_id AS "volumeId", bytes FROM footage_segment`,
      );
      const segment: KeptSegment = { ...row!, startedAt: NOW - DAY, endedAt: NOW - DAY + SEGMENT_MS };
      const { db, storage } = stage;
      const moving = {
        db,
        placeOf,
        isThere: (id: string) => storage.isThere(id),
      };
      const move = { segment, to: 'archive' };
      const killed = moveSegment(
        { ...moving, onStep: (step) => (step === last ? Promise.reject(new Error('killed')) : undefined) },
        move,
        new AbortController().signal,
      );
      await expect(killed).rejects.toThrow('killed');
      if (last === 'doomed') {
        // in the middle of the copy
        const partial = join(storage.folders().get('archive')!, 'cam/main/2026-03-08/02');
        await mkdir(partial, { recursive: true });
        await writeFile(join(partial, `${segment.startedAt}-${segment.run}-000000.mp4.copy`), 'half of it');
      }

      await stage.restart();
      await stage.storage.round();
      for (const id of ['fast', 'archive']) expect(await stage.files(id)).toEqual(await stage.rows(id));
      expect(await stage.files(last === 'switched' ? 'archive' : 'fast')).toHaveLength(1);
      expect(await db.query('SELECT 1 FROM footage_doomed')).toEqual([]);

      if (last !== 'switched') {
        const again = { ...moving, isThere: (id: string) => stage.storage.isThere(id) };
        expect(await moveSegment(again, move, new AbortController().signal)).toBe('moved');
        await stage.storage.round();
        expect(await stage.files('fast')).toEqual([]);
        expect(await stage.files('archive')).toEqual(await stage.rows('archive'));
      }
    },
  );

  it('does not spread what is damaged or gone: the row and a gap say so', async () => {
    await stage.addVolume('fast', { quotaBytes: 10_000 });
    await stage.addVolume('archive', { tier: 2 });
    await stage.addCamera('cam', { minDays: 30 });
    await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 12 });
    const [first, second] = (await stage.files('fast')).map((name) => join(stage.storage.folders().get('fast')!, name));
    await writeFile(first!, 'not what was recorded');
    await rm(second!);
    await stage.storage.round();
    const states = await stage.db.query('SELECT number, state, volume_id FROM footage_segment ORDER BY number LIMIT 3');
    expect(states).toEqual([
      { number: 0, state: 'damaged', volume_id: 'fast' },
      { number: 1, state: 'missing', volume_id: 'fast' },
      { number: 2, state: 'ok', volume_id: 'archive' },
    ]);
    const gaps = await stage.db.query('SELECT cause FROM footage_gap ORDER BY started_at');
    expect(gaps).toEqual([{ cause: 'file-damaged' }, { cause: 'file-missing' }]);
  });
});

describe('a disk that is not as it should be', () => {
  it('an empty mount point is not an empty volume', async () => {
    const { path } = await stage.addVolume('disk');
    await stage.addCamera('cam', { minDays: 0, maxDays: 1 });
    await stage.record({ cameraId: 'cam', volumeId: 'disk', from: NOW - 2 * DAY, count: 3 });
    await rename(path, `${path}-unmounted`);
    await mkdir(path);
    stage.clock.advance(5000);
    await expect.poll(() => stage.problems.get('volume:disk')?.code).toBe('VOLUME_AWAY');
    expect(chosen()).toEqual({ ok: false, cause: 'disk-failed', code: 'VOLUME_AWAY' });
    await stage.storage.round();
    expect(await stage.rows('disk')).toHaveLength(3);

    await rm(path, { recursive: true });
    await rename(`${path}-unmounted`, path);
    stage.clock.advance(5000);
    await expect.poll(() => stage.problems.list()).toEqual([]);
    await stage.storage.round();
    expect(await stage.files('disk')).toEqual([]);
  });

  it('says that another disk is mounted in its place', async () => {
    const { path } = await stage.addVolume('disk');
    await writeFile(join(path, '.hallwatch-volume'), 'another\n');
    stage.clock.advance(5000);
    await expect.poll(() => stage.problems.get('volume:disk')?.code).toBe('VOLUME_FOREIGN');
  });

  it.runIf(process.getuid?.() === 0)('a real disk: read-only, then full, then unmounted', async () => {
    const path = join(stage.folder, 'mount');
    await mkdir(path);
    const mount = (...args: string[]) => execFileSync('mount', args);
    mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path);
    try {
      await stage.storage.addVolume({ id: 'disk', path, quotaBytes: null }, 'root');
      await stage.addCamera('cam', { minDays: 30 });
      expect(chosen()).toMatchObject({ ok: true });

      mount('-o', 'remount,ro', path);
      stage.clock.advance(5000);
      await expect.poll(() => stage.problems.get('volume:disk')?.code).toBe('VOLUME_READ_ONLY');
      expect(chosen()).toEqual({ ok: false, cause: 'disk-failed', code: 'VOLUME_READ_ONLY' });
      mount('-o', 'remount,rw', path);
      stage.clock.advance(5000);
      await expect.poll(() => stage.problems.list()).toEqual([]);

      // somebody else fills the disk
      await writeFile(join(path, 'film'), Buffer.alloc(2 * 1024 * 1024)).catch(() => undefined);
      stage.storage.failed('disk', { cause: 'disk-full', code: 'VOLUME_FULL' }, 'ENOSPC');
      await expect.poll(() => stage.problems.get('volume:disk')?.code).toBe('VOLUME_FULL');
      expect(chosen()).toEqual({ ok: false, cause: 'disk-full', code: 'VOLUME_FULL' });
      await rm(join(path, 'film'));
      stage.clock.advance(5000);
      await expect.poll(() => stage.problems.list()).toEqual([]);
      expect((await volumeOf('disk')).status).toBe('ok');
    } finally {
      execFileSync('umount', [path]);
    }
    stage.clock.advance(5000);
    await expect.poll(() => stage.problems.get('volume:disk')?.code).toBe('VOLUME_AWAY');
  });
});
