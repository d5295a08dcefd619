import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { footagePath } from '#lib/footage-files.ts';
import { BufferPool } from '../../../streams/buffer-pool.ts';
import { Run } from '../../../streams/recorder/run.ts';
import { WriteQueue } from '../../../streams/recorder/write-queue.ts';
import { unit } from '../../unit/streams/samples.ts';

const T0 = Date.parse('2026-03-09T02:00:00Z');
const ID = '01KB0000000000000000000000';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('a file in the middle that its disk did not keep is told as a hole, and what follows is kept', async () => {
  const volume = { id: 'v1', path: folder };
  const queue = new WriteQueue();
  const told: unknown[] = [];
  const troubled = Promise.withResolvers<void>();
  const run = new Run({
    ...{ id: ID, cameraId: 'cam', role: 'main', sound: null },
    format: { codec: 'h264', codecString: '', description: Buffer.alloc(8), width: 640, height: 360, fps: 10 },
    tools: {
      pool: new BufferPool(),
      volumes: { choose: () => ({ ok: true, volume }), failed: () => undefined },
      queueOf: () => queue,
      repair: async () => null,
      segmentMs: 1000,
    },
    onBegan: ({ startedAt }) => told.push(['began', startedAt]),
    onSegment: ({ number }) => told.push(['segment', number]),
    onHole: (from, until) => told.push(['hole', from, until]),
    onTrouble: () => troubled.resolve(),
  });
  // what takes its name away fails it when all of it is written, as a disk does that does not sync
  await mkdir(
    path.join(folder, footagePath({ cameraId: 'cam', role: 'main', startedAt: T0 + 1000, run: ID, number: 1 })),
    {
      recursive: true,
    },
  );
  for (let pts = 0; pts < 2500; pts += 100) run.picture(unit(pts % 1000 === 0, pts), T0 + pts);
  await troubled.promise;
  expect(await run.end('disk')).toBe(T0 + 2400);
  expect(told).toEqual([
    ['began', T0],
    ['segment', 0],
    ['hole', T0 + 1000, T0 + 2000],
    ['segment', 2],
  ]);
});
