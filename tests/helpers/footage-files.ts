import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { footagePath } from '../../server/lib/footage-files.ts';
import { boxesIn } from '../../streams/footage/boxes.ts';

const run = promisify(execFile);
const TICKS_PER_MS = 90;

/** A file of footage on disk, and what its row says. */
export interface MadeSegment {
  path: string;
  run: string;
  number: number;
  startedAt: number;
  endedAt: number;
  startTicks: number;
  initBytes: number;
  bytes: number;
  frames: number;
  sha256: Buffer;
}

export interface RunOrder {
  volume: string;
  cameraId: string;
  /** ULID. */
  run: string;
  startedAt: number;
  seconds: number;
  /** Length of each file; key pictures are a second apart. */
  segmentSec?: number;
  /** So long is each fragment, wherever key pictures lie; without it, they are cut at those as well. */
  fragmentMs?: number;
  fps?: number;
  size?: string;
  /** ffmpeg's name of an encoder; none: no sound. */
  sound?: 'aac' | 'pcm_mulaw' | null;
  codec?: 'libx264' | 'libx265';
  /** As ffmpeg says it, e.g. `2500k`; none: as it comes. */
  bitrate?: string;
}

/** Footage as a recorder leaves it, from ffmpeg's test picture, each frame of which is another. */
export async function makeRun(order: RunOrder): Promise<MadeSegment[]> {
  const { volume, cameraId, startedAt, seconds, segmentSec = 4, fps = 25 } = order;
  const { size = '320x180', sound = 'aac', codec = 'libx264' } = order;
  await mkdir(volume, { recursive: true });
  const whole = path.join(volume, `${order.run}.tmp`);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}`];
  // what AAC begins with lies before its first sound: late sound keeps that from shifting the pictures
  const tone = sound ? ['-itsoffset', '0.256', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=8000'] : [];
  const soundCoding = sound ? ['-c:a', sound, '-ac', '1'] : [];
  const speed =
    codec === 'libx265' ? ['-x265-params', 'log-level=none:bframes=0', '-tag:v', 'hvc1'] : ['-tune', 'zerolatency'];
  const fragments = order.fragmentMs ? '' : '+frag_keyframe';
  const rate = order.bitrate
    ? ['-b:v', order.bitrate, '-minrate', order.bitrate, '-maxrate', order.bitrate, '-bufsize', order.bitrate]
    : [];
  const coding = [
    ...['-c:v', codec, '-preset', 'ultrafast', ...speed, ...rate],
    ...['-bf', '0', '-g', String(fps), '-pix_fmt', 'yuv420p'],
  ];
  const inputs = [...picture, ...tone, ...coding, ...soundCoding];
  await run('ffmpeg', [
    ...['-v', 'error', '-y', ...inputs, '-t', String(seconds), '-video_track_timescale', '90000', '-use_editlist', '0'],
    ...['-sc_threshold', '0', '-frag_duration', `${order.fragmentMs ?? 500}000`],
    ...['-movflags', `+empty_moov+default_base_moof${fragments}`],
    ...['-f', 'mp4', whole],
  ]);
  const bytes = await readFile(whole);
  const boxes = boxesIn(bytes, 0, bytes.length);
  const firstMoof = boxes.findIndex(({ type }) => type === 'moof');
  const init = bytes.subarray(0, boxes[firstMoof]!.at);
  const groups = new Map<number, { at: number; end: number; ticks: number; frames: number; endTicks: number }>();
  for (const [i, box] of boxes.entries()) {
    if (box.type !== 'moof') continue;
    const facts = pictureOf(bytes, box.content, box.end);
    const group = Math.floor((facts?.ticks ?? Infinity) / (segmentSec * 1000 * TICKS_PER_MS) + 1e-6);
    const known = groups.get(group) ?? [...groups.values()].at(-1);
    const end = boxes[i + 1]!.end;
    if (facts && !groups.has(group)) groups.set(group, { at: box.at, end, ...facts });
    else if (known) {
      known.end = end;
      known.frames += facts?.frames ?? 0;
      known.endTicks = facts?.endTicks ?? known.endTicks;
    }
  }
  const segments: MadeSegment[] = [];
  for (const [number, { at, end, ticks, frames, endTicks }] of groups) {
    const content = Buffer.concat([init, bytes.subarray(at, end)]);
    const from = startedAt + ticks / TICKS_PER_MS;
    const relative = footagePath({ cameraId, role: 'main', startedAt: from, run: order.run, number });
    const target = path.join(volume, relative);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content);
    segments.push({
      ...{
        path: target,
        run: order.run,
        number,
        startedAt: from,
        endedAt: startedAt + endTicks / TICKS_PER_MS,
      },
      ...{ startTicks: ticks, initBytes: init.length, bytes: content.length, frames },
      sha256: createHash('sha256').update(content).digest(),
    });
  }
  return segments;
}

/** First and last tick and count of track 1 in a moof of ffmpeg: it writes the table of each sample in full or by default. */
function pictureOf(bytes: Buffer, from: number, to: number) {
  for (const traf of boxesIn(bytes, from, to).filter(({ type }) => type === 'traf')) {
    const parts = new Map(boxesIn(bytes, traf.content, traf.end).map((box) => [box.type, box]));
    const tfhd = parts.get('tfhd')!;
    if (bytes.readUInt32BE(tfhd.content + 4) !== 1) continue;
    const ticks = Number(bytes.readBigUInt64BE(parts.get('tfdt')!.content + 4));
    const frames = bytes.readUInt32BE(parts.get('trun')!.content + 4);
    // default-sample-duration follows the track's id where base offset and description index are left out
    const duration = bytes.readUInt32BE(tfhd.content + 8);
    return { ticks, frames, endTicks: ticks + frames * duration };
  }
  return null;
}

/** What ffprobe says of the pictures of a file or address: when each is shown, in seconds. */
export async function shownTimes(source: string): Promise<number[]> {
  const { stdout } = await run(
    'ffprobe',
    [...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'frame=pts_time', '-of', 'csv=p=0', source]],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line.split(',')[0]));
}

/** MD5 of each decoded picture in the order of showing. */
export async function frameHashes(source: string): Promise<string[]> {
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', source, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)!.trim());
}

/** The files of a run one behind the other, as one fragmented file that ffmpeg reads. */
export async function joined(segments: readonly MadeSegment[], target: string): Promise<string> {
  const parts = await Promise.all(segments.map(({ path }) => readFile(path)));
  const bodies = parts.map((part, i) => (i === 0 ? part : part.subarray(segments[i]!.initBytes)));
  await writeFile(target, Buffer.concat(bodies));
  return target;
}
