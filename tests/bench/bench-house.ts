import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startHallwatch, type RestClient, type RunningHallwatch } from '../helpers/hallwatch.ts';

export interface SimulatedAddress {
  id: string;
  onvifUrl: string;
}

/** Simulated cameras in a process of their own, so that their cost is not ours. */
export async function startCameras(count: number): Promise<{ addresses: SimulatedAddress[]; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'cameras.ts'), String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    addresses: JSON.parse(line) as SimulatedAddress[],
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

/** The product with one region, ready for halls. */
export async function startBenchHouse(): Promise<RunningHallwatch> {
  const hallwatch = await startHallwatch({ env: { HALLWATCH_LOG_LEVEL: 'warn' } });
  const name = { zh: '测量', en: 'Bench' };
  await hallwatch.rest.call('PUT', '/api/regions/bench', {
    id: 'bench',
    code: '999999',
    name,
    parentId: null,
    outline: null,
  });
  return hallwatch;
}

export async function addHall(rest: RestClient, id: string, windows: number): Promise<void> {
  await rest.call('PUT', `/api/halls/${id}`, {
    id,
    regionId: 'bench',
    name: { zh: id, en: id },
    longitude: null,
    latitude: null,
    floorPlan: null,
    queues: [{ id: 'q', name: { zh: '队列', en: 'Queue' } }],
    windows: windowIds(windows).map((window) => ({
      id: window,
      label: window.slice(1),
      name: { zh: '窗口', en: 'Window' },
      queueIds: ['q'],
      place: null,
    })),
  });
}

export function windowIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `w${String(i + 1).padStart(2, '0')}`);
}

export async function addCameras(rest: RestClient, hallId: string, addresses: SimulatedAddress[]): Promise<void> {
  for (const { id, onvifUrl } of addresses) {
    await rest.call('POST', '/api/cameras', {
      id,
      hallId,
      name: id,
      onvifUrl,
      username: 'bench',
      password: 'bench-only',
    });
  }
}
