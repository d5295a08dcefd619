import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#lib/app-error.ts';

/** What must stay free on the disk, as the database may live there too. */
const RESERVE_BYTES = 2 * 1024 ** 3;

/** The folder that exports are written to: one of its own for each, under its id. */
export class ExportStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  folderOf(id: string): string {
    return join(this.#root, id);
  }

  /** An empty folder. */
  async prepare(id: string): Promise<string> {
    await this.remove(id);
    await mkdir(this.folderOf(id), { recursive: true });
    return this.folderOf(id);
  }

  async remove(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  /** Removes what belongs to none of these: a program that was killed leaves such folders. */
  async removeAllBut(ids: ReadonlySet<string>): Promise<void> {
    const found = await readdir(this.#root).catch(() => []);
    for (const id of found.filter((name) => !ids.has(name))) await this.remove(id);
  }

  /** Throws EXPORT_DISK_FULL where so much more does not fit. */
  async checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root);
    const room = bavail * bsize - RESERVE_BYTES;
    if (room < bytes)
      throw new AppError('EXPORT_DISK_FULL', `${bytes} bytes are needed, ${Math.max(0, room)} are free`);
  }

  rename(id: string, from: string, to: string): Promise<void> {
    return rename(join(this.folderOf(id), from), join(this.folderOf(id), to));
  }

  async write(id: string, name: string, content: string | Buffer): Promise<void> {
    await writeFile(join(this.folderOf(id), name), content);
  }
}
