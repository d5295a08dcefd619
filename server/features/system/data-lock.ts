import { mkdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { AppError } from '#lib/app-error.ts';

/**
 * Keeps two servers from working on one data folder. The lock is a socket in Linux's abstract namespace, named after the
 * folder's device and inode: it is taken in one step, leaves no file, and is gone with its process however that ends.
 */
export class DataLock {
  readonly #dataDir: string;
  #socket: Server | null = null;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Makes the folder where it is missing. Throws DATA_IN_USE. */
  async start(): Promise<void> {
    if (this.#socket) return;
    await mkdir(this.#dataDir, { recursive: true, mode: 0o755 });
    const { dev, ino } = await stat(this.#dataDir);
    const socket = createServer((stranger) => stranger.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new AppError('DATA_IN_USE', this.#dataDir, { cause: error }) : error);
      });
      socket.listen({ path: `\0hallwatch-data-${dev}-${ino}` }, resolve);
    });
    socket.unref();
    this.#socket = socket;
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket) await new Promise((resolve) => socket.close(resolve));
  }
}
