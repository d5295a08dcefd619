import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FootageExport } from '#contract/footage.ts';
import { systemClock } from '#lib/clock.ts';
import { FootageReader } from '../../../streams/footage/reader.ts';
import { shownTimes, type MadeSegment } from '../../helpers/footage-files.ts';
import { FootageRoom, iso, TEN } from './footage-room.ts';

const exec = promisify(execFile);
const RUN = '01KB0000000000000000000000';
const whole = { keys: false, from: 0, masks: [] };

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

  /** When each piece of sound is heard, seconds. */
  async function soundTimes(file: string): Promise<string> {
    const args = ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file];
    return (await exec('ffprobe', args)).stdout;
  }

  it('comes as H.264 with the same pictures at the same times, and its sound', async () => {
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
    expect(stdout.trim()).toBe('h264\naac');
    const times = await shownTimes(target);
    expect(times).toHaveLength(made[1]!.frames);
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(4 + i / 25, 3);
    expect(await soundTimes(target)).toEqual(await soundTimes(made[1]!.path));
  });

  it('begins with the key picture before the moment that is asked for, sound and all', async () => {
    const run = '01KB0000000000000000000001';
    const order = { cameraId: 'cam-1', run, startedAt: TEN + 60_000, seconds: 4, segmentSec: 10 };
    // key pictures come each second, in the midst of fragments
    const [file] = await room.record({ ...order, codec: 'libx265', fragmentMs: 400 });
    const answer = await room.get(`/api/footage/cam-1/segments/${run}/0?as=h264&from=${iso(TEN + 62_700)}`);
    const target = await kept(answer.rawPayload);
    const times = await shownTimes(target);
    expect(times).toHaveLength(file!.frames - 50);
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(2 + i / 25, 3);
    const [all, heard] = [await soundTimes(file!.path), await soundTimes(target)];
    expect(all.endsWith(heard)).toBe(true);
    expect(Number.parseFloat(heard)).toBeCloseTo(2, 0);
  });

  it('comes as its key pictures alone, at their times', async () => {
    const times = await shownTimes(await kept((await get('as=h264&only=keys')).rawPayload));
    expect(times.map((time) => Math.round(time * 1000))).toEqual([4000, 5000, 6000, 7000]);
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
    await expect(none.converted(file, whole, new AbortController().signal)).rejects.toMatchObject({
      code: 'TRANSCODE_BUSY',
    });

    const one = new FootageReader({ ...tools, conversions: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const content = await one.converted(file, whole, first.signal);
    let began = false;
    const waits = one
      .converted(file, { ...whole, keys: true }, second.signal)
      .then((stream) => ((began = true), stream));
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

describe('footage of which parts are covered for whoever looks', () => {
  /** The left half, of whatever codec; the test pattern is nowhere black. */
  const region = { x: 0, y: 0, width: 0.5, height: 1 };
  let room: FootageRoom;
  beforeAll(async () => {
    room = await FootageRoom.open();
    await room.record({ cameraId: 'cam-1', run: RUN, startedAt: TEN, seconds: 4 });
    room.covered.set('supervisor', [region]);
  });
  afterAll(() => room.close());
  const span = new URLSearchParams({ from: iso(TEN), until: iso(TEN + 4000) }).toString();

  /** Mean brightness, 16 for black, of the left and of the right of each picture. */
  async function halves(bytes: Buffer): Promise<[left: number, right: number][]> {
    const target = path.join(room.folder, 'covered');
    await writeFile(target, bytes);
    // away from the edge between the two, which the codec blurs
    const columns = '[0:v]split[a][b];[a]crop=iw/2-8:ih:0:0[l];[b]crop=iw/2-8:ih:iw/2+8:0[r];[l][r]hstack';
    const output = ['-fps_mode', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
    const filter = ['-filter_complex', `${columns},scale=2:1:flags=area:in_range=tv:out_range=tv`];
    const run = await exec('ffmpeg', ['-v', 'error', '-i', target, ...filter, ...output], { encoding: 'buffer' });
    return Array.from({ length: run.stdout.length / 2 }, (_, i) => [run.stdout[2 * i]!, run.stdout[2 * i + 1]!]);
  }
  const isCovered = async (bytes: Buffer) => {
    const pictures = await halves(bytes);
    expect(pictures.length).toBeGreaterThan(0);
    for (const [left, right] of pictures) {
      expect(left).toBeLessThanOrEqual(20);
      expect(right).toBeGreaterThan(30);
    }
  };

  it('is told to be, and comes covered however it is asked for', async () => {
    const answer = (await room.get(`/api/footage/cam-1/segments?${span}`)).json();
    expect(answer.runs).toMatchObject([{ id: RUN, covered: true }]);
    const at = `/api/footage/cam-1/segments/${RUN}/0`;
    for (const ask of [at, `${at}.mp4`, `${at}?as=h264`, `${at}?only=keys`, `${at}?later=1000`]) {
      const file = await room.get(ask, { range: 'bytes=0-1000' });
      expect(file.statusCode, ask).toBe(200);
      await isCovered(file.rawPayload);
    }
  });

  it('comes covered as a picture', async () => {
    const preview = `/api/footage/cam-1/preview.jpg?at=${iso(TEN + 1000)}&width=320`;
    const snapshot = `/api/footage/cam-1/snapshot.jpg?at=${iso(TEN + 1000)}`;
    await isCovered((await room.get(preview)).rawPayload);
    const kept = (await room.get(snapshot)).rawPayload;
    // name and time stand in white below
    const [[left]] = (await halves(kept)) as [[number, number]];
    expect(left).toBeLessThan(40);
    room.covered.clear();
    const [[seen]] = (await halves((await room.get(preview)).rawPayload)) as [[number, number]];
    expect(seen).toBeGreaterThan(30);
    room.covered.set('supervisor', [region]);
  });

  it('is not played by others as it lies on the disk', async () => {
    const token = (
      await room.call('POST', '/api/footage/cam-1/token', { from: iso(TEN), until: iso(TEN + 4000) })
    ).json();
    expect((await room.test.app.inject(token.playlist)).json()).toMatchObject({ error: { code: 'PICTURE_MASKED' } });
    const file = await room.test.app.inject(`/api/footage/cam-1/segments/${RUN}/0.mp4?token=${token.token}`);
    await isCovered(file.rawPayload);
  });

  const exports = '/api/footage/exports';
  async function exported(exact = false): Promise<FootageExport> {
    const input = { cameraIds: ['cam-1'], from: iso(TEN + 1520), until: iso(TEN + 4000), exact };
    const { id } = (await room.call('POST', exports, input)).json<{ id: string }>();
    const now = async () => (await room.get(`${exports}/${id}`)).json<FootageExport>();
    await expect.poll(async () => (await now()).status, { timeout: 10_000 }).toMatch(/done|failed/);
    return now();
  }

  it('is exported covered, every picture of it at its time, and the manifest says so', async () => {
    const { id, files } = await exported(true);
    const [file] = files;
    expect(file).toMatchObject({ covered: [region], from: iso(TEN + 1520), until: iso(TEN + 4000) });
    const { rawPayload } = await room.get(`${exports}/${id}/files/${file!.name}`);
    expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(file!.sha256);
    await isCovered(rawPayload);
    const target = path.join(room.folder, 'covered.mp4');
    await writeFile(target, rawPayload);
    const times = await shownTimes(target);
    expect(times).toHaveLength(62);
    for (const [i, time] of times.entries()) expect(time).toBeCloseTo(i / 25, 2);
    const { stdout } = await exec('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name',
      '-of',
      'csv=p=0',
      target,
    ]);
    expect(stdout.trim()).toBe('h264\naac');
    const { cameras } = (await room.get(`${exports}/${id}/files/manifest.json`)).json();
    expect(cameras).toMatchObject([{ covered: [region], pictures: expect.stringContaining('encoded anew') }]);
    // a mask that was drawn since is not in it
    room.covered.set('supervisor', [region, { x: 0.75, y: 0, width: 0.25, height: 1 }]);
    const later = await room.get(`${exports}/${id}/files/${file!.name}`);
    expect(later.json()).toMatchObject({ error: { code: 'PICTURE_MASKED' } });
    room.covered.set('supervisor', [region]);
  });

  it('stays with who may see it where it was exported whole', async () => {
    room.covered.clear();
    const { id, files } = await exported();
    expect(files).toMatchObject([{ covered: [] }]);
    room.covered.set('supervisor', [region]);
    for (const name of [files[0]!.name, 'manifest.json']) {
      const taken = await room.get(`${exports}/${id}/files/${name}`);
      expect(taken.json()).toMatchObject({ error: { code: 'PICTURE_MASKED' } });
    }
  });
});
