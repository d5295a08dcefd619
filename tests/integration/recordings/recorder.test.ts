import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import type { SegmentFacts } from '#lib/recorder-report.ts';
import { FootageReader } from '../../../streams/footage/reader.ts';
import { paintedTimes } from '../../helpers/barcode-reader.ts';
import { openCameras } from '../../helpers/one-camera.ts';
import { openRecordingRoom, type RecordingRoom } from '../../helpers/recording-room.ts';

const WIDTH = 640;
/** Each three times: many recordings at once show in seconds what one would in minutes. */
const kinds = [
  { kind: 'aac', audio: 'aac', clockOffsetMs: 3_600_000 },
  { kind: 'ulaw', audio: 'pcmu' },
  { kind: 'hevc', audio: 'pcma', codec: 'h265' },
] as const;
const all = kinds.flatMap(({ kind, ...camera }) => [1, 2, 3].map((i) => ({ id: `${kind}-${i}`, ...camera })));

let cameras: Awaited<ReturnType<typeof openCameras>>;
let room: RecordingRoom;
/** `pts` of all pictures of each hub. */
const seen = new Map<string, number[]>();

beforeAll(async () => {
  cameras = await openCameras(all);
  // From key picture to key picture: every other second is a join.
  room = await openRecordingRoom({ hubOf: (id, role) => cameras.house.hub(id, role), segmentMs: 1000 });
  // The first report of each waited behind eight other cameras that began in this process; the second comes after 5 s.
  await Promise.all(all.map(({ id }) => pictures(id, 90)));
  for (const { id } of all) {
    const shown: number[] = [];
    seen.set(id, shown);
    const nothing = () => undefined;
    cameras.house.hub(id, 'sub')!.join({
      ...{ onState: nothing, onFormat: nothing, onEnd: nothing },
      onUnit: ({ pts }) => shown.push(pts),
    });
    room.record(id, 'sub');
  }
});
/** Resolves when so many pictures of a camera have come. */
async function pictures(id: string, count: number): Promise<void> {
  const nothing = () => undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  let come = 0;
  const leave = cameras.house.hub(id, 'sub')!.join({
    ...{ onState: nothing, onFormat: nothing, onEnd: nothing },
    onUnit: () => ++come >= count && resolve(),
  });
  await promise;
  leave?.();
}

afterAll(async () => {
  await room.close();
  await cameras.close();
});

const segmentsOf = (id: string) => room.segments().filter(({ cameraId }) => cameraId === id);
/** One film: the head of the first file, and the fragments of all. */
const bytesOf = async (segments: SegmentFacts[]) => {
  const files = await Promise.all(segments.map((segment) => readFile(room.pathOf(segment))));
  return Buffer.concat(files.map((bytes, i) => (i === 0 ? bytes : bytes.subarray(segments[i]!.initBytes))));
};

function probe(bytes: Buffer): { codec_name: string; codec_tag_string: string }[] {
  const args = ['-v', 'error', '-show_streams', '-of', 'json', '-f', 'mp4', '-'];
  return JSON.parse(spawnSync('ffprobe', args, { input: bytes }).stdout.toString()).streams;
}

describe('recorded files', () => {
  it(
    'miss no picture over a hundred joins, and begin when their first picture was painted',
    { timeout: 300_000 },
    async () => {
      await expect.poll(() => room.segments().length, { timeout: 280_000, interval: 500 }).toBeGreaterThan(106);
      for (const { id } of all) {
        const segments = segmentsOf(id);
        expect(segments.map(({ number }) => number)).toEqual(segments.map((_, i) => i));
        expect(new Set(segments.map(({ run }) => run)).size).toBe(1);
        const { times, complaints } = paintedTimes(await bytesOf(segments), WIDTH);
        expect(complaints).toBe('');
        expect(times).toHaveLength(segments.reduce((sum, { frames }) => sum + frames, 0));
        // A picture that is not there would be a step in the file that was none in the hub.
        const shown = seen.get(id)!;
        const off = times.slice(1).map((time, i) => time! - times[i]! - (shown[i + 1]! - shown[i]!));
        expect(Math.max(...off.map(Math.abs))).toBeLessThan(10);
        let first = 0;
        for (const { startedAt, frames } of segments) {
          expect(Math.abs((startedAt % 2 ** 32) - times[first]!)).toBeLessThan(50);
          first += frames;
        }
      }
    },
  );

  it('are what their rows say: bytes, hash, times that follow on', async () => {
    const segments = segmentsOf('aac-1');
    for (const segment of segments.slice(0, 5)) {
      const bytes = await readFile(room.pathOf(segment));
      expect(bytes.length).toBe(segment.bytes);
      expect(createHash('sha256').update(bytes).digest()).toEqual(segment.sha256);
      expect(segment.clockOffsetMs! - 3_600_000).toBeLessThan(1000);
    }
    for (const [i, segment] of segments.slice(1).entries()) {
      expect(Math.abs(segment.startedAt - segments[i]!.endedAt)).toBeLessThan(50);
    }
  });

  it.each([
    ['aac', 'h264', 'avc1', 'aac', 'mp4a'],
    ['ulaw', 'h264', 'avc1', 'pcm_mulaw', 'ulaw'],
    ['hevc', 'hevc', 'hvc1', 'pcm_alaw', 'alaw'],
  ])('of %s keep the sound as the camera sent it', async (kind, video, videoTag, sound, soundTag) => {
    const streams = probe(await bytesOf(segmentsOf(`${kind}-1`).slice(3, 4)));
    expect(streams).toMatchObject([
      { codec_name: video, codec_tag_string: videoTag },
      { codec_name: sound, codec_tag_string: soundTag },
    ]);
  });

  it('of H.265 keep it where they are made into H.264 as well, G.711 as FLAC', async () => {
    const segment = segmentsOf('hevc-1')[3]!;
    const reader = new FootageReader({ ffmpegPath: 'ffmpeg', clock: systemClock, conversions: 1 });
    const file = { ...segment, path: room.pathOf(segment) };
    const whole = { keys: false, from: 0, masks: [] };
    const made = Buffer.concat(await (await reader.converted(file, whole, new AbortController().signal)).toArray());
    expect(probe(made)).toMatchObject([{ codec_name: 'h264' }, { codec_name: 'flac' }]);
    expect(paintedTimes(made, WIDTH).times).toHaveLength(segment.frames);
  });

  it('can be read while they grow, up to the last whole fragment', async () => {
    await expect.poll(() => room.recorder.openSegments().some(({ cameraId }) => cameraId === 'aac-1')).toBe(true);
    const segment = room.recorder.openSegments().find(({ cameraId }) => cameraId === 'aac-1')!;
    const file = await open(segment.path, 'r');
    const bytes = Buffer.alloc(segment.bytes);
    await file.read(bytes, 0, bytes.length, 0);
    await file.close();
    const { times, complaints } = paintedTimes(bytes, WIDTH);
    expect(complaints).toBe('');
    expect(times).toHaveLength(segment.frames);
  });
});
