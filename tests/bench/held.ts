import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { RunningHallwatch } from '../helpers/hallwatch.ts';

/** Environment that lets a server be asked by `heldBytes`. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** What the server holds: its objects and the buffers beside them, right after a whole collection of garbage. */
export async function heldBytes({ server, url }: RunningHallwatch): Promise<number> {
  const inspector = new WebSocket(/ws:\S+/.exec(server.stderr)![0]);
  await once(inspector, 'open');
  inspector.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }));
  await once(inspector, 'message');
  inspector.close();
  const { used, buffers } = await ownFigures(url);
  return used + buffers;
}

/** How the server measures itself, in bytes: objects, what the engine has taken from the system for them, buffers. */
export async function ownFigures(url: string): Promise<{ used: number; taken: number; buffers: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string) => Number(new RegExp(`^nodejs_${name}_bytes (\\S+)$`, 'm').exec(text)?.[1]);
  return { used: metric('heap_size_used'), taken: metric('heap_size_total'), buffers: metric('external_memory') };
}
