import { mkdtemp, readFile, rm, symlink, truncate, unlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, type CuttingOptions } from '../../../streams/footage/cutting.ts';
import { frameHashes, joined, makeRun, shownTimes, type MadeSegment } from '../../helpers/footage-files.ts';

const exec = promisify(execFile);
const START = Date.parse('2026-11-26T02:00:00.000Z');
const RUN_A = '01KB0000000000000000000000';
const RUN_B = '01KB0000000000000000000001';

describe('cutting footage', () => {
  let folder: string;
  /** 12 s in three files, 25 pictures a second. */
  let run: MadeSegment[];
  /** Every picture of it as it decodes. */
  let original: string[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-cut-'));
    run = await makeRun({ volume: folder, cameraId: 'cam-1', run: RUN_A, startedAt: START, seconds: 12 });
    original = await frameHashes(await joined(run, path.join(folder, 'joined.mp4')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ask = (request: Partial<CuttingOptions>) =>
    cut({
      ...{ parts: run, from: START, until: START + 12_000, exact: false, folder },
      ...{ signal: new AbortController().signal, onProgress: () => undefined },
      ...request,
    });
  const file = (name = '0.mp4') => path.join(folder, name);

  it('finds three files of a hundred pictures each', () => {
    expect(run.map(({ frames }) => frames)).toEqual([100, 100, 100]);
    expect(original).toHaveLength(300);
  });

  it('gives a whole run as one file that holds the very pictures, and says so by its hash', async () => {
    const { files, missing } = await ask({});
    expect(missing).toEqual([]);
    expect(files).toMatchObject([{ name: '0.mp4', from: START, until: START + 12_000 }]);
    const content = await readFile(file());
    expect(files[0]!.bytes).toBe(content.length);
    expect(files[0]!.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(await frameHashes(file())).toEqual(original);
    const times = await shownTimes(file());
    expect(times).toHaveLength(300);
    times.forEach((time, i) => expect(time).toBeCloseTo(i / 25, 4));
  });

  it('is read from its beginning: the tables come before the data, and the time of creation is that of the first picture', async () => {
    await ask({});
    const types = (await readFile(file())).subarray(0, 64).toString('latin1');
    expect(types.indexOf('ftyp')).toBeGreaterThan(0);
    expect(types.indexOf('moov')).toBeGreaterThan(0);
    const { stdout } = await exec('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'format_tags=creation_time',
      '-of',
      'csv=p=0',
      file(),
    ]);
    expect(stdout.trim()).toBe('2026-11-26T02:00:00.000000Z');
  });

  it('carries the sound, beside its pictures', async () => {
    await ask({ from: START + 3000, until: START + 9000 });
    const { stdout } = await exec('ffprobe', [
      ...['-v', 'error', '-show_entries', 'stream=codec_name,start_time,duration', '-of', 'csv=p=0', file()],
    ]);
    const [video, audio] = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(video).toEqual(['h264', '0.000000', '6.000000']);
    expect(audio![0]).toBe('aac');
    expect(Number(audio![1])).toBeLessThan(0.13);
    expect(Number(audio![2])).toBeGreaterThan(5.8);
  });

  it('begins with the key picture before the span where no more is asked, and ends with its last picture', async () => {
    const { files } = await ask({ from: START + 2500, until: START + 7400 });
    expect(files).toMatchObject([{ from: START + 2000, until: START + 7400 }]);
    expect(await frameHashes(file())).toEqual(original.slice(50, 185));
  });

  it.each([
    ['in the middle of a group', 2520, 63],
    ['a moment before a picture', 2519, 63],
    ['a moment after a picture', 2521, 64],
    ['on a key picture', 5000, 125],
    ['on the first picture of a file', 4000, 100],
    ['behind the last picture of a file', 3970, 100],
  ])('begins exactly %s where that is asked', async (_where, offset, index) => {
    const { files } = await ask({ from: START + offset, until: START + 7400, exact: true });
    expect(files[0]!.from).toBe(START + index * 40);
    const hashes = await frameHashes(file());
    expect(hashes).toEqual(original.slice(index, 185));
    const times = await shownTimes(file());
    expect(times.filter((time) => time >= 0)).toHaveLength(185 - index);
    expect(times.find((time) => time >= 0)).toBeCloseTo(0, 4);
  });

  it('keeps the time over a gap: the picture before it stands', async () => {
    const later = await makeRun({
      volume: folder,
      cameraId: 'cam-1',
      run: RUN_B,
      startedAt: START + 20_000,
      seconds: 4,
    });
    const { files } = await ask({ parts: [...run, ...later], until: START + 24_000 });
    expect(files).toMatchObject([{ from: START, until: START + 24_000 }]);
    const times = await shownTimes(file());
    expect(times).toHaveLength(400);
    expect(times[299]).toBeCloseTo(11.96, 4);
    expect(times[300]).toBeCloseTo(20, 4);
    expect((await frameHashes(file())).slice(0, 300)).toEqual(original);
  });

  it('begins another file behind a gap of more than a minute, and where the format changes', async () => {
    const far = await makeRun({ volume: folder, cameraId: 'cam-1', run: RUN_B, startedAt: START + 90_000, seconds: 2 });
    const other = await makeRun({
      ...{
        volume: folder,
        cameraId: 'cam-1',
        run: '01KB0000000000000000000002',
        startedAt: START + 92_000,
        seconds: 2,
      },
      size: '640x360',
    });
    const { files } = await ask({ parts: [...run, ...far, ...other], until: START + 100_000 });
    expect(files.map(({ name, from, until }) => [name, from - START, until - START])).toEqual([
      ['0.mp4', 0, 12_000],
      ['1.mp4', 90_000, 92_000],
      ['2.mp4', 92_000, 94_000],
    ]);
    expect(await shownTimes(file('2.mp4'))).toHaveLength(50);
  });

  it('carries H.265 as it is', async () => {
    const order = { volume: folder, cameraId: 'cam-2', run: RUN_A, startedAt: START, seconds: 4, sound: null };
    const parts = await makeRun({ ...order, codec: 'libx265' });
    await ask({ parts, until: START + 4000 });
    expect(await frameHashes(file())).toEqual(await frameHashes(await joined(parts, path.join(folder, 'h265.mp4'))));
  });

  it('takes what is whole of a torn file, and tells which are missing', async () => {
    const torn = await makeRun({
      volume: path.join(folder, 'torn'),
      cameraId: 'cam-3',
      run: RUN_A,
      startedAt: START,
      seconds: 12,
    });
    await truncate(torn[2]!.path, Math.floor(torn[2]!.bytes * 0.6));
    await unlink(torn[0]!.path);
    const { files, missing } = await ask({ parts: torn });
    expect(missing.map(({ number }) => number)).toEqual([0]);
    expect(files).toHaveLength(1);
    const hashes = await frameHashes(file());
    expect(hashes).toEqual(original.slice(100, 100 + hashes.length));
    expect(hashes.length).toBeGreaterThan(130);
    expect(hashes.length).toBeLessThan(200);
  });

  it('ends when it is called off', async () => {
    const leave = new AbortController();
    const reason = new Error('called off');
    const cutting = ask({ signal: leave.signal });
    leave.abort(reason);
    await expect(cutting).rejects.toBe(reason);
  });

  it('says where the disk takes no more', async () => {
    const full = await mkdtemp(path.join(folder, 'full-'));
    await symlink('/dev/full', path.join(full, '0.mp4'));
    await expect(ask({ folder: full })).rejects.toMatchObject({ code: 'EXPORT_DISK_FULL' });
  });
});
