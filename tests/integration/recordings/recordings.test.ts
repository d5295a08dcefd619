import { mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { CHAIN_START, chainLink } from '#lib/footage-chain.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../../server/db/database.ts';
import { RecordingsService } from '../../../server/features/recordings/service.ts';
import type { DiskTrouble } from '../../../streams/recorder/ports.ts';
import { Recorder } from '../../../streams/recorder/recorder.ts';
import { volumeFiles } from '../../../streams/recorder/volume-files.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { PaintedStream } from '../../helpers/painted-stream.ts';

const T0 = Date.parse('2026-03-09T02:00:00Z');
const camera = { id: 'c1', hallId: 'h1', enabled: true } as Camera;
let base: TestDatabase;
let folder: string;
let clock: ManualClock;
let stream: PaintedStream;
let room: ReturnType<typeof open>;

/** The service over a database and a folder, with a camera that a test plays. */
function open({ isAway = (): boolean => false } = {}) {
  const known = { camera, open: null as boolean | null, alerts: [] as Alert[], trouble: null as DiskTrouble | null };
  const cameras = { changed: new Emitter<Camera>(), removed: new Emitter<string>() };
  const alerts = { changed: new Emitter<Alert>() };
  const hours = { changed: new Emitter<string | null>() };
  const volume = { id: 'v1', path: folder };
  const db: Database = {
    query: (text, values) =>
      isAway() ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : base.db.query(text, values),
    transaction: (work) =>
      isAway() ? Promise.reject(new AppError('DATABASE_UNREACHABLE')) : base.db.transaction(work),
  };
  const recorder = new Recorder({
    clock,
    log: silentLogger,
    hubOf: () => (known.camera.enabled ? stream.hub : undefined),
    volumes: {
      choose: () => (known.trouble ? { ok: false, ...known.trouble } : { ok: true, volume }),
      failed: (_id, trouble) => void (known.trouble = trouble),
    },
    report: (report) => recordings.hear(report),
    segmentMs: 2000,
  });
  const recordings: RecordingsService = new RecordingsService({
    ...{ db, clock, log: silentLogger, problems: new ProblemBoard(clock), recorder, files: volumeFiles },
    cameras: { ...cameras, list: () => [known.camera], get: () => known.camera },
    alerts: { ...alerts, open: () => known.alerts },
    hours: { ...hours, isOpen: () => known.open, nextChange: () => null },
    volumes: { usable: () => [volume], stores: () => [] },
  });
  return { recorder, recordings, known, cameras, alerts, hours };
}

const states = () => room.recordings.states();

/** Everything that was told is in the database. */
async function written(): Promise<void> {
  await room.recordings.stop();
}

interface SegmentRow {
  started_at: string;
  ended_at: string;
  run_id: string;
  number: number;
  bytes: number;
  frames: number;
  sha256: Buffer;
  chain_no: number;
  chain: Buffer;
}

type Row = { from: number; until: number | null; cause: string | null };
const relative = (text: string | null) => (text === null ? null : Date.parse(text) - T0);
async function runs(): Promise<Row[]> {
  const rows = await base.db.query<{ started_at: string; ended_at: string; end_cause: string }>(
    'SELECT * FROM footage_run ORDER BY started_at',
  );
  return rows.map((row) => ({ from: relative(row.started_at)!, until: relative(row.ended_at), cause: row.end_cause }));
}
async function gaps(): Promise<Row[]> {
  const rows = await base.db.query<{ started_at: string; ended_at: string | null; cause: string }>(
    'SELECT * FROM footage_gap ORDER BY started_at',
  );
  return rows.map((row) => ({ from: relative(row.started_at)!, until: relative(row.ended_at), cause: row.cause }));
}

/** Runs and gaps cover all time from the first to the last, and no gap lies over a run. */
async function expectCovered(until = clock.now() - T0): Promise<void> {
  const spans = [...(await runs()), ...(await gaps())].sort((a, b) => a.from - b.from);
  let covered = spans[0]!.from;
  for (const span of spans) {
    expect(Math.abs(span.from - covered)).toBeLessThanOrEqual(1);
    covered = span.until ?? until;
  }
  expect(covered).toBeGreaterThanOrEqual(until - 1);
}

beforeAll(async () => {
  base = await openTestDatabase();
});
afterAll(() => base.close());

beforeEach(async () => {
  await base.db.query(
    'TRUNCATE footage_run, footage_segment, footage_chain, footage_gap, recording_plan, footage_usage, footage_doomed',
  );
  await base.db.query('ALTER TABLE recording_plan DROP CONSTRAINT IF EXISTS recording_plan_camera_id_fkey');
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-rows-'));
  clock = new ManualClock(T0);
  stream = new PaintedStream(clock, 'c1');
  room = open();
  await room.recordings.start();
});
afterEach(async () => {
  await room.recordings.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('what is recorded', () => {
  it('has a run and segments that are linked, each to the one before it', async () => {
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(9000);
    await expect.poll(states).toMatchObject([{ cameraId: 'c1', status: 'recording', cause: null }]);
    await written();
    expect(await runs()).toEqual([{ from: 100, until: 9100, cause: 'stopped' }]);
    const segments = await base.db.query<SegmentRow>('SELECT * FROM footage_segment ORDER BY chain_no');
    expect(segments.length).toBeGreaterThan(3);
    let link: Uint8Array = CHAIN_START;
    for (const [i, row] of segments.entries()) {
      const { number, bytes, frames, sha256 } = row;
      const times = { startedAt: Date.parse(row.started_at), endedAt: Date.parse(row.ended_at) };
      const facts = { number, ...times, bytes, frames, sha256 };
      link = chainLink(link, { cameraId: 'c1', role: 'main', run: row.run_id, ...facts });
      expect([row.chain_no, row.number]).toEqual([i + 1, i]);
      expect(row.chain).toEqual(link);
    }
    expect(segments.reduce((sum, { frames }) => sum + Number(frames), 0)).toBe(90);
    await expectCovered();
  });

  it('begins when later pictures say that it began, and the gap before it ends there', async () => {
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    stream.lateMs = 60;
    await stream.play(1000);
    stream.lateMs = 0;
    await stream.play(4000);
    await written();
    expect(await runs()).toEqual([{ from: 100, until: 5100, cause: 'stopped' }]);
    expect(await gaps()).toMatchObject([{ from: 0, until: 100, cause: 'camera-lost' }, { cause: 'server-stopped' }]);
    await expectCovered();
  });

  it('explains each loss: silence, a missing picture, another size, a camera switched off', async () => {
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(3000);
    await stream.lose(5000);
    // when the files of what was played are open, which a busy disk takes its time for
    await expect.poll(states).toMatchObject([{ status: 'failed', cause: 'camera-lost', code: 'CAMERA_SILENT' }]);
    await stream.play(3000);
    stream.resize(320, 180);
    await stream.play(3000);
    stream.breakOff();
    clock.advance(700);
    await stream.play(2000);
    room.known.camera = { ...camera, enabled: false };
    stream.hub.close('NOT_FOUND');
    room.cameras.changed.emit(room.known.camera);
    clock.advance(4000);
    await written();
    expect((await runs()).map(({ cause }) => cause)).toEqual(['lost', 'format-changed', 'lost', 'lost']);
    expect((await gaps()).map(({ cause, from, until }) => [cause, until && until - from])).toEqual([
      ['camera-lost', 5000],
      ['camera-lost', 700],
      // The last picture lasts its tenth of a second.
      ['camera-disabled', 3900],
      ['server-stopped', null],
    ]);
    await expectCovered();
  });

  it('follows its plan: opening hours, and alerts with what was before them', async () => {
    room.known.open = false;
    await room.recordings.setPlan('c1', { mode: 'opening-hours' });
    clock.advance(10_000);
    room.known.open = true;
    room.hours.changed.emit(null);
    await stream.play(3000);
    room.known.open = false;
    room.hours.changed.emit('h1');
    await stream.play(1000);
    await room.recordings.setPlan('c1', { mode: 'on-alert', preRollSec: 3, postRollSec: 2 });
    await stream.play(8000);
    const alertAt = clock.now() - T0;
    const alert = {
      id: 'a',
      kind: 'window-unattended',
      outcome: null,
      cameraId: null,
      cameraIds: ['c1'],
    } as unknown as Alert;
    room.known.alerts = [alert];
    room.alerts.changed.emit(alert);
    await stream.play(2000);
    room.known.alerts = [];
    room.alerts.changed.emit(alert);
    await stream.play(4000);
    await written();
    const [first, second] = await runs();
    expect(first).toMatchObject({ cause: 'stopped' });
    expect(alertAt - second!.from).toBeGreaterThanOrEqual(2900);
    expect(alertAt - second!.from).toBeLessThan(4100);
    expect(second!.until! - alertAt).toBeGreaterThanOrEqual(3900);
    expect(second!.until! - alertAt).toBeLessThan(4300);
    expect(new Set((await gaps()).map(({ cause }) => cause))).toEqual(
      new Set(['schedule', 'camera-lost', 'server-stopped']),
    );
    await expectCovered();
  });

  it('goes on while the database is away for five minutes, and is caught up', async () => {
    await room.recordings.stop();
    let away = false;
    room = open({ isAway: () => away });
    await room.recordings.start();
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(3000);
    away = true;
    await stream.play(150_000);
    await stream.lose(3000);
    await stream.play(150_000);
    await expect.poll(() => room.recordings.waitingRows).toBeGreaterThan(140);
    away = false;
    await stream.play(15_000);
    // The last file may be written after the last picture: its row is gathered as time goes on.
    await expect.poll(() => (clock.advance(100), room.recordings.waitingRows)).toBe(0);
    await written();
    expect(await runs()).toHaveLength(2);
    expect((await gaps()).map(({ cause }) => cause)).toEqual(['camera-lost', 'server-stopped']);
    const [{ frames } = { frames: 0 }] = await base.db.query<{ frames: number }>(
      'SELECT sum(frames)::int AS frames FROM footage_segment',
    );
    expect(frames).toBe(3185);
    await expectCovered();
  });

  it('says why there is no room, and goes on when there is', async () => {
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(3000);
    room.known.trouble = { cause: 'protected-full', code: 'VOLUME_PROTECTED_FULL' };
    await stream.play(5000);
    await expect.poll(states).toMatchObject([{ status: 'failed', cause: 'protected-full' }]);
    room.known.trouble = null;
    await stream.play(3000);
    await expect.poll(states).toMatchObject([{ status: 'recording', code: null }]);
    await written();
    expect((await gaps()).map(({ cause }) => cause)).toEqual(['protected-full', 'server-stopped']);
    await expectCovered();
  });

  it('loses no picture when the clock is set forward and back again', async () => {
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(3000);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 3600_000;
    await stream.play(3000);
    clock.now = now;
    await stream.play(3000);
    await written();
    // each goes on to the next key picture, as runs begin with one
    const told = (await runs()).map(({ from, until, cause }) => [Math.floor(from / 3600_000), until! - from, cause]);
    expect(told).toEqual([
      [0, 4000, 'clock'],
      [0, 2500, 'stopped'],
      [1, 3000, 'clock'],
    ]);
    const [{ frames } = { frames: 0 }] = await base.db.query<{ frames: number }>(
      'SELECT sum(frames)::int AS frames FROM footage_segment',
    );
    expect(frames).toBe(stream.taken.length);
  });

  it.each([
    ['back', -3600_000],
    ['forward', 3600_000],
  ])('begins anew when the clock is set %s', async (_, by) => {
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(3000);
    const now = clock.now.bind(clock);
    clock.now = () => now() + by;
    await stream.play(3000);
    await written();
    const ended = await runs();
    expect(ended.map(({ cause }) => cause).sort()).toEqual(['clock', 'stopped']);
    const set = (await gaps()).filter(({ cause }) => cause === 'clock-set');
    expect(set.map(({ from, until }) => Math.round((until! - from) / 60_000))).toEqual(by > 0 ? [60] : []);
  });
});

describe('files and rows', () => {
  /** What a killed server leaves: its rows as they were, and the file it was writing. */
  async function kill(): Promise<string> {
    await stream.play(300);
    // what a busy disk has not taken yet is no matter here
    await expect.poll(() => room.recorder.waiting()).toEqual([{ volumeId: 'v1', bytes: 0 }]);
    await expect.poll(() => room.recorder.openSegments()).toHaveLength(1);
    const segment = room.recorder.openSegments()[0]!;
    const bytes = (await stat(segment.path)).size;
    const before = await base.db.query('SELECT count(*) FROM footage_segment');
    expect(before).toHaveLength(1);
    const copy = path.join(folder, '..', `${path.basename(folder)}.part`);
    await writeFile(copy, await import('node:fs/promises').then(({ readFile }) => readFile(segment.path)));
    await room.recordings.stop();
    // What the orderly stop did is undone.
    await rm(segment.path.replace(/\.part$/, ''));
    await rename(copy, segment.path);
    await truncate(segment.path, bytes - 3);
    await base.db.query(`DELETE FROM footage_gap WHERE cause = 'server-stopped'`);
    await base.db.query(`DELETE FROM footage_segment WHERE run_id = $1 AND number = $2`, [segment.run, segment.number]);
    await base.db.query(`UPDATE footage_run SET end_cause = NULL, ended_at = to_timestamp($1 / 1000.0)`, [
      segment.startedAt,
    ]);
    return segment.path;
  }

  it('of a server that was killed: the file is cut to what is whole, and the rest is a gap', async () => {
    await stream.play(500);
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(5000);
    const part = await kill();
    const killedAt = clock.now() - T0;
    clock.advance(60_000);
    stream = new PaintedStream(clock, 'c1');
    room = open();
    await room.recordings.start();
    await expect(stat(part)).rejects.toThrow();
    await stream.play(3000);
    await written();
    const [crashed, next] = await runs();
    expect(crashed).toMatchObject({ cause: 'crash' });
    // A fragment and the picture that was to end it; the test cut off one more.
    expect(killedAt - crashed!.until!).toBeLessThan(1000);
    expect((await gaps())[0]).toEqual({ from: crashed!.until, until: next!.from, cause: 'server-stopped' });
    await expectCovered();
  });

  it('that are gone, of another size, without a row, or strange', async () => {
    await room.recordings.setPlan('c1', { mode: 'continuous' });
    await stream.play(12_000);
    await written();
    const rows = await base.db.query<{ started_at: string; run_id: string; number: number }>(
      'SELECT * FROM footage_segment ORDER BY number',
    );
    const files = (await volumeFiles.list({ id: 'v1', path: folder }, { cameraId: 'c1', role: 'main' }, 0)).files.sort(
      (a, b) => a.number - b.number,
    );
    const place = (i: number) => path.join(folder, files[i]!.relative);
    await rm(place(0));
    await truncate(place(1), 1000);
    await base.db.query('DELETE FROM footage_segment WHERE number = 2');
    await writeFile(path.join(path.dirname(place(3)), 'notes.txt'), 'mine');
    await mkdir(path.join(folder, 'lost+found'));
    stream = new PaintedStream(clock, 'c1');
    room = open();
    await room.recordings.start();
    // What is being written is left alone, from its first byte on.
    await stream.play(100);
    const answer = await room.recordings.reconcile(0);
    // What the start found, it does not find again; what is none of ours it reports each time.
    expect(answer).toMatchObject({
      missing: 0,
      damaged: 0,
      adopted: 0,
      unknown: [expect.stringContaining('notes.txt')],
    });
    await written();
    const states = await base.db.query<{ number: number; state: string }>(
      'SELECT number, state FROM footage_segment WHERE run_id = $1 ORDER BY number',
      [rows[0]!.run_id],
    );
    expect(states.slice(0, 3).map(({ state }) => state)).toEqual(['missing', 'damaged', 'ok']);
    expect(states).toHaveLength(rows.length);
    expect((await gaps()).map(({ cause }) => cause)).toEqual(expect.arrayContaining(['file-missing', 'file-damaged']));
    expect(await readdir(path.dirname(place(3)))).toContain('notes.txt');
  });
});
