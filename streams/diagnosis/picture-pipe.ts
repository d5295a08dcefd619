import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const READ_BYTES = 128 * 1024;

export interface PicturePipe {
  /** For the child, as its standard output; ours to close once the child has it. */
  readonly far: net.Socket;
  /** Nothing is taken any more. */
  close(): void;
}

/**
 * A way out of a child process that is read into one buffer over and over; `take` gets its bytes for the call only. The
 * standard output that Node makes is a new buffer for each read, and to collect a megabyte of them at each look stops the
 * pictures of everyone who watches, for up to 50 ms.
 */
export async function openPicturePipe(take: (bytes: Buffer) => void): Promise<PicturePipe> {
  // A socket in a folder that only we may enter.
  const folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-pictures-'));
  const server = net.createServer({ pauseOnConnect: true });
  try {
    const address = path.join(folder, 'pipe');
    await once(server.listen(address), 'listening');
    const accepted = once(server, 'connection');
    const near = net.connect({
      path: address,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback(length, buffer) {
          take((buffer as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    near.on('error', () => undefined); // the child is gone, which is noticed by itself
    const [far] = (await accepted) as [net.Socket];
    return { far, close: () => near.destroy() };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
