import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError } from '#lib/app-error.ts';

export interface Patch {
  at: number;
  bytes: Buffer;
}

export interface SentFile {
  path: string;
  /** As much of it as may be read; it may be longer. */
  bytes: number;
  type: string;
  /** Names these bytes, without quotes; null where they may still change. */
  etag: string | null;
  /** A file that never changes may be kept by whoever asked for it. */
  immutable: boolean;
  /** Bytes that stand in place of those of the file, in order. */
  patches?: readonly Patch[];
  /** What to say where it is not there. */
  missing: ErrorCode;
}

/** Sends a file or one range of it (RFC 9110, 14). Ranges of several parts are answered with the whole. */
export async function sendFile(request: FastifyRequest, reply: FastifyReply, file: SentFile): Promise<FastifyReply> {
  const { bytes, etag } = file;
  const tag = etag === null ? null : `"${etag}"`;
  reply.header('accept-ranges', 'bytes').type(file.type);
  reply.header('cache-control', file.immutable ? 'private, max-age=31536000, immutable' : 'no-store');
  if (tag) reply.header('etag', tag);
  if (tag && request.headers['if-none-match']?.includes(tag)) return reply.code(304).send();

  const ifRange = request.headers['if-range'];
  const range = ifRange === undefined || ifRange === tag ? parseRange(request.headers.range, bytes) : 'whole';
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
  const { from, until } = range === 'whole' ? { from: 0, until: bytes } : range;
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${from}-${until - 1}/${bytes}`);
  reply.header('content-length', until - from);
  if (until === from) return reply.send(Buffer.alloc(0));
  const handle = await open(file.path, 'r').catch((error: NodeJS.ErrnoException) => {
    reply.removeHeader('content-length').removeHeader('content-range').removeHeader('etag');
    reply.header('cache-control', 'no-store').type('application/json');
    throw new AppError(file.missing, error.code, { cause: error });
  });
  const content = handle.createReadStream({ start: from, end: until - 1 });
  return reply.send(
    file.patches?.length ? Readable.from(patched(content, file.patches, from), { objectMode: false }) : content,
  );
}

/** Writes patches over bytes that pass by and begin at `from`. */
async function* patched(
  chunks: AsyncIterable<Buffer>,
  patches: readonly Patch[],
  from: number,
): AsyncGenerator<Buffer> {
  let chunkAt = from;
  for await (const chunk of chunks) {
    for (const { at, bytes } of patches) {
      // a patch may lie over the border of two chunks
      const [begin, end] = [Math.max(at, chunkAt), Math.min(at + bytes.length, chunkAt + chunk.length)];
      if (begin < end) chunk.set(bytes.subarray(begin - at, end - at), begin - chunkAt);
    }
    yield chunk;
    chunkAt += chunk.length;
  }
}

/** One range of bytes (RFC 9110, 14.1.2), `until` exclusive; what is none, or several, asks for the whole. */
export function parseRange(
  header: string | undefined,
  size: number,
): { from: number; until: number } | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const from = Math.max(0, size - Number(last));
    return Number(last) === 0 || size === 0 ? 'unsatisfiable' : { from, until: size };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return 'whole';
  if (from >= size) return 'unsatisfiable';
  return { from, until: last === '' ? size : Math.min(size, Number(last) + 1) };
}
