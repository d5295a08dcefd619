import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FragmentReader } from '../../../client/features/footage/playback/fragments.ts';
import { g711Samples } from '../../../client/player/sound/g711.ts';
import { indexFileSync } from '../../../streams/footage/file-index.ts';
import { boxUnder } from '../../../streams/footage/boxes.ts';
import { readInit } from '../../../streams/footage/init-facts.ts';
import { samplesOf } from '../../../streams/footage/key-pictures.ts';
import { cut } from '../../../streams/footage/cutting.ts';
import { Hub } from '../../../streams/hub.ts';
import { frameHashes, makeRun, shownTimes } from '../../helpers/footage-files.ts';
import { openRecordingRoom, type RecordingRoom } from '../../helpers/recording-room.ts';

const exec = promisify(execFile);
const START = Date.parse('2026-11-26T02:00:00.000Z');
const SOUND_MS = 20;

let folder: string;
let room: RecordingRoom;
let original: string[];
/** The samples of G.711 in their order: each byte is another than the one before. */
let sound: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-recorded-'));
  const order = { volume: folder, cameraId: 'made', run: '01KB0000000000000000000000', startedAt: START };
  const [made] = await makeRun({ ...order, seconds: 12, segmentSec: 60, sound: null });
  original = await frameHashes(made!.path);
  const hub = new Hub({ state: { cameraId: 'cam-1', role: 'main' } as never, onViewers: () => undefined });
  room = await openRecordingRoom({ hubOf: () => hub, segmentMs: 2000 });
  room.record('cam-1', 'main');
  sound = Buffer.from(Array.from({ length: 12_000 * 8 }, (_, i) => i % 251));
  await stream(made!.path, hub);
  await room.recorder.stop();
});
afterAll(async () => {
  await room.close();
  await rm(folder, { recursive: true, force: true });
});

/** The pictures of a file, as a camera sends them, with sound between them. */
async function stream(file: string, hub: Hub): Promise<void> {
  const bytes = await readFile(file);
  const { index, init } = indexFileSync(file);
  const { picture } = readInit(init)!;
  const { width, height, codecString, sampleDescription } = picture;
  const entry = { content: 8 + 8 + 8 + 78, end: sampleDescription.length };
  const avcC = boxUnder(sampleDescription, entry, 'avcC')!;
  const description = sampleDescription.subarray(avcC.content, avcC.end);
  hub.setFormat({ codec: 'h264', codecString, description, width, height, fps: 25 });
  hub.setSoundFormat({
    codec: 'ulaw',
    codecString: 'ulaw',
    sampleRate: 8000,
    channels: 1,
    description: Buffer.alloc(0),
  });
  let soundMs = 0;
  for (const [i, { offset, bytes: length, key, decodeTime }] of samplesOf(index, picture).entries()) {
    const pts = decodeTime / 90;
    const taken = { wallclock: START + pts, receivedAt: START + pts + 30 };
    for (; soundMs <= pts; soundMs += SOUND_MS) {
      const data = sound.subarray(soundMs * 8, (soundMs + SOUND_MS) * 8);
      hub.pushSound({ track: 'sound', pts: soundMs, wallclock: START + soundMs, receivedAt: START + soundMs, data });
    }
    const data = bytes.subarray(offset, offset + length);
    // the first sender report waited in a busy process, the next one did not
    const clockOffsetMs = i === 0 ? -80 : 0;
    hub.push({ track: 'video', codec: 'h264', key, pts, ...taken, clockOffsetMs, follows: i > 0, data });
  }
}

it('what the recorder wrote is cut with every picture and every byte of sound, over all joins', async () => {
  const segments = room.segments();
  expect(segments.length).toBeGreaterThanOrEqual(5);
  expect(segments[0]!.startedAt).toBe(START);
  const parts = segments.map((segment) => ({ ...segment, path: room.pathOf(segment) }));
  const { files, missing } = await cut({
    ...{ parts, from: START, until: START + 60_000, exact: false, folder },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  });
  expect([files.length, missing]).toEqual([1, []]);
  const target = path.join(folder, '0.mp4');
  expect(await frameHashes(target)).toEqual(original);
  const times = await shownTimes(target);
  times.forEach((time, i) => expect(time).toBeCloseTo(i / 25, 3));
  const { stdout } = await exec(
    'ffmpeg',
    ['-v', 'error', '-i', target, '-map', '0:a', '-c', 'copy', '-f', 'mulaw', '-'],
    {
      ...{ encoding: 'buffer', maxBuffer: 1024 * 1024 },
    },
  );
  // it begins with the first sound after the first picture, and nothing is missing from there
  const begin = sound.indexOf(stdout.subarray(0, 500));
  expect(begin).toBeLessThanOrEqual(SOUND_MS * 8);
  expect(stdout.length).toBeGreaterThan(11.8 * 8000);
  expect(stdout.equals(sound.subarray(begin, begin + stdout.length))).toBe(true);
  const { stdout: streams } = await exec('ffprobe', [
    ...['-v', 'error', '-show_entries', 'stream=codec_name,duration', '-of', 'csv=p=0', target],
  ]);
  const [video, audio] = streams
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  expect([video![0], audio![0]]).toEqual(['h264', 'pcm_mulaw']);
  expect(Math.abs(Number(audio![1]) - Number(video![1]))).toBeLessThan(0.2);
});

it('its G.711 plays in a browser as FLAC, sample by sample, with every picture as it was', async () => {
  const units = [];
  for (const segment of room.segments()) {
    const reader = new FragmentReader({ sound: 'flac' });
    const bytes = await readFile(room.pathOf(segment));
    // cut anywhere, and gone on with by another reader, as a file that grows is
    units.push(...reader.push(bytes.subarray(0, 100_000)));
    units.push(...new FragmentReader({ sound: 'flac', after: reader }).push(bytes.subarray(reader.taken)));
  }
  const [head] = units;
  const film = [head!, ...units.filter(({ kind }) => kind === 'fragment')].map(({ bytes }) => bytes);
  const target = path.join(folder, 'flac.mp4');
  await writeFile(target, film);
  const { stdout } = await exec('ffmpeg', ['-v', 'error', '-i', target, '-map', '0:a', '-f', 's16le', '-'], {
    ...{ encoding: 'buffer', maxBuffer: 1024 * 1024 },
  });
  const samples = Buffer.from(g711Samples('ulaw', sound).buffer);
  const begin = samples.indexOf(stdout.subarray(0, 1000));
  expect(begin).toBeLessThanOrEqual(SOUND_MS * 16);
  expect(stdout.length).toBeGreaterThan(11.8 * 16_000);
  expect(stdout.equals(samples.subarray(begin, begin + stdout.length))).toBe(true);
  expect(await frameHashes(target)).toEqual(original);
});
