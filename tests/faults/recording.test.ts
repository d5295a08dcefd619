import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RecordingState, SegmentsAnswer, TimelineAnswer } from '#contract/footage.ts';
import { addHall } from '../helpers/house.ts';
import { startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';
import { account, openCameras } from '../helpers/one-camera.ts';

let cameras: Awaited<ReturnType<typeof openCameras>>;
let dataDir: string;
let server: RunningHallwatch | null = null;

beforeAll(async () => {
  cameras = await openCameras([{ id: 'w07', audio: 'aac' }]);
  dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-killed-'));
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await cameras.close();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

const isRecording = async () => {
  const [state] = await server!.rest.call<RecordingState[]>('GET', '/api/recordings');
  return state?.status;
};

it(
  'kill -9 at any moment loses half a second at most, and what is lost is what the gap says',
  { timeout: 240_000 },
  async () => {
    server = await startHallwatch({ dataDir });
    await addHall(server.rest, 'hall', ['w07']);
    const volume = path.join(dataDir, 'footage');
    await mkdir(volume);
    await server.rest.call('POST', '/api/storage/volumes', { id: 'footage', path: volume });
    const [address] = cameras.simulator.addresses();
    const source = { streamUris: { main: address!.rtsp.main, sub: address!.rtsp.sub }, ...account };
    await server.rest.call('POST', '/api/cameras', { id: 'w07', hallId: 'hall', name: 'Window 07', ...source });
    await server.rest.call('PUT', '/api/cameras/w07/recording', { mode: 'continuous', role: 'sub' });

    const killedAt: number[] = [];
    const began = Date.now();
    for (let round = 0; round < 2; round += 1) {
      await expect.poll(isRecording, { timeout: 30_000 }).toBe('recording');
      const recordedAt = Date.now();
      // At any moment of a fragment and of a segment.
      await expect
        .poll(() => Date.now() - recordedAt, { timeout: 30_000, interval: 50 })
        .toBeGreaterThan(2000 + Math.random() * 9000);
      killedAt.push(Date.now());
      await server.server.stop('SIGKILL');
      server = await startHallwatch({ dataDir });
    }
    await expect.poll(isRecording, { timeout: 30_000 }).toBe('recording');

    const span = `from=${new Date(began - 60_000).toISOString()}&until=${new Date().toISOString()}`;
    const { cameras: lines } = await server.rest.call<TimelineAnswer>(
      'GET',
      `/api/footage/timeline?cameras=w07&${span}`,
    );
    const { segments } = await server.rest.call<SegmentsAnswer>('GET', `/api/footage/w07/segments?${span}`);
    const stopped = lines[0]!.gaps.filter(({ cause }) => cause === 'server-stopped');
    expect(stopped).toHaveLength(2);
    for (const [i, { from, until }] of stopped.entries()) {
      // A picture may be under way for some milliseconds when the server dies.
      expect(killedAt[i]! - Date.parse(from)).toBeLessThan(650);
      const before = segments.filter((each) => each.finished && Date.parse(each.startedAt) < Date.parse(from));
      expect(Math.max(...before.map(({ endedAt }) => Date.parse(endedAt)))).toBe(Date.parse(from));
      const after = segments.filter((each) => Date.parse(each.startedAt) > Date.parse(from));
      expect(Math.min(...after.map(({ startedAt }) => Date.parse(startedAt)))).toBe(Date.parse(until));
    }
    const names = await readdir(volume, { recursive: true });
    expect(names.filter((name) => name.endsWith('.part'))).toHaveLength(1);
  },
);
