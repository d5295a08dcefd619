import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { RenderJob, RenderResult } from './render-worker.ts';

/**
 * Rendered rooms on disk, so that only the first start waits for them. The name of a file tells what is in the picture
 * and the program that rendered it: another program, another file.
 */
export class RenderCache {
  readonly #folder: string;
  #program: Promise<string> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Null where it was never rendered, or cannot be read. */
  async find(job: RenderJob): Promise<RenderResult | null> {
    try {
      return deserialize(await readFile(await this.#file(job))) as RenderResult;
    } catch {
      return null;
    }
  }

  /** A full disk only means that the next start renders again. */
  async keep(job: RenderJob, result: RenderResult): Promise<void> {
    const file = await this.#file(job);
    const fresh = `${file}.${process.pid}`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(fresh, serialize(result));
      await rename(fresh, file);
    } catch {
      return;
    }
  }

  async #file({ plan, width, height }: RenderJob): Promise<string> {
    this.#program ??= fingerprint();
    const hash = createHash('sha256').update(await this.#program);
    hash.update(JSON.stringify([plan, width, height, process.version]));
    return path.join(this.#folder, `${hash.digest('hex').slice(0, 32)}.room`);
  }
}

/** What decides how an empty room looks; people and faults come later. */
const OF_A_ROOM = /^(render|scenery)\/|^(random|render-worker)\.ts$/;

/** A hash of the program that renders rooms. */
async function fingerprint(): Promise<string> {
  const folder = import.meta.dirname;
  const files = (await readdir(folder, { recursive: true })).filter((file) => OF_A_ROOM.test(file)).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(path.join(folder, file)));
  return hash.digest('hex');
}
