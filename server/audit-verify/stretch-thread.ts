/** Looks at stretches of the audit in a thread of its own, over a connection of its own; the answers come in the order of the requests. */
import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { silentLogger } from '#lib/logger.ts';
import { createPool } from '../db/pool.ts';
import { lookAt } from '../features/audit/stored-entries.ts';
import type { Stretch, StretchRequest } from '../features/audit/stretch.ts';

export interface ThreadOrder {
  url: string;
}
/** Null says that nothing more will be asked. */
export type ThreadRequest = StretchRequest | null;
export type ThreadAnswer = { stretch: Stretch } | { failure: { code: ErrorCode | null; detail: unknown } };

const db = createPool({ url: (workerData as ThreadOrder).url, log: silentLogger, size: 1 });
for await (const [request] of on(parentPort!, 'message') as AsyncIterable<[ThreadRequest]>) {
  if (request === null) break;
  parentPort!.postMessage(await answer(request));
}
await db.stop();

async function answer(request: StretchRequest): Promise<ThreadAnswer> {
  try {
    await db.start();
    return { stretch: await lookAt(db, request) };
  } catch (error) {
    if (error instanceof AppError) return { failure: { code: error.code, detail: error.details } };
    return { failure: { code: null, detail: messageOf(error) } };
  }
}
