/** Cuts footage in a thread of its own, so that it may wait for the disk and hold up nobody else. */
import { parentPort, workerData } from 'node:worker_threads';
import { Belt } from './belt.ts';
import { cutFootage, type CutProgress, type CutRequest, type CutResult } from './cutter.ts';

export type CutMessage =
  | ({ type: 'progress' } & CutProgress)
  | { type: 'done'; result: CutResult }
  /** `code`: of the system, e.g. ENOSPC. */
  | { type: 'failed'; code: string | null; detail: string };

export interface CutOrder {
  request: CutRequest;
  /** To the thread that hashes. */
  belt: SharedArrayBuffer;
}

const { request, belt } = workerData as CutOrder;
const say = (message: CutMessage) => parentPort!.postMessage(message);

try {
  const result = cutFootage(request, new Belt(belt), (progress) => say({ type: 'progress', ...progress }));
  say({ type: 'done', result });
} catch (error) {
  const { code = null, message } = error as NodeJS.ErrnoException;
  say({ type: 'failed', code, detail: message });
}
