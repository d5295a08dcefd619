import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';

export const LOCK_FILE = '.hallwatch.lock';
const BEAT_MS = 10_000;
/** A lock of another machine that was not touched for this long, by the disk's own clock, is nobody's. */
const STALE_MS = 45_000;

const Owner = z.object({ id: z.string(), host: z.string(), pid: z.number(), place: z.string() });
type Owner = z.infer<typeof Owner>;

/**
 * Keeps two servers from writing to one volume. On one machine a socket in Linux's abstract namespace decides, named after
 * the folder's device and inode: it is gone with its process however that ends. A file in the volume says who has it, and
 * decides between machines that share a disk: its owner touches it, and who finds it untouched takes it.
 */
export class VolumeLock {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #id = randomUUID();
  #socket: Server | null = null;
  #endBeat: (() => void) | null = null;

  constructor({ folder, clock }: { folder: string; clock: Clock }) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** @throws AppError VOLUME_IN_USE with who has it; what the disk throws. */
  async take(): Promise<void> {
    if (this.#socket) return;
    const { dev, ino } = await stat(this.#folder);
    this.#socket = await this.#listen(`\0hallwatch-volume-${dev}-${ino}`);
    try {
      await this.#claim();
    } catch (error) {
      await this.release();
      throw error;
    }
    this.#endBeat = this.#clock.every(BEAT_MS, () => {
      const now = this.#clock.now() / 1000;
      // Who writes notices that the disk is gone; here it is only not touched.
      void utimes(this.#file, now, now).catch(() => undefined);
    });
  }

  /** Whether the volume is still the one that was locked: an empty mount point, or another disk on it, is not. */
  async isHeld(): Promise<boolean> {
    return (await this.#owner().catch(() => null))?.id === this.#id;
  }

  async release(): Promise<void> {
    this.#endBeat?.();
    this.#endBeat = null;
    const socket = this.#socket;
    this.#socket = null;
    if (await this.isHeld()) await unlink(this.#file).catch(() => undefined);
    if (socket) await new Promise((resolve) => socket.close(resolve));
  }

  get #file(): string {
    return path.join(this.#folder, LOCK_FILE);
  }

  async #listen(name: string): Promise<Server> {
    const socket = createServer((stranger) => stranger.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') return reject(error);
        void this.#owner().then((owner) => reject(this.#inUse(owner)), reject);
      });
      socket.listen({ path: name }, resolve);
    });
    socket.unref();
    return socket;
  }

  async #claim(): Promise<void> {
    const place = await placeOf();
    const owner = await this.#owner();
    // One of this place would hold the socket.
    if (owner && owner.place !== place && (await this.#isFresh())) throw this.#inUse(owner);
    const mine: Owner = { id: this.#id, host: hostname(), pid: process.pid, place };
    await writeFile(this.#file, JSON.stringify(mine), { mode: 0o644 });
  }

  /** By the clock of whoever keeps the disk: a file made now beside it tells that. */
  async #isFresh(): Promise<boolean> {
    const probe = `${this.#file}.${this.#id}`;
    await (await open(probe, 'wx')).close();
    const [{ mtimeMs: now }, { mtimeMs: touched }] = await Promise.all([stat(probe), stat(this.#file)]);
    await unlink(probe);
    return now - touched < STALE_MS;
  }

  async #owner(): Promise<Owner | null> {
    try {
      return Owner.parse(JSON.parse(await readFile(this.#file, 'utf8')));
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  #inUse(owner: Owner | null): AppError {
    const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
    return new AppError('VOLUME_IN_USE', `${this.#folder}: ${who}`);
  }
}

/** Where a process of the same machine would meet us on the abstract socket: its boot and its network namespace. */
async function placeOf(): Promise<string> {
  const [boot, network] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname()),
    readlink('/proc/self/ns/net').catch(() => ''),
  ]);
  return `${boot.trim()} ${network}`;
}
