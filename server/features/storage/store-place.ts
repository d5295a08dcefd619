import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AppError, messageOf } from '#lib/app-error.ts';
import { MARKER, PROBE, type DiskReading } from './disk.ts';
import { hashStream } from './hash-stream.ts';
import type { ObjectStore } from './object-store.ts';
import type { Arriving, Place, TakeStep } from './place.ts';

/** A look is small, whatever the line. */
const LOOK_MS = 9000;

/** A bucket, or a folder in it, of an S3-compatible store. */
export class StorePlace implements Place {
  readonly #store: ObjectStore;
  readonly #mark: string;

  constructor(store: ObjectStore, mark: string) {
    this.#store = store;
    this.#mark = mark;
  }

  /** A store does not tell what is free in it: its quota says how much it takes. */
  async look(): Promise<DiskReading> {
    const signal = AbortSignal.timeout(LOOK_MS);
    try {
      const found = await this.mark(signal);
      if (found === null) return { ok: false, status: 'away', code: 'VOLUME_AWAY', detail: `there is no ${MARKER}` };
      if (found !== this.#mark) return { ok: false, status: 'away', code: 'VOLUME_FOREIGN', detail: MARKER };
      await this.#write(PROBE, 'hallwatch\n', signal);
      return { ok: true, totalBytes: Infinity, freeBytes: Infinity };
    } catch (error) {
      const away = { code: 'STORE_AWAY', details: messageOf(error) } as const;
      const { code, details } = error instanceof AppError ? error : away;
      return { ok: false, status: code === 'STORE_REFUSED' ? 'failed' : 'away', code, detail: String(details) };
    }
  }

  /** What stands in its marker; null where it has none. */
  async mark(signal?: AbortSignal): Promise<string | null> {
    const content = await this.#store.get(MARKER, signal);
    return content && (await text(content)).trim();
  }

  writeMark(): Promise<void> {
    return this.#write(MARKER, `${this.#mark}\n`);
  }

  async hash(path: string, signal?: AbortSignal): Promise<Buffer | null> {
    const content = await this.#store.get(path, signal);
    return content && hashStream(content, signal);
  }

  read(path: string, signal?: AbortSignal): Promise<Readable | null> {
    return this.#store.get(path, signal);
  }

  /** It is read back: an answer that all is well is the word of the store, not a proof. */
  async take(
    path: string,
    { content, bytes, sha256 }: Arriving,
    signal: AbortSignal,
    onStep: (step: TakeStep) => Promise<void> | void,
  ): Promise<void> {
    await this.#store.put(path, content, { bytes, sha256 }, signal);
    await onStep('copied');
    const stored = await this.hash(path, signal);
    if (!stored?.equals(sha256)) throw new Error(`${path} in the store is not what was sent`);
    await onStep('verified');
  }

  /** Objects below a folder, from a name in it on, by their paths in the volume. */
  list(folder: string, from: string): AsyncIterable<{ name: string; bytes: number }> {
    return this.#store.list(folder, from);
  }

  remove(path: string): Promise<void> {
    return this.#store.remove(path);
  }

  #write(name: string, content: string, signal?: AbortSignal): Promise<void> {
    const body = Buffer.from(content);
    const sha256 = createHash('sha256').update(body).digest();
    return this.#store.put(name, body, { bytes: body.length, sha256 }, signal);
  }
}
