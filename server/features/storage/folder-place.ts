import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readDisk, type DiskReading } from './disk.ts';
import { hashStream } from './hash-stream.ts';
import type { Arriving, Place, TakeStep } from './place.ts';

/** Behind the name of a file that is being copied here from another tier. */
export const COPY = '.copy';

/** A folder, best on a disk of its own. */
export class FolderPlace implements Place {
  readonly #folder: string;
  readonly #mark: string;

  constructor(folder: string, mark: string) {
    this.#folder = folder;
    this.#mark = mark;
  }

  look(): Promise<DiskReading> {
    return readDisk(this.#folder, this.#mark);
  }

  async hash(path: string, signal?: AbortSignal): Promise<Buffer | null> {
    const content = await this.read(path);
    return content && hashStream(content, signal);
  }

  async read(path: string): Promise<Readable | null> {
    const file = await open(join(this.#folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return file?.createReadStream() ?? null;
  }

  async take(
    path: string,
    { content, sha256 }: Arriving,
    signal: AbortSignal,
    onStep: (step: TakeStep) => Promise<void> | void,
  ): Promise<void> {
    const target = join(this.#folder, path);
    const copy = target + COPY;
    const made = await mkdir(dirname(target), { recursive: true });
    await pipeline(content, createWriteStream(copy, { flush: true }), { signal });
    await onStep('copied');
    const written = await hashStream(createReadStream(copy), signal);
    if (!written.equals(sha256)) throw new Error(`${copy} is not what was written to it`);
    await onStep('verified');
    await rename(copy, target);
    await syncFolders(dirname(target), made);
    await onStep('renamed');
  }

  async remove(path: string, andFolders: boolean): Promise<void> {
    const file = join(this.#folder, path);
    for (const name of [file, file + COPY]) {
      await unlink(name).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    if (!andFolders) return;
    // hour, day: gone as soon as nothing lies in them
    const hour = dirname(file);
    await rmdir(hour)
      .then(() => rmdir(dirname(hour)))
      .catch(() => undefined);
  }
}

/** The new name survives a power cut, and so do folders that were made for it: `made` is the topmost of those. */
async function syncFolders(folder: string, made: string | undefined): Promise<void> {
  const top = made === undefined ? folder : dirname(made);
  for (let each = folder; ; each = dirname(each)) {
    const handle = await open(each);
    await handle.sync().finally(() => handle.close());
    if (each === top) return;
  }
}
