import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Link } from './repository.ts';

const Stored = z.object({ seq: z.number().int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * The end of the chain as we last wrote it, kept outside the database: whoever cuts off the end there does not reach it.
 */
export class HeadFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Null where there is none. A file that does not read is one that somebody wrote to. */
  async read(): Promise<Link | null> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    return text === null ? null : Stored.parse(JSON.parse(text));
  }

  /** The file is whole at every instant. */
  async write({ seq, hash }: Link): Promise<void> {
    const fresh = `${this.#path}.new`;
    await writeFile(fresh, JSON.stringify({ seq, hash }), { mode: 0o600 });
    await rename(fresh, this.#path);
  }
}
