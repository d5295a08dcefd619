import type { FileHandle } from 'node:fs/promises';

export interface BoxPlace {
  readonly type: string;
  /** Of the box with its head. */
  readonly start: number;
  readonly end: number;
}

const HEAD_BYTES = 8;

/** The boxes between `start` and `end` of these bytes (ISO/IEC 14496-12, 4.2); ends at one that is not whole. */
export function* boxesIn(bytes: Buffer, start = 0, end = bytes.length): Generator<BoxPlace> {
  for (let at = start; at + HEAD_BYTES <= end;) {
    const size = bytes.readUInt32BE(at);
    if (size < HEAD_BYTES || at + size > end) return;
    yield { type: bytes.toString('latin1', at + 4, at + 8), start: at, end: at + size };
    at += size;
  }
}

/** The box at the end of this path of types; `start` is where the first one is looked for. */
export function findBox(bytes: Buffer, path: readonly string[], start = 0, end = bytes.length): BoxPlace | null {
  const [type, ...rest] = path;
  for (const place of boxesIn(bytes, start, end)) {
    if (place.type !== type) continue;
    const found = rest.length === 0 ? place : findBox(bytes, rest, place.start + HEAD_BYTES, place.end);
    if (found) return found;
  }
  return null;
}

/** The boxes at the top of a file, up to the first that is not whole. Reads their heads only. */
export async function* boxesOf(file: FileHandle): AsyncGenerator<BoxPlace> {
  const { size: fileBytes } = await file.stat();
  const head = Buffer.alloc(HEAD_BYTES);
  for (let at = 0; at + HEAD_BYTES <= fileBytes;) {
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, at);
    const size = head.readUInt32BE(0);
    if (bytesRead < HEAD_BYTES || size < HEAD_BYTES || at + size > fileBytes) return;
    yield { type: head.toString('latin1', 4, 8), start: at, end: at + size };
    at += size;
  }
}

export async function readPlace(file: FileHandle, { start, end }: Pick<BoxPlace, 'start' | 'end'>): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}
