import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { openPicturePipe } from '../../../streams/diagnosis/picture-pipe.ts';

it('brings all that a child writes, in one buffer over and over', async () => {
  const heard = createHash('sha256');
  const places = new Set<ArrayBufferLike>();
  const all = Promise.withResolvers<void>();
  let bytes = 0;
  const pipe = await openPicturePipe((chunk) => {
    places.add(chunk.buffer);
    heard.update(chunk);
    bytes += chunk.length;
    if (bytes === 3_000_000) all.resolve();
  });
  const script = `process.stdout.write(Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251)))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', pipe.far, 'inherit'] });
  pipe.far.destroy();
  await all.promise;
  const written = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
  expect(heard.digest('hex')).toBe(createHash('sha256').update(written).digest('hex'));
  expect(places.size).toBe(1);
  child.kill();
  pipe.close();
});
