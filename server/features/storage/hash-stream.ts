import { createHash } from 'node:crypto';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of what comes. */
export async function hashStream(content: Readable, signal?: AbortSignal): Promise<Buffer> {
  const hash = createHash('sha256');
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
  await pipeline(content, into, signal ? { signal } : {});
  return hash.digest();
}
