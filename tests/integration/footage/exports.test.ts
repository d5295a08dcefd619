import { createHash, createPublicKey, verify } from 'node:crypto';
import { readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FootageExport } from '#contract/footage.ts';
import { KEPT_MS } from '../../../server/features/exports/service.ts';
import { frameHashes, joined, shownTimes, type MadeSegment } from '../../helpers/footage-files.ts';
import { FootageRoom, iso, TEN } from './footage-room.ts';

const RUN_A = '01KB0000000000000000000000';
const RUN_B = '01KB0000000000000000000001';
const url = '/api/footage/exports';

describe('exports', () => {
  let room: FootageRoom;
  /** 10:00:00 to 10:00:12; 10:00:20 to 10:00:24 after a gap. */
  let first: MadeSegment[];
  let told: FootageExport[];

  beforeAll(async () => {
    room = await FootageRoom.open();
    first = await room.record({ cameraId: 'cam-1', run: RUN_A, startedAt: TEN, seconds: 12 });
    await room.record({ cameraId: 'cam-1', run: RUN_B, startedAt: TEN + 20_000, seconds: 4 });
    await room.record({ cameraId: 'cam-2', run: '01KB0000000000000000000002', startedAt: TEN, seconds: 4 });
    await room.gap('cam-1', TEN + 12_000, TEN + 20_000, 'camera-lost');
    told = [];
    room.exports.changed.on((each) => told.push(each));
  });
  afterAll(() => room.close());

  const ask = (input: object) =>
    room.call('POST', url, { cameraIds: ['cam-1'], from: iso(TEN), until: iso(TEN + 24_000), ...input });
  const get = async (id: string) => (await room.get(`${url}/${id}`)).json<FootageExport>();
  /** The export when it is over. */
  async function done(input: object): Promise<FootageExport> {
    const answer = await ask(input);
    expect(answer.statusCode, answer.body).toBe(202);
    const { id } = answer.json<FootageExport>();
    await expect.poll(async () => (await get(id)).status).toMatch(/done|failed/);
    return get(id);
  }

  it('give a file a camera, exact to the picture, with their gaps and hashes', async () => {
    const made = await done({
      cameraIds: ['cam-1', 'cam-2'],
      from: iso(TEN + 2520),
      exact: true,
      note: '调查 7',
      reason: '投诉 17',
    });
    expect(made).toMatchObject({ status: 'done', code: null, progress: 1, exact: true, requestedBy: 'supervisor' });
    expect(made.files).toMatchObject([
      {
        name: 'cam-1_2026-03-09_10-00-02.mp4',
        from: iso(TEN + 2520),
        until: iso(TEN + 24_000),
        gaps: [{ from: iso(TEN + 12_000), until: iso(TEN + 20_000), cause: 'camera-lost' }],
      },
      { name: 'cam-2_2026-03-09_10-00-02.mp4', from: iso(TEN + 2520), until: iso(TEN + 4000) },
    ]);
    const answer = await room.get(`${url}/${made.id}/files/${made.files[0]!.name}`);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="cam-1_2026-03-09_10-00-02.mp4"');
    expect(answer.rawPayload).toHaveLength(made.files[0]!.bytes);
    expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(made.files[0]!.sha256);
    const target = path.join(room.folder, 'export.mp4');
    await writeFile(target, answer.rawPayload);
    const all = await frameHashes(await joined(first, path.join(room.folder, 'all.mp4')));
    expect((await frameHashes(target)).slice(0, 300 - 63)).toEqual(all.slice(63));
    const shown = (await shownTimes(target)).filter((time) => time >= 0);
    expect(shown[237]! - shown[236]!).toBeCloseTo(8.04, 2);
    const progress = told.filter(({ id }) => id === made.id).map(({ status, progress }) => [status, progress]);
    // one camera has 16 s, the other 4
    const afterOne = expect.closeTo(0.8, 1);
    expect(progress).toEqual([
      ['waiting', 0],
      ['running', 0],
      ['running', afterOne],
      ['running', 1],
      ['done', 1],
    ]);

    const { rawPayload: text } = await room.get(`${url}/${made.id}/files/manifest.json`);
    const manifest = JSON.parse(text.toString());
    // as whoever is given the files does it, with the public key of the house alone
    const open = await readFile(path.join(room.folder, 'audit', `seal-${manifest.signedBy}.pub`));
    const { rawPayload: signature } = await room.get(`${url}/${made.id}/files/manifest.json.sig`);
    expect(verify(null, text, createPublicKey(open), signature)).toBe(true);
    text[text.indexOf('"note"') + 10]! ^= 1;
    expect(verify(null, text, createPublicKey(open), signature)).toBe(false);
    expect(manifest).toMatchObject({
      version: 1,
      export: { id: made.id, note: '调查 7', reason: '投诉 17' },
      files: made.files,
    });
    expect(manifest.cameras[0].sources[0]).toMatchObject({
      run: RUN_A,
      number: 0,
      sha256: first[0]!.sha256.toString('hex'),
    });
  });

  it('are fetched in pieces', async () => {
    const { id, files } = await done({});
    const file = `${url}/${id}/files/${files[0]!.name}`;
    const whole = (await room.get(file)).rawPayload;
    const etag = `"${files[0]!.sha256}"`;
    const rest = await room.get(file, { range: 'bytes=5000-', 'if-range': etag });
    expect([rest.statusCode, rest.headers.etag]).toEqual([206, etag]);
    expect(rest.rawPayload.equals(whole.subarray(5000))).toBe(true);
    expect((await room.get(`${url}/${id}/files/..%2F..%2Fsecret.key`)).statusCode).toBe(404);
  });

  it('tell of a file of footage that is gone', async () => {
    const kept = await readFile(first[1]!.path);
    await unlink(first[1]!.path);
    const made = await done({ until: iso(TEN + 12_000) });
    await writeFile(first[1]!.path, kept);
    expect(made.files).toHaveLength(1);
    expect(made.files[0]!.gaps).toMatchObject([
      { from: iso(TEN + 4000), until: iso(TEN + 8000), cause: 'file-missing' },
    ]);
  });

  it('answer what cannot be with a code', async () => {
    const codeOf = async (input: object) => (await ask(input)).json<{ error: { code: string } }>().error.code;
    expect(await codeOf({ from: iso(TEN + 13_000), until: iso(TEN + 14_000) })).toBe('FOOTAGE_NOT_RECORDED');
    expect(await codeOf({ from: iso(TEN - 86_400_000) })).toBe('FOOTAGE_SPAN_TOO_LONG');
    expect(await codeOf({ from: iso(TEN + 30_000) })).toBe('REQUEST_INVALID');
    expect(await codeOf({ until: iso(room.clock.now() + 1000) })).toBe('REQUEST_INVALID');
    expect(await codeOf({ cameraIds: ['nobody'] })).toBe('NOT_FOUND');
    expect((await room.get(`${url}/${RUN_A}`)).statusCode).toBe(404);
  });

  it('that wait are called off, and those that are over are forgotten with their files', async () => {
    await room.exports.stop();
    const { id } = (await ask({})).json<FootageExport>();
    expect((await room.get(`${url}/${id}/files/x.mp4`)).json()).toMatchObject({ error: { code: 'EXPORT_NOT_DONE' } });
    expect((await room.call('DELETE', `${url}/${id}`)).statusCode).toBe(204);
    expect(await get(id)).toMatchObject({ status: 'cancelled', files: [] });
    await room.exports.start();

    const made = await done({});
    const folder = path.join(room.folder, 'exports', made.id);
    expect((await readdir(folder)).sort()).toEqual([made.files[0]!.name, 'manifest.json', 'manifest.json.sig'].sort());
    expect((await room.call('DELETE', `${url}/${made.id}`)).statusCode).toBe(204);
    expect((await room.get(`${url}/${made.id}`)).statusCode).toBe(404);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });

  it('go on after a restart, and fail by name when they are interrupted again and again', async () => {
    await room.exports.stop();
    const waiting = (await ask({})).json<FootageExport>();
    const unlucky = (await ask({})).json<FootageExport>();
    await room.base.db.query(`UPDATE footage_export SET status = 'running', attempts = 1 WHERE id = $1`, [waiting.id]);
    await room.base.db.query(`UPDATE footage_export SET status = 'running', attempts = 3 WHERE id = $1`, [unlucky.id]);
    await room.exports.start();
    await expect.poll(async () => (await get(waiting.id)).status).toBe('done');
    expect(await get(unlucky.id)).toMatchObject({ status: 'failed', code: 'EXPORT_INTERRUPTED' });
  });

  it('are kept a week', async () => {
    const made = await done({});
    room.clock.advance(KEPT_MS + 11 * 60_000);
    await expect.poll(async () => (await room.exports.get(made.id)).code).toBe('EXPORT_EXPIRED');
    await expect(room.exports.file(made.id, made.files[0]!.name)).rejects.toMatchObject({ code: 'EXPORT_EXPIRED' });
    await expect.poll(() => readdir(path.join(room.folder, 'exports'))).toEqual([]);
  });
});
