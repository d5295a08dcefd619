import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExchangeSource, FileReceipt } from '#contract/exchange.ts';
import { MAX_ROWS_OF_BATCH } from '#contract/exchange.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { casesIn, FileUnreadable } from './case-tables.ts';
import type { Exchange } from './exchange.ts';

export interface ExchangeFolderDeps {
  /** One folder below it for each source, by its id; null: none is watched. */
  folder: string | null;
  clock: Clock;
  log: Logger;
  exchange: Pick<Exchange, 'sources' | 'take'>;
}

const LOOK_EVERY_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;
const ENDINGS = /\.(json|csv|xlsx)$/i;

/**
 * A folder into which approval systems and people put files of cases. A file is taken when it has not grown from one look to
 * the next, and moved with its receipt beside it: to `taken`, or to `refused` where it cannot be read as a whole. Who is killed
 * between the two takes it again, which changes nothing.
 */
export class ExchangeFolder {
  readonly #deps: ExchangeFolderDeps;
  /** Size and time of files at the last look, by path. */
  #seen = new Map<string, string>();
  #leave: (() => void) | null = null;
  readonly #ending = new AbortController();
  #looking: Promise<void> | null = null;

  constructor(deps: ExchangeFolderDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (this.#deps.folder === null) return;
    this.#leave ??= this.#deps.clock.every(LOOK_EVERY_MS, () => void this.look());
    void this.look();
  }

  async stop(): Promise<void> {
    this.#leave?.();
    this.#leave = null;
    this.#ending.abort();
    await this.#looking;
  }

  /** Takes the files that lie still. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = null)));
  }

  async #look(): Promise<void> {
    const { exchange, folder, log } = this.#deps;
    const seen = new Map<string, string>();
    try {
      for (const source of await exchange.sources()) {
        const own = path.join(folder!, source.id);
        await mkdir(own, { recursive: true });
        for (const name of (await readdir(own)).toSorted()) {
          if (!ENDINGS.test(name) || name.startsWith('.')) continue;
          const file = path.join(own, name);
          const { size, mtimeMs } = await stat(file);
          const looks = `${size} ${mtimeMs}`;
          if (this.#seen.get(file) !== looks) seen.set(file, looks);
          else await this.#take(source, own, name, size);
        }
      }
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'folder of cases not looked through, again soon');
    }
    this.#seen = seen;
  }

  async #take(source: ExchangeSource, own: string, name: string, size: number): Promise<void> {
    const { clock, log } = this.#deps;
    const receipt = await this.#receipt(source, path.join(own, name), size);
    const into = path.join(own, receipt.error === null ? 'taken' : 'refused');
    await mkdir(into, { recursive: true });
    // of two files of one name the second does not take the place of the first
    const kept = `${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '')}-${name}`;
    await writeFile(path.join(into, `${kept}.receipt.json`), `${JSON.stringify(receipt, null, 2)}\n`);
    await rename(path.join(own, name), path.join(into, kept));
    const { taken, unchanged, refused, error } = receipt;
    log.info({ sourceId: source.id, name, taken, unchanged, refused: refused.length, error }, 'file of cases taken');
  }

  async #receipt(source: ExchangeSource, file: string, size: number): Promise<FileReceipt> {
    const { exchange } = this.#deps;
    const receipt: FileReceipt = {
      ...{ file: path.basename(file), sourceId: source.id, error: null },
      ...{ rows: 0, taken: 0, unchanged: 0, refused: [], ignored: [] },
    };
    try {
      if (size > MAX_BYTES) throw new FileUnreadable(`larger than ${MAX_BYTES} bytes`);
      const bytes = await readFile(file);
      const { cases, ignored } = await casesIn(file.toLowerCase(), bytes, source.codes.columns, this.#ending.signal);
      receipt.ignored = ignored;
      for (let at = 0; at < cases.length; at += MAX_ROWS_OF_BATCH) {
        const part = cases.slice(at, at + MAX_ROWS_OF_BATCH);
        const given = part.map((each) => each.given);
        const batch = await exchange.take(source, given, bytes, (i) => part[i]!.row);
        receipt.rows += batch.rows;
        receipt.taken += batch.taken;
        receipt.unchanged += batch.unchanged;
        receipt.refused.push(...batch.refused);
      }
      return receipt;
    } catch (error) {
      if (!(error instanceof FileUnreadable)) throw error;
      return { ...receipt, error: error.message };
    }
  }
}
