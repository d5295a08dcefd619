import { answered } from '../api/http.ts';

/** A player that waits until somebody says why its camera is watched. */
export interface Waiter {
  cameraId: () => string;
  retry: () => void;
}

const waiting = new Set<Waiter>();

export function awaitReason(player: Waiter, waits: boolean): void {
  if (waits) waiting.add(player);
  else waiting.delete(player);
}

/** Asks once for all cameras of the page that wait for a reason, and opens them where it is given. */
export async function sayWhy(): Promise<void> {
  const players = [...waiting];
  const cameraIds = [...new Set(players.map(({ cameraId }) => cameraId()))];
  if (await answered('REASON_REQUIRED', { cameraIds })) for (const { retry } of players) retry();
}
