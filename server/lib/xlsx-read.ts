import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** A file that is no workbook, or one beyond our bounds. */
export class XlsxError extends Error {}

/** A day by its number has no zone: it is given as it stands there, `2026-03-09T10:00:00`. */
export type XlsxCell = string | number | boolean | null;

export interface XlsxLimits {
  /** What the workbook may unpack to. */
  maxBytes: number;
  /** Memory for its cells, MiB. */
  maxHeapMb: number;
  maxMs: number;
}

export type XlsxTask = { bytes: Uint8Array } & XlsxLimits;
export type XlsxOutcome = { rows: XlsxCell[][] } | { refused: string };

const LIMITS: XlsxLimits = { maxBytes: 128 * 1024 * 1024, maxHeapMb: 512, maxMs: 60_000 };

/**
 * The rows of the first sheet of a workbook (ECMA-376), the n-th being row n of the sheet, all as long as the longest.
 * Values are those that were computed last; formulas are not.
 *
 * It is read by a process of its own: a file of a few bytes may claim a million rows of sixteen thousand columns, and
 * who runs out of memory over it ends; a thread would take the server with it.
 * @throws XlsxError for what is no workbook; an AbortError when it is called off
 */
export async function rowsOfXlsx(
  bytes: Buffer,
  { signal, limits = LIMITS }: { signal?: AbortSignal; limits?: XlsxLimits } = {},
): Promise<XlsxCell[][]> {
  const reader = fork(path.join(import.meta.dirname, 'xlsx-process.ts'), {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${limits.maxHeapMb}`],
    // days have no zone, and none is to be added to them
    env: { TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: limits.maxMs,
    ...(signal && { signal }),
    killSignal: 'SIGKILL',
  });
  try {
    reader.send({ bytes, ...limits } satisfies XlsxTask);
    const outcome = await Promise.race([answerOf(reader), endOf(reader)]);
    if ('refused' in outcome) throw new XlsxError(`no workbook: ${outcome.refused}`);
    return outcome.rows;
  } finally {
    reader.kill('SIGKILL');
  }
}

async function answerOf(reader: NodeJS.EventEmitter): Promise<XlsxOutcome> {
  const [outcome] = await once(reader, 'message');
  return outcome as XlsxOutcome;
}

/** The reader stays until it is ended: one that ends before is beyond its bounds, or could not begin. */
async function endOf(reader: NodeJS.EventEmitter): Promise<XlsxOutcome> {
  const [code] = (await once(reader, 'exit')) as [number | null];
  if (code !== null) throw new Error(`reader of workbooks ended with ${code}`);
  return { refused: 'too large' };
}
