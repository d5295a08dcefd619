import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
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
import { volumeFiles } from '../../streams/recorder/volume-files.ts';
import { LoopDisk } from '../helpers/loop-disk.ts';
import { PaintedStream } from '../helpers/painted-stream.ts';
import { openRecordingRoom, type RecordingRoom } from '../helpers/recording-room.ts';

const isRoot = process.getuid?.() === 0;
const MB = 1024 * 1024;
const SIGN = '.sign';
let folder: string;
let clock: ManualClock;
let stream: PaintedStream;
let room: RecordingRoom;
let disk: LoopDisk | null = null;

const mount = (...args: string[]) => spawnSync('mount', [...args, folder]).status === 0;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-disk-'));
  clock = new ManualClock(Date.parse('2026-03-09T02:00:00Z'));
  stream = new PaintedStream(clock, 'c1', 'sub');
});
afterEach(async () => {
  // else whoever writes to it waits for ever
  disk?.thaw();
  disk = null;
  await room?.close();
  spawnSync('umount', ['-l', folder]);
  await rm(folder, { recursive: true, force: true });
  await rm(`${folder}.img`, { force: true });
});

const lastGap = () => room.reports.findLast((report) => report.type === 'gap-began');

/**
 * What was lost is what the gaps say: each picture that came is either in the one segment that was recorded then, or in a
 * gap; and files hold the very pictures that their segments say.
 */
async function expectExplained(): Promise<void> {
  await room.recorder.stop();
  const [segments, gaps] = [room.segments(), room.gaps()];
  const within = (at: number) => (span: { from: number; until: number }) => span.from <= at && at < span.until;
  const spans = segments.map(({ startedAt, endedAt }) => ({ from: startedAt, until: endedAt }));
  for (const at of stream.taken) {
    const told = [spans, gaps].map((each) => each.filter(within(at)).length);
    expect(told, `${at - stream.taken[0]!} ms: segments and gaps`).toEqual(told[0] === 0 ? [0, 1] : [1, 0]);
  }
  for (const [i, segment] of segments.entries()) {
    expect(stream.taken.filter((at) => within(at)(spans[i]!))).toHaveLength(segment.frames);
    const file = await open(path.join(folder, footagePath(segment)), 'r');
    expect(await scanSegment(file)).toMatchObject({ frames: segment.frames, wholeBytes: segment.bytes });
    await file.close();
  }
}

describe.runIf(isRoot)('a disk that fails', () => {
  it('by being full: what is whole stays, and the gap begins behind it', async (test) => {
    if (!mount('-t', 'tmpfs', '-o', 'size=2m', 'tmpfs')) return test.skip('no mounts here');
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
    room.record('c1', 'sub');
    await stream.play(12_000, 30_000);
    await expect.poll(() => lastGap()).toMatchObject({ cause: 'disk-full', detail: 'VOLUME_FULL' });
    expect((await statfs(folder)).bavail).toBeLessThan(200);
    await expectExplained();
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

  it('by answering nobody: what waits is bounded, the rest is a gap, and what waited is written when it answers', async (test) => {
    disk = await LoopDisk.make(folder, 256 * MB);
    if (!disk) return test.skip('no loop devices here');
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
    room.record('c1', 'sub');
    await stream.play(3000);
    await expect.poll(() => room.segments()).toHaveLength(1);
    expect(disk.freeze()).toBe(true);
    // tried again with each key picture
    await stream.play(20_000, MB);
    expect(room.recorder.statuses()).toMatchObject([{ status: 'failed', code: 'VOLUME_SLOW' }]);
    expect(room.recorder.waiting()[0]!.bytes).toBeLessThanOrEqual(128 * MB);
    disk.thaw();
    await expect.poll(() => room.recorder.waiting()).toEqual([{ volumeId: 'v1', bytes: 0 }]);
    await stream.play(3000);
    await expectExplained();
    const [lost, ...others] = room.gaps().filter(({ cause }) => cause === 'disk-failed');
    expect([lost!.detail, others, ...room.failures]).toEqual(['VOLUME_SLOW', [], 'VOLUME_SLOW']);
    expect(lost!.until - lost!.from).toBeGreaterThan(5000);
    expect(lost!.until - lost!.from).toBeLessThan(9000);
  });

  it('by being unmounted under its open file: nothing goes where it was, and that file is found again', async (test) => {
    disk = await LoopDisk.make(folder, 32 * MB);
    if (!disk) return test.skip('no loop devices here');
    await writeFile(path.join(folder, SIGN), '');
    room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder, sign: SIGN });
    room.record('c1', 'sub');
    await stream.play(5000);
    await expect.poll(() => room.segments()).toHaveLength(2);
    expect(disk.unmount()).toBe(true);
    await stream.play(4000);
    await expect.poll(() => lastGap()).toMatchObject({ cause: 'disk-failed', detail: 'VOLUME_AWAY' });
    expect(await readdir(folder)).toEqual([]);
    expect(disk.mount()).toBe(true);
    await stream.play(4000);
    await expectExplained();

    const volume = { id: 'v1', path: folder };
    const { files } = await volumeFiles.list(volume, { cameraId: 'c1', role: 'sub' }, 0);
    const torn = files.filter(({ partial }) => partial);
    expect(torn).toHaveLength(1);
    const away = room.gaps().find(({ cause }) => cause === 'disk-failed');
    const found = await volumeFiles.finishPart(volume, torn[0]!.relative);
    expect(found!.segment).toMatchObject({ startedAt: away!.from, number: 2 });
    expect(found!.segment.frames).toBeGreaterThan(5);
  });
});

