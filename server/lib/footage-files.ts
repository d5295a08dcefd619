import { join } from 'node:path';
import type { ProfileRole } from '#contract/cameras.ts';

/** What the path of a file of footage follows from. */
export interface FootageFile {
  cameraId: string;
  role: ProfileRole;
  /** Epoch ms. */
  startedAt: number;
  run: string;
  number: number;
}

/** Where a file of footage lies within its volume: `<camera>/<role>/<YYYY-MM-DD>/<HH>/<start ms>-<run>-<number>.mp4`, UTC. */
export function footagePath({ cameraId, role, startedAt, run, number }: FootageFile): string {
  const [day = '', time = ''] = new Date(startedAt).toISOString().split('T');
  const name = `${startedAt}-${run}-${String(number).padStart(6, '0')}.mp4`;
  return join(cameraId, role, day, time.slice(0, 2), name);
}
