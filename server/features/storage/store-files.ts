import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '#lib/app-error.ts';
import { footagePath, type FootageFile } from '#lib/footage-files.ts';
import type { Logger } from '#lib/logger.ts';
import type { Place } from './place.ts';

/** A quarter of an hour of nine main streams of 2 Mbit/s. */
const KEPT_BYTES = 2 * 1024 ** 3;
/** What must stay free on the disk, as the database may live there too. */
const RESERVE_BYTES = 2 * 1024 ** 3;

/** A file that lies in a store. */
export interface StoredFile extends FootageFile {
  volumeId: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

export interface StoreFilesDeps {
  log: Logger;
  folder: string;
  placeOf: (volumeId: string) => Place | undefined;
  keptBytes?: number;
}

/**
 * Files of stores that somebody looks at, on this machine: whole files, as a hash tells of nothing less, and the newest of
 * them are kept. The folder is emptied at the start.
 */
export class StoreFiles {
  readonly #deps: StoreFilesDeps;
  /** By name in the folder: bytes, the one that was used last is last. */
  readonly #kept = new Map<string, number>();
  readonly #coming = new Map<string, Promise<void>>();
  #keptBytes = 0;

  constructor(deps: StoreFilesDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    await rm(this.#deps.folder, { recursive: true, force: true });
    await mkdir(this.#deps.folder, { recursive: true });
  }

  /** Where the file can be read at this moment. Throws FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  async bring(file: StoredFile): Promise<string> {
    const name = `${file.run}-${file.number}.mp4`;
    const path = join(this.#deps.folder, name);
    if (!this.#kept.has(name)) {
      const coming = this.#coming.get(name) ?? this.#fetchInto(file, path).finally(() => this.#coming.delete(name));
      this.#coming.set(name, coming);
      await coming;
    }
    await this.#keep(name, file.bytes);
    return path;
  }

  /**
   * Fetches a file of a store to a path of the caller's. False where the store does not have it as it was recorded. Throws
   * FOOTAGE_AWAY where the store does not answer.
   */
  async fetch(file: StoredFile, target: string, signal?: AbortSignal): Promise<boolean> {
    const { log, placeOf } = this.#deps;
    const { volumeId: volume, cameraId: camera } = file;
    const path = footagePath(file);
    const part = `${target}.part`;
    const hash = createHash('sha256');
    const through = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    try {
      const content = (await placeOf(volume)?.read(path, signal)) ?? null;
      if (content === null) {
        log.warn({ volume, camera, file: path }, 'a file of footage is missing in its store');
        return false;
      }
      await pipeline(content, through, createWriteStream(part), signal ? { signal } : {});
    } catch (error) {
      await rm(part, { force: true });
      if (signal?.aborted) throw error;
      throw new AppError('FOOTAGE_AWAY', messageOf(error), { cause: error });
    }
    if (hash.digest('hex') !== file.sha256) {
      await rm(part, { force: true });
      log.warn({ volume, camera, file: path }, 'a file of footage is not in its store as it was recorded');
      return false;
    }
    await rename(part, target);
    return true;
  }

  async #fetchInto(file: StoredFile, path: string): Promise<void> {
    const { bavail, bsize } = await statfs(this.#deps.folder);
    if (bavail * bsize < RESERVE_BYTES + file.bytes) throw new AppError('FOOTAGE_AWAY', 'the disk has no room for it');
    if (!(await this.fetch(file, path))) throw new AppError('FOOTAGE_UNREADABLE', footagePath(file));
  }

  /** Puts it last in the order in which files go. Whoever has one open reads on. */
  async #keep(name: string, bytes: number): Promise<void> {
    const { folder, keptBytes = KEPT_BYTES } = this.#deps;
    if (!this.#kept.delete(name)) this.#keptBytes += bytes;
    this.#kept.set(name, bytes);
    for (const [oldest, size] of this.#kept) {
      if (this.#keptBytes <= keptBytes || oldest === name) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= size;
      await rm(join(folder, oldest), { force: true });
    }
  }
}
