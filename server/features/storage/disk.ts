import { open, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '#contract/errors.ts';
import type { VolumeStatus } from '#contract/storage.ts';
import { messageOf } from '#lib/app-error.ts';

/** The file in a volume that says which one it is. */
export const MARKER = '.hallwatch-volume';
export const PROBE = '.hallwatch-probe';

export type DiskReading =
  | { ok: true; totalBytes: number; freeBytes: number }
  | { ok: false; status: Extract<VolumeStatus, 'away' | 'read-only' | 'failed'>; code: ErrorCode; detail: string };

const readOnly = new Set(['EROFS', 'EACCES', 'EPERM']);
const away = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ENOTCONN', 'ESTALE', 'EHOSTDOWN']);

/** Looks at a volume: whether it is the one, what is free, and whether a few bytes can be written and kept. */
export async function readDisk(folder: string, mark: string): Promise<DiskReading> {
  try {
    const found = await markOf(folder);
    if (found === null) return { ok: false, status: 'away', code: 'VOLUME_AWAY', detail: `${folder} has no ${MARKER}` };
    if (found !== mark) return { ok: false, status: 'away', code: 'VOLUME_FOREIGN', detail: folder };
    await writeProbe(folder);
    const { blocks, bavail, bsize } = await statfs(folder);
    return { ok: true, totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? '';
    const detail = messageOf(error);
    if (readOnly.has(errno)) return { ok: false, status: 'read-only', code: 'VOLUME_READ_ONLY', detail };
    if (away.has(errno)) return { ok: false, status: 'away', code: 'VOLUME_AWAY', detail };
    return { ok: false, status: 'failed', code: 'VOLUME_FAILED', detail };
  }
}

/** What stands in a folder's marker; null where it has none. Throws what the disk throws. */
export async function markOf(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, MARKER), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeMark(folder: string, mark: string): Promise<void> {
  await writeFile(join(folder, MARKER), `${mark}\n`, { flush: true });
}

/** A full disk is no failed disk: that there is no room, `statfs` says. */
async function writeProbe(folder: string): Promise<void> {
  const file = await open(join(folder, PROBE), 'w');
  try {
    await file.write('hallwatch\n', 0);
    await file.datasync();
  } catch (error) {
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await file.close();
  }
}
