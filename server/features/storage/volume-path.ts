import { mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, normalize, relative } from 'node:path';
import { AppError, messageOf } from '#lib/app-error.ts';
import { markOf, readDisk, writeMark } from './disk.ts';

export interface KnownFolder {
  /** What it is, as the refusal says it: `volume disk-1`. */
  name: string;
  path: string;
}

/**
 * Makes a folder ready for a new volume: makes it where it is missing, and marks it. Answers its path without links.
 * Throws VOLUME_PATH_INVALID with the reason, or VOLUME_FOREIGN where other footage lies there.
 */
export async function takeFolder(folder: string, mark: string, others: readonly KnownFolder[]): Promise<string> {
  const path = await checkFolder(folder, others);
  if ((await markOf(path)) !== null) throw new AppError('VOLUME_FOREIGN', path);
  try {
    await writeMark(path, mark);
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  const reading = await readDisk(path, mark);
  if (!reading.ok) throw new AppError(reading.code, reading.detail);
  return path;
}

/** The folder that a volume is now mounted at. Throws as `takeFolder`, and VOLUME_FOREIGN where it does not carry the mark. */
export async function findFolder(folder: string, mark: string, others: readonly KnownFolder[]): Promise<string> {
  const path = await checkFolder(folder, others);
  if ((await markOf(path)) !== mark) throw new AppError('VOLUME_FOREIGN', path);
  return path;
}

/** The device a folder lies on; null where it cannot be told. */
export async function deviceOf(folder: string): Promise<number | null> {
  return stat(folder).then(
    ({ dev }) => dev,
    () => null,
  );
}

async function checkFolder(folder: string, others: readonly KnownFolder[]): Promise<string> {
  if (!isAbsolute(folder)) throw invalid(`${folder} is not an absolute path`);
  if (normalize(folder) === '/') throw invalid('the root of the filesystem is not a folder of its own');
  let path: string;
  try {
    await makeFolder(normalize(folder));
    path = await realpath(folder);
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  for (const other of others) {
    const known = await realpath(other.path).catch(() => other.path);
    if (isWithin(path, known)) throw invalid(`it lies in ${other.name}, ${known}`);
    if (isWithin(known, path)) throw invalid(`${other.name} lies in it, ${known}`);
  }
  return path;
}

/** Step by step: `recursive` of Node 24 never comes back where a filesystem answers ENOENT to mkdir, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found && !found.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (found) return;
  await makeFolder(dirname(folder));
  await mkdir(folder);
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

function invalid(detail: string, cause?: unknown): AppError {
  return new AppError('VOLUME_PATH_INVALID', detail, { cause });
}
