import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { footagePath } from '#lib/footage-files.ts';
import { BufferPool } from '../../../streams/buffer-pool.ts';
import { finishPart, readSegment } from '../../../streams/recorder/repair.ts';
import { Run } from '../../../streams/recorder/run.ts';
import { WriteQueue } from '../../../streams/recorder/write-queue.ts';
import { unit } from '../../unit/streams/samples.ts';

const T0 = Date.parse('2026-03-09T02:00:00Z');
const ID = '01KB0000000000000000000000';
/** avcC of a baseline picture, as far as a head needs it. */
const START = Buffer.from('0142c016', 'hex');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A run of ten pictures a second on a volume, and what it tells. */
function open(told: unknown[], { onTrouble = () => undefined as void, segmentMs = 1000 } = {}) {
  const queue = new WriteQueue();
  const volume = { id: 'v1', path: folder };
  return new Run({
    ...{ id: ID, cameraId: 'cam', role: 'main', sound: null },
    format: { codec: 'h264', codecString: '', description: START, width: 640, height: 360, fps: 10 },
    tools: {
      pool: new BufferPool(),
      volumes: { choose: () => ({ ok: true, volume }), failed: () => undefined },
      queueOf: () => queue,
      repair: async () => null,
      segmentMs,
    },
    onBegan: ({ startedAt }) => told.push(['began', startedAt]),
    onMoved: (from, at) => told.push(['moved', from, at]),
    onSegment: ({ number, startedAt, endedAt }) => told.push(['segment', number, startedAt, endedAt]),
    onHole: (from, until) => told.push(['hole', from, until]),
    onTrouble,
  });
}

const fileAt = (startedAt: number, number: number) =>
  footagePath({ cameraId: 'cam', role: 'main', startedAt, run: ID, number });

/** Pictures until then; the first of them are told too late, as by a report that waited. */
function play(run: Run, untilMs: number, lateMs = 0): void {
  for (let pts = 0; pts < untilMs; pts += 100) {
    run.picture(unit(pts % 1000 === 0, pts), T0 + pts + (pts < 500 ? lateMs : 0));
  }
}

it('a beginning that later pictures know better is that of the row and of the file', async () => {
  const told: unknown[] = [];
  const run = open(told);
  play(run, 2500, 60);
  await run.end('stopped');
  expect(told).toEqual([
    ['began', T0 + 60],
    ['moved', T0 + 60, T0],
    ['segment', 0, T0, T0 + 1000],
    ['segment', 1, T0 + 1000, T0 + 2000],
    ['segment', 2, T0 + 2000, T0 + 2500],
  ]);
  expect((await stat(path.join(folder, fileAt(T0, 0)))).isFile()).toBe(true);
});

it('and of a file that a crash broke off', async () => {
  const run = open([], { segmentMs: 10_000 });
  play(run, 1300, 60);
  await expect.poll(() => run.open?.frames).toBe(12);
  const found = await finishPart({ id: 'v1', path: folder }, fileAt(T0 + 60, 0));
  expect(found?.segment).toMatchObject({ startedAt: T0, endedAt: T0 + 1200, frames: 12 });
  expect(await readSegment({ id: 'v1', path: folder }, fileAt(T0, 0), 'full')).toMatchObject({
    run: { startedAt: T0 },
  });
  await run.end('crash');
});

it('a file in the middle that its disk did not keep is told as a hole, and what follows is kept', async () => {
  const told: unknown[] = [];
  const troubled = Promise.withResolvers<void>();
  const run = open(told, { onTrouble: troubled.resolve });
  // what takes its name away fails it when all of it is written, as a disk does that does not sync
  await mkdir(path.join(folder, fileAt(T0 + 1000, 1)), { recursive: true });
  play(run, 2500);
  await troubled.promise;
  expect(await run.end('disk')).toBe(T0 + 2400);
  expect(told).toEqual([
    ['began', T0],
    ['segment', 0, T0, T0 + 1000],
    ['hole', T0 + 1000, T0 + 2000],
    ['segment', 2, T0 + 2000, T0 + 2400],
  ]);
});
