import { Worker } from 'node:worker_threads';
import { AppError } from '#lib/app-error.ts';
import { Belt } from './belt.ts';
import type { CutMessage, CutOrder } from './cut-worker.ts';
import type { CutProgress, CutRequest, CutResult } from './cutter.ts';

export interface CuttingOptions extends CutRequest {
  /** Ends the work; what was written so far is the caller's to remove. */
  signal: AbortSignal;
  onProgress: (progress: CutProgress) => void;
}

/**
 * Cuts footage beside everything else: one thread reads and writes, one hashes. Rejects with the reason of the
 * signal, EXPORT_DISK_FULL, or EXPORT_FAILED.
 */
export async function cut({ signal, onProgress, ...request }: CuttingOptions): Promise<CutResult> {
  signal.throwIfAborted();
  const { shared: belt } = new Belt();
  const cutting = new Worker(new URL('./cut-worker.ts', import.meta.url), {
    workerData: { request, belt } satisfies CutOrder,
  });
  const hashing = new Worker(new URL('./hash-worker.ts', import.meta.url), { workerData: belt });
  const { promise, resolve, reject } = Promise.withResolvers<CutResult>();
  const onAbort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  cutting.on('message', (message: CutMessage) => {
    if (message.type === 'progress') onProgress(message);
    else if (message.type === 'done') resolve(message.result);
    else reject(failure(message.code, message.detail));
  });
  for (const thread of [cutting, hashing]) {
    thread.on('error', (error) => reject(failure(null, error instanceof Error ? error.message : String(error))));
    thread.on('exit', () => reject(failure(null, 'a thread ended without a word')));
  }
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await Promise.all([cutting.terminate(), hashing.terminate()]);
  }
}

function failure(code: string | null, detail: string): AppError {
  return new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'EXPORT_DISK_FULL' : 'EXPORT_FAILED', detail);
}
