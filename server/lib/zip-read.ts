import { inflateRawSync } from 'node:zlib';

/** A file that is no zip archive, or one that this reader does not take: encrypted, split, or beyond its bounds. */
export class ZipError extends Error {}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
/** The comment behind the end may be that long (APPNOTE 4.3.16). */
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a zip archive (PKWARE APPNOTE) whose names are wanted, by name. They are read by the directory at its end,
 * as its writers may not know sizes before.
 * @param maxBytes unpacked, all of them together: a small archive may hold an endless file
 */
export function readZip(bytes: Buffer, isWanted: (name: string) => boolean, maxBytes: number): Map<string, Buffer> {
  try {
    return filesOf(bytes, isWanted, maxBytes);
  } catch (cause) {
    if (cause instanceof ZipError) throw cause;
    throw new ZipError('damaged', { cause });
  }
}

function filesOf(bytes: Buffer, isWanted: (name: string) => boolean, maxBytes: number): Map<string, Buffer> {
  const end = endOf(bytes);
  const files = new Map<string, Buffer>();
  let left = maxBytes;
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new ZipError('its directory is damaged');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes!);
    if (isWanted(name)) {
      const file = unpacked(bytes, at, left);
      left -= file.length;
      files.set(name, file);
    }
    at += ENTRY_BYTES + nameBytes! + extraBytes! + commentBytes!;
  }
  return files;
}

function endOf(bytes: Buffer): number {
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at -= 1) if (bytes.readUInt32LE(at) === END) return at;
  throw new ZipError('no zip archive');
}

function unpacked(bytes: Buffer, entry: number, maxBytes: number): Buffer {
  if ((bytes.readUInt16LE(entry + 8) & 1) === 1) throw new ZipError('encrypted');
  const method = bytes.readUInt16LE(entry + 10);
  const size = bytes.readUInt32LE(entry + 20);
  const local = bytes.readUInt32LE(entry + 42);
  if (bytes.readUInt32LE(local) !== LOCAL) throw new ZipError('its directory is damaged');
  const from = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(from, from + size);
  if (packed.length < size) throw new ZipError('cut off');
  if (method === STORED && size <= maxBytes) return packed;
  if (method !== DEFLATED) throw new ZipError(method === STORED ? 'too large' : `packed by method ${method}`);
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (cause) {
    throw new ZipError((cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'damaged', {
      cause,
    });
  }
}