it('a power cut that leaves any length of a file, or nothing in the end of it: what is whole is kept and is as it was', async () => {
  room = await openRecordingRoom({ hubOf: () => stream.hub, clock, segmentMs: 2000, folder });
  room.record('c1', 'sub');
  await stream.play(4000);
  await expect.poll(() => room.segments()).not.toEqual([]);
  await room.recorder.stop();
  const [segment] = room.segments();
  const whole = await readFile(room.pathOf(segment!));
  const volume = { id: 'v1', path: folder };
  let frames = 0;
  for (let length = 0; length <= whole.length; length += 97) {
    for (const tail of [0, 8192]) {
      const cut = { ...segment!, number: 100 };
      const relative = footagePath(cut);
      const file = path.join(folder, relative);
      await writeFile(`${file}.part`, Buffer.concat([whole.subarray(0, length), Buffer.alloc(tail)]));
      const found = await volumeFiles.finishPart(volume, relative);
      const kept = await readFile(found ? file : `${file}.damaged`);
      if (found) {
        expect(found.segment.sha256).toEqual(createHash('sha256').update(kept).digest());
        expect(kept.equals(whole.subarray(0, kept.length))).toBe(true);
        expect(await volumeFiles.readSegment(volume, relative)).toMatchObject({
          segment: { frames: found.segment.frames, bytes: kept.length },
        });
        // never less than before: each byte more can only bring more pictures
        expect(found.segment.frames).toBeGreaterThanOrEqual(frames);
        frames = found.segment.frames;
      } else expect(frames).toBe(0);
      await rm(found ? file : `${file}.damaged`);
    }
  }
  expect(frames).toBeGreaterThan(segment!.frames - 6);
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

it('a volume that was just added is written to with the next key picture, not after the next round', async () => {
  const folders = new Map<string, string>();
  const volumes = {
    ...{ choose: () => ({ ok: true, volume: { id: 'v1', path: folder } }) as const, failed: () => undefined },
    folders: () => folders,
  };
  const locked = new LockedVolumes({ volumes, clock, log: silentLogger, problems: new ProblemBoard(clock) });
  await locked.start();
  folders.set('v1', folder);
  const choose = () => locked.choose({ cameraId: 'c1', role: 'sub' });
  expect(choose()).toMatchObject({ ok: false });
  await expect.poll(choose).toMatchObject({ ok: true });
  await locked.stop();
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
