import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { footagePath } from '#lib/footage-files.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { LockedVolumes } from '../../streams/recorder/locked-volumes.ts';
import { VolumeLock } from '../../streams/recorder/volume-lock.ts';
import { scanSegment } from '../../streams/recorder/segment-scan.ts';
import { PaintedStream } from '../helpers/painted-stream.ts';
import { openRecordingRoom, type RecordingRoom } from '../helpers/recording-room.ts';
import { open } from 'node:fs/promises';

const isRoot = process.getuid?.() === 0;
let folder: string;
let clock: ManualClock;
let stream: PaintedStream;
let room: RecordingRoom;

const mount = (...args: string[]) => spawnSync('mount', [...args, folder]).status === 0;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-disk-'));
  clock = new ManualClock(Date.parse('2026-03-09T02:00:00Z'));
  stream = new PaintedStream(clock, 'c1', 'sub');
});
afterEach(async () => {
  await room?.close();
  spawnSync('umount', ['-l', folder]);
  await rm(folder, { recursive: true, force: true });
});

const lastGap = () => room.reports.findLast((report) => report.type === 'gap-began');

/** What is on disk is what the segments say, picture for picture, and the gap begins where they end. */
async function expectTold(): Promise<void> {
  const segments = room.segments();
  for (const segment of segments) {
    const file = await open(path.join(folder, footagePath(segment)), 'r');
    expect(await scanSegment(file)).toMatchObject({ frames: segment.frames, wholeBytes: segment.bytes });
    await file.close();
  }
  expect(lastGap()).toMatchObject({ at: segments.at(-1)!.endedAt });
}

describe.runIf(isRoot)('a disk that fails', () => {
  it('by being full: what is whole stays, and the gap begins behind it', async (test) => {
    if (!mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs')) return test.skip('no mounts here');
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
    room.record('c1', 'sub');
    await stream.play(12_000, 30_000);
    await expect.poll(() => lastGap()).toMatchObject({ cause: 'disk-full', detail: 'VOLUME_FULL' });
    expect((await statfs(folder)).bavail).toBeLessThan(200);
    await expectTold();
  });

  it('by becoming read-only', async (test) => {
    if (!mount('-t', 'tmpfs', 'tmpfs')) return test.skip('no mounts here');
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
    room.record('c1', 'sub');
    await stream.play(3000);
    await expect.poll(() => room.segments()).toHaveLength(1);
    // Files that are open for writing hold the mount: it is the next file that fails.
    await room.recorder.stop();
    expect(mount('-o', 'remount,ro')).toBe(true);
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
    room.record('c1', 'sub');
    await stream.play(2000);
    await expect.poll(() => lastGap()).toMatchObject({ cause: 'disk-failed', detail: 'VOLUME_READ_ONLY' });
    expect(room.recorder.statuses()).toMatchObject([{ status: 'failed', code: 'VOLUME_READ_ONLY' }]);
  });
});

it('a volume that is gone is not made anew, and recording goes on when it is back', async () => {
  room = await openRecordingRoom({
    hubOf: () => stream.hub,
    clock,
    segmentMs: 2000,
    folder: path.join(folder, 'gone'),
  });
  room.record('c1', 'sub');
  await stream.play(2000);
  await expect.poll(() => lastGap()).toMatchObject({ cause: 'disk-failed', detail: 'VOLUME_AWAY' });
  await expect(stat(path.join(folder, 'gone'))).rejects.toThrow('ENOENT');
});

describe('two servers on one volume', () => {
  it('the second is refused, with the name of the first, until that is gone', async () => {
    const [first, second] = [0, 1].map(() => new VolumeLock({ folder, clock: systemClock }));
    await first!.take();
    await expect(second!.take()).rejects.toMatchObject({
      code: 'VOLUME_IN_USE',
      details: expect.stringContaining(`process ${process.pid}`),
    });
    expect(await first!.isHeld()).toBe(true);
    await first!.release();
    await second!.take();
    await second!.release();
  });

  it('the wall of the second says so until the first is gone', async () => {
    const first = new VolumeLock({ folder, clock: systemClock });
    await first.take();
    const problems = new ProblemBoard(clock);
    const choose = () => ({ ok: true, volume: { id: 'v1', path: folder } }) as const;
    const volumes = { choose, failed: () => undefined, folders: () => new Map([['v1', folder]]) };
    const locked = new LockedVolumes({ volumes, clock, log: silentLogger, problems });
    await locked.start();
    expect(problems.list()).toMatchObject([{ subject: 'volume:v1/lock', code: 'VOLUME_IN_USE' }]);
    expect(locked.choose({ cameraId: 'c1', role: 'sub' })).toMatchObject({ ok: false, code: 'VOLUME_IN_USE' });
    await first.release();
    clock.advance(5000);
    await expect.poll(() => problems.list()).toEqual([]);
    await locked.stop();
  });

  it('on two machines, the one that touches its lock is respected, and one that does not is dead', async () => {
    const lock = path.join(folder, '.hallwatch.lock');
    await writeFile(lock, JSON.stringify({ id: 'other', host: 'other', pid: 1, place: 'another machine' }));
    const ours = new VolumeLock({ folder, clock: systemClock });
    await expect(ours.take()).rejects.toMatchObject({ code: 'VOLUME_IN_USE' });
    spawnSync('touch', ['-d', '2 minutes ago', lock]);
    await ours.take();
    expect(await ours.isHeld()).toBe(true);
    // Another disk is mounted in its place, or none.
    await rm(lock);
    expect(await ours.isHeld()).toBe(false);
    await ours.release();
  });
});
