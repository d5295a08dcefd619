import { z } from 'zod';
import { answered } from '../api/http.ts';

/** A player that waits until somebody says why its camera is watched. */
export interface Waiter {
  cameraId: () => string;
  retry: () => void;
}

const waiting = new Set<Waiter>();
/** A reason opens cameras to the session, which other pages of this browser have as well. */
const elsewhere = new BroadcastChannel('hallwatch.live-reasons');
elsewhere.onmessage = ({ data }) => open(z.array(z.string()).catch([]).parse(data));

export function awaitReason(player: Waiter, waits: boolean): void {
  if (waits) waiting.add(player);
  else waiting.delete(player);
}

/** Asks once for all cameras of the page that wait for a reason, and opens them where it is given, here and on other pages. */
export async function sayWhy(): Promise<void> {
  const cameraIds = [...new Set([...waiting].map(({ cameraId }) => cameraId()))];
  if (!(await answered('REASON_REQUIRED', { cameraIds }))) return;
  open(cameraIds);
  elsewhere.postMessage(cameraIds);
}

function open(cameraIds: readonly string[]): void {
  for (const { cameraId, retry } of [...waiting]) if (cameraIds.includes(cameraId())) retry();
}
