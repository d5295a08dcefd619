/** SHA-256 of what comes on a belt, file after file, in a thread of its own: it takes longer than reading and writing. */
import { createHash } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { Belt } from './belt.ts';

const belt = new Belt(workerData as SharedArrayBuffer);
for (;;) {
  const hash = createHash('sha256');
  for (let bytes = belt.full(); bytes.length > 0; bytes = belt.full()) {
    hash.update(bytes);
    belt.take();
  }
  belt.answer(hash.digest());
}
