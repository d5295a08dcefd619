import { createHash } from 'node:crypto';
import { mkdir, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '#lib/app-error.ts';
import { diskFailure } from './disk-failure.ts';
import { PART } from './paths.ts';
import type { DiskTrouble, VolumeRoot } from './ports.ts';
import type { Lane, WriteQueue } from './write-queue.ts';

export type FileOutcome = { ok: true; bytes: number; sha256: Buffer } | { ok: false };

export interface SegmentFileOptions {
  queue: WriteQueue;
  volume: VolumeRoot;
  /** In the volume. */
  relative: string;
  /** Bytes before the first fragment. */
  head: Buffer;
  onFailed: (trouble: DiskTrouble, detail: string) => void;
}

/**
 * One file while it is written: fragments go to the kernel as they come, so that a killed process loses only what was not
 * yet in one. The disk is waited for once, before the file gets its name: a named file is whole and stays so after a power
 * cut, one that is still `.part` is cut to its last whole fragment. Waiting at each fragment would cost a spinning disk two
 * seeks a second and camera, for the seconds before a power cut alone.
 */
export class SegmentFile {
  readonly path: string;
  readonly #options: SegmentFileOptions;
  readonly #lane: Lane;
  readonly #hash = createHash('sha256');
  #handle: FileHandle | null = null;
  #failed = false;
  #bytes = 0;
  #safeBytes = 0;

  constructor(options: SegmentFileOptions) {
    this.#options = options;
    this.path = path.join(options.volume.path, options.relative);
    this.#lane = options.queue.lane();
    this.#hash.update(options.head);
    this.#bytes = options.head.length;
    this.#put(options.head.length, async () => {
      this.#handle = await this.#open();
      await this.#write(options.head);
    });
  }

  /** So much of it can be read: whole fragments, at `path` with `.part` behind it until it is finished. */
  get safeBytes(): number {
    return this.#safeBytes;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Takes one whole fragment; `written` comes when its bytes may be used again, with whether they are in the file.
   * False, and nothing taken, where the disk is too far behind.
   */
  append(fragment: Buffer, written: (inFile: boolean) => void): boolean {
    const accepted = this.#put(
      fragment.length,
      () => this.#write(fragment),
      () => written(!this.#failed),
    );
    if (!accepted) return false;
    this.#hash.update(fragment);
    this.#bytes += fragment.length;
    return true;
  }

  /** Closes it and gives it its name in the volume; without a fragment there is none. */
  finish(relative: string): Promise<FileOutcome> {
    return new Promise((resolve) => {
      this.#put(
        0,
        async () => {
          const handle = this.#handle!;
          const isEmpty = this.#bytes === this.#options.head.length;
          if (!isEmpty) await handle.datasync();
          this.#handle = null;
          await handle.close();
          if (isEmpty) return unlink(this.path + PART);
          const name = path.join(this.#options.volume.path, relative);
          await this.#inFolderOf(name, () => rename(this.path + PART, name));
        },
        () => {
          if (this.#failed) resolve({ ok: false });
          else resolve({ ok: true, bytes: this.#bytes, sha256: this.#hash.digest() });
        },
      );
    });
  }

  #open(): Promise<FileHandle> {
    const name = this.path + PART;
    return this.#inFolderOf(name, () => open(name, 'wx'));
  }

  /** Work that needs the folder of an hour, which may be new. */
  async #inFolderOf<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    // The volume's own folder is never made here: where it is gone, or without its sign, its disk is.
    const { path: root, sign = '' } = this.#options.volume;
    await stat(path.join(root, sign));
    await mkdir(path.dirname(name), { recursive: true });
    return work();
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) at += (await this.#handle!.write(bytes, at)).bytesWritten;
    this.#safeBytes += bytes.length;
  }

  /** After the first failure nothing more is tried. */
  #put(bytes: number, work: () => Promise<void>, after?: () => void): boolean {
    return this.#lane.push(bytes, async () => {
      try {
        if (!this.#failed) await work();
      } catch (error) {
        this.#failed = true;
        await this.#handle?.close().catch(() => undefined);
        this.#handle = null;
        this.#options.onFailed(diskFailure(error), messageOf(error));
      }
      after?.();
    });
  }
}
