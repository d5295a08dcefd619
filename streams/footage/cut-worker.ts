/** Cuts footage in a thread of its own, so that reading heads and hashing hold up nobody else. */
import { parentPort, workerData } from 'node:worker_threads';
import { cutFootage, type CutProgress, type CutRequest, type CutResult } from './cutter.ts';

export type CutMessage =
  | ({ type: 'progress' } & CutProgress)
  | { type: 'done'; result: CutResult }
  /** `code`: of the system, e.g. ENOSPC. */
  | { type: 'failed'; code: string | null; detail: string };

const say = (message: CutMessage) => parentPort!.postMessage(message);

try {
  const result = await cutFootage(workerData as CutRequest, (progress) => say({ type: 'progress', ...progress }));
  say({ type: 'done', result });
} catch (error) {
  const { code = null, message } = error as NodeJS.ErrnoException;
  say({ type: 'failed', code, detail: message });
}
