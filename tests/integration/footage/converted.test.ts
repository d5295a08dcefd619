import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { FootageReader } from '../../../streams/footage/reader.ts';
import { shownTimes, type MadeSegment } from '../../helpers/footage-files.ts';
import { FootageRoom, TEN } from './footage-room.ts';

const exec = promisify(execFile);
const RUN = '01KB0000000000000000000000';

describe('footage of H.265, for a browser that does not decode it', () => {
  let room: FootageRoom;
  let made: MadeSegment[];
  beforeAll(async () => {
    room = await FootageRoom.open();
    made = await room.record({ cameraId: 'cam-1', run: RUN, startedAt: TEN, seconds: 8, codec: 'libx265' });
  });
  afterAll(() => room.close());

  const get = (query: string, number = 1) => room.get(`/api/footage/cam-1/segments/${RUN}/${number}?${query}`);
  /** As a file, as others read it. */
  async function kept(bytes: Buffer): Promise<string> {
    const target = path.join(room.folder, 'converted.mp4');
    await writeFile(target, bytes);
    return target;
  }

  it('comes as H.264 with the same pictures at the same times, from 0 on, and without sound', async () => {
    const answer = await get('as=h264');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'video/mp4']);
    const target = await kept(answer.rawPayload);
    const { stdout } = await exec('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name',
      '-of',
      'csv=p=0',
      target,
    ]);
    expect(stdout.trim()).toBe('h264');
    const times = await shownTimes(target);
    expect(times).toHaveLength(made[1]!.frames);
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(i / 25, 3);
  });

  it('comes as its key pictures alone, at their times', async () => {
    const times = await shownTimes(await kept((await get('as=h264&only=keys')).rawPayload));
    expect(times.map((time) => Math.round(time * 1000))).toEqual([0, 1000, 2000, 3000]);
  });

  it('that is broken or away is told by its code', async () => {
    const whole = await readFile(made[0]!.path);
    await writeFile(made[0]!.path, Buffer.alloc(whole.length));
    expect((await get('as=h264', 0)).json()).toMatchObject({ error: { code: 'FOOTAGE_UNREADABLE' } });
    await rename(made[0]!.path, `${made[0]!.path}.away`);
    expect((await get('as=h264', 0)).json()).toMatchObject({ error: { code: 'FOOTAGE_AWAY' } });
    await rename(`${made[0]!.path}.away`, made[0]!.path);
    await writeFile(made[0]!.path, whole);
  });

  it('is converted as many at a time as is said, and for nobody who has left', async () => {
    const tools = { ffmpegPath: 'ffmpeg', clock: systemClock };
    const file = { ...made[1]! };
    const none = new FootageReader({ ...tools, conversions: 0 });
    await expect(none.converted(file, false, new AbortController().signal)).rejects.toMatchObject({
      code: 'TRANSCODE_BUSY',
    });

    const one = new FootageReader({ ...tools, conversions: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const content = await one.converted(file, false, first.signal);
    let began = false;
    const waits = one.converted(file, true, second.signal).then((stream) => ((began = true), stream));
    await one.mimeType(file);
    expect(began).toBe(false);
    const ended = new Promise((resolve) => content.on('error', () => undefined).once('close', resolve));
    first.abort();
    content.resume();
    await ended;
    const chunks = await (await waits).toArray();
    expect(Buffer.concat(chunks).includes('moof')).toBe(true);
  });
});
