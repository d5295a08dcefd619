import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startHallwatch, type RestClient, type RunningHallwatch } from '../helpers/hallwatch.ts';

export interface SimulatedAddress {
  id: string;
  onvifUrl: string;
  rtsp: { main: string; sub: string };
}

/** Simulated cameras in a process of their own, so that their cost is not ours. */
export async function startCameras(
  count: number,
  ...flags: string[]
): Promise<{ addresses: SimulatedAddress[]; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'cameras.ts'), String(count), ...flags], {
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

/** The product, saying little. */
export function startBenchHouse(env: Record<string, string> = {}): Promise<RunningHallwatch> {
  return startHallwatch({ env: { HALLWATCH_LOG_LEVEL: 'warn', ...env } });
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
