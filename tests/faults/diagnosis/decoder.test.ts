import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { KeyPictureDecoder } from '../../../streams/diagnosis/decoder.ts';
import { LUMA_BYTES, type Picture } from '../../../streams/diagnosis/picture.ts';
import { room } from '../../helpers/picture.ts';
import { Coding } from '../../helpers/picture-lab.ts';

const coding = new Coding();
let decoder: KeyPictureDecoder;
let rooms: { frame: Picture; coded: Buffer }[];

beforeAll(async () => {
  coding.start();
  decoder = new KeyPictureDecoder({ codec: 'h264', clock: systemClock, ffmpegPath: 'ffmpeg' });
  rooms = [];
  for (const seed of [1, 2, 3]) {
    const frame = room(seed);
    rooms.push({ frame, coded: await coding.coded(frame) });
  }
});

afterAll(async () => {
  await Promise.all([coding.stop(), decoder.stop()]);
});

/** Which room comes out when this goes in. */
async function out(coded: Buffer): Promise<number | string> {
  const decoded = await decoder.decode(coded);
  if ('failed' in decoded) return decoded.failed;
  const differences = rooms.map(({ frame }) => meanDifference(frame, decoded.picture));
  const least = Math.min(...differences);
  return least < 4 ? differences.indexOf(least) : `none: ${differences.join(' ')}`;
}

function meanDifference(a: Picture, b: Picture): number {
  let sum = 0;
  for (let at = 0; at < LUMA_BYTES; at += 1) sum += Math.abs(a[at]! - b[at]!);
  return sum / LUMA_BYTES;
}

const coded = (index: number) => rooms[index]!.coded;

test('each camera gets its own picture, whatever goes in between, from one process', async () => {
  const results: (number | string)[] = [];
  for (const bytes of [
    coded(0),
    coded(1),
    randomBytes(20_000),
    coded(2),
    coded(0).subarray(0, 60),
    coded(1),
    Buffer.concat([coded(0).subarray(0, 40), randomBytes(3000)]),
    Buffer.alloc(0),
    coded(0),
  ]) {
    results.push(await out(bytes));
  }
  expect(results.filter((_, index) => [0, 1, 3, 5, 8].includes(index))).toEqual([0, 1, 2, 1, 0]);
  expect(results[7]).toBe('undecodable');
  // Random bytes may by chance look like something that ends the process; it must be the exception.
  expect(decoder.starts).toBeLessThanOrEqual(2);
});

test('later pictures are written over one that was given back, and over no other', async () => {
  const take = async (index: number) => {
    const decoded = await decoder.decode(coded(index));
    if ('failed' in decoded) throw new Error(decoded.detail);
    return decoded.picture;
  };
  const kept = await take(0);
  const lent = await take(1);
  decoder.giveBack(lent);
  const later = [await take(2), await take(1)];
  expect(later.includes(lent)).toBe(true);
  expect(later.includes(kept)).toBe(false);
  expect(meanDifference(kept, rooms[0]!.frame)).toBeLessThan(4);
});

test('two pictures out of one are nobody’s, and the next one is right again', async () => {
  expect(await out(Buffer.concat([coded(0), coded(1)]))).toBe('broken');
  expect(await out(coded(2))).toBe(2);
});

test('a killed ffmpeg costs one look', async () => {
  expect(await out(coded(0))).toBe(0);
  const asked = out(coded(1));
  process.kill(decoder.pid!, 'SIGKILL');
  expect(['broken', 1]).toContain(await asked);
  expect(await out(coded(2))).toBe(2);
});

test('without ffmpeg it says so', async () => {
  const none = new KeyPictureDecoder({ codec: 'h264', clock: systemClock, ffmpegPath: '/nonexistent/ffmpeg' });
  expect(await none.decode(coded(0))).toMatchObject({ failed: 'broken' });
  await none.stop();
});
