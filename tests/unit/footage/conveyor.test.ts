import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Belt, SLOT_BYTES } from '../../../streams/footage/belt.ts';
import { Conveyor } from '../../../streams/footage/conveyor.ts';

describe('the conveyor of an export', () => {
  const belt = new Belt();
  const conveyor = new Conveyor(belt);
  const source = randomBytes(12 * SLOT_BYTES + 12_345);
  let folder: string;
  let hashing: Worker;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-conveyor-'));
    writeFileSync(path.join(folder, 'source'), source);
    hashing = new Worker(new URL('../../../streams/footage/hash-worker.ts', import.meta.url), {
      workerData: belt.shared,
    });
  });
  afterAll(async () => {
    await hashing.terminate();
    await rm(folder, { recursive: true });
  });

  const carry = (head: Buffer, ranges: { at: number; bytes: number }[]) => {
    const target = openSync(path.join(folder, 'target'), 'w');
    try {
      let told = 0;
      conveyor.begin(target, head);
      conveyor.carry(path.join(folder, 'source'), ranges, (bytes) => (told += bytes));
      return { told, ...conveyor.end(), written: readFileSync(path.join(folder, 'target')) };
    } finally {
      closeSync(target);
    }
  };

  it.each([
    ['all of a file, and more than the belt holds at a time', 0, [{ at: 0, bytes: source.length }]],
    ['a head longer than a slot, and nothing', 3 * SLOT_BYTES + 1, []],
    [
      'short and long ranges, and one that fills its slot',
      100,
      [
        { at: 7, bytes: 1 },
        { at: 1000, bytes: SLOT_BYTES - 1 },
        { at: 2 * SLOT_BYTES, bytes: SLOT_BYTES },
        { at: 4 * SLOT_BYTES + 5, bytes: 5 * SLOT_BYTES + 77 },
        { at: source.length - 10, bytes: 10 },
      ],
    ],
  ])('carries %s, and says the hash of what was written', (_what, headBytes, ranges) => {
    const head = randomBytes(headBytes);
    const wanted = Buffer.concat([head, ...ranges.map(({ at, bytes }) => source.subarray(at, at + bytes))]);
    const { told, bytes, sha256, written } = carry(head, ranges);
    expect(told).toBe(wanted.length - headBytes);
    expect(bytes).toBe(wanted.length);
    expect(written.equals(wanted)).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(wanted).digest('hex'));
  });

  it('says so of a file that is shorter than it was', () => {
    expect(() => carry(Buffer.alloc(0), [{ at: source.length - 5, bytes: 6 }])).toThrow('became shorter');
  });
});
