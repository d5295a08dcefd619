import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#lib/logger.ts';
import { FootageRows } from '../../../server/features/recordings/footage-rows.ts';
import { Reconciler } from '../../../server/features/recordings/reconciler.ts';
import { ObjectStore } from '../../../server/features/storage/object-store.ts';
import { StorePlace } from '../../../server/features/storage/store-place.ts';
import { FolderPlace } from '../../../server/features/storage/folder-place.ts';
import { moveSegment, type MoveStep } from '../../../server/features/storage/mover.ts';
import type { KeptSegment } from '../../../server/features/storage/retention.ts';
import { filesListed } from '../../../streams/recorder/listed-files.ts';
import { volumeFiles } from '../../../streams/recorder/volume-files.ts';
import { ACCESS, openFullStore, openObjectStore, type TestObjectStore } from '../../helpers/object-store.ts';
import { FootageRoom, iso, TEN } from '../footage/footage-room.ts';
import { DAY, NOW, openStage, SEGMENT_MS, type Stage } from './stage.ts';

let store: TestObjectStore;
beforeAll(async () => {
  store = await openObjectStore();
});
afterAll(() => store.close());

describe('a tier in an object store', () => {
  let stage: Stage;
  let folder: string;
  beforeEach(async () => {
    stage = await openStage();
    folder = `hall-${Date.now()}`;
  });
  afterEach(() => stage.close());

  const addStore = (change = {}) =>
    stage.storage.addVolume(
      { id: 'archive', path: `${store.address}/${folder}`, tier: 2, quotaBytes: 1e9, access: ACCESS, ...change },
      'root',
    );
  const footage = async () => (await store.objects(folder)).filter((name) => name.includes('.mp4'));

  it('takes the oldest, proved; whole files come back, and what was altered or lost there is named', async () => {
    await stage.addVolume('fast', { quotaBytes: 60_000 });
    await addStore();
    await stage.addCamera('cam', { minDays: 30 });
    await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 80 });
    await stage.storage.round();
    expect((await footage()).length).toBeGreaterThan(20);
    expect(await footage()).toEqual(await stage.rows('archive'));
    expect(await stage.files('fast')).toEqual(await stage.rows('fast'));
    expect((await stage.storage.verify('cam', true))[0]!.faults).toEqual([]);
    const { volumes } = await stage.storage.overview();
    expect(volumes.find(({ id }) => id === 'archive')).toMatchObject({ status: 'ok', capacityBytes: 1e9 });

    const rows = await stage.db.query<{ startedAt: string; run: string; number: number; sha256: Buffer }>(
      `SELECT started_at AS "startedAt", run_id AS run, number, sha256 FROM footage_segment ORDER BY number LIMIT 3`,
    );
    const [first, second, third] = rows.map(({ startedAt, sha256, ...row }) => ({
      ...{ cameraId: 'cam', role: 'main' as const, volumeId: 'archive', bytes: 1000 },
      ...{ ...row, startedAt: Date.parse(startedAt), sha256: sha256.toString('hex') },
    }));
    expect(await readFile(await stage.storage.storeFiles.bring(first!))).toHaveLength(1000);
    const names = await footage();
    await store.spoil(`${folder}/${names[1]!}`, 'not what was recorded');
    await store.lose(`${folder}/${names[2]!}`);
    await expect(stage.storage.storeFiles.bring(second!)).rejects.toMatchObject({ code: 'FOOTAGE_UNREADABLE' });
    await expect(stage.storage.storeFiles.bring(third!)).rejects.toMatchObject({ code: 'FOOTAGE_UNREADABLE' });
    const faults = (await stage.storage.verify('cam', true))[0]!.faults.map(({ kind, fromNo }) => [kind, fromNo]);
    expect(faults).toEqual([
      ['file-altered', 2],
      ['file-missing', 3],
    ]);
  });

  it('is compared with its rows: what is missing is a gap, what is back is not, and what is unknown is named', async () => {
    await stage.addVolume('fast', { quotaBytes: 20_000 });
    await addStore();
    await stage.addCamera('cam', { minDays: 30 });
    await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 30 });
    await stage.storage.round();
    const [{ path, place }] = stage.storage.stores() as [ReturnType<typeof stage.storage.stores>[number]];
    const rows = new FootageRows(stage.db);
    const reconciler = new Reconciler({
      ...{ rows, log: silentLogger },
      files: {
        ...volumeFiles,
        streams: async () => [],
        list: (_, stream, since) => filesListed(place, stream, since),
        readSegment: async () => null,
      },
    });
    const compare = async (since = 0) => {
      const { unknown, ...counts } = await reconciler.run([{ id: 'archive', path }], since, new Set());
      return { ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), unknown };
    };
    const gaps = async () => (await stage.db.query('SELECT 1 FROM footage_gap')).length;
    expect(await compare()).toEqual({ unknown: [] });

    const [first, second, ...others] = await footage();
    await store.lose(`${folder}/${first!}`);
    await store.spoil(`${folder}/${second!}`, 'short');
    const strange = `${second!.slice(0, -4)}-copy.mp4`;
    await place.take(strange, arriving('mine'), new AbortController().signal, () => undefined);
    expect(await compare()).toEqual({ missing: 1, damaged: 1, unknown: [`archive: ${strange}`] });
    expect(await gaps()).toBe(2);
    await place.take(first!, arriving(Buffer.alloc(1000)), new AbortController().signal, () => undefined);
    expect(await compare()).toEqual({ regained: 1, unknown: [`archive: ${strange}`] });
    expect(await gaps()).toBe(1);

    // all of it: the folder of the stream is no more, and its rows are
    for (const name of [first!, second!, strange, ...others]) await store.lose(`${folder}/${name}`);
    expect(await compare(NOW - DAY + 5 * SEGMENT_MS)).toEqual({ missing: others.length - 3, unknown: [] });
    await store.stop();
    await expect(compare()).rejects.toMatchObject({ code: 'STORE_AWAY' });
    await store.start();
  });

  it('away: the problem stands, nothing leaves the disk, nothing is recorded there; back: the move is done', async () => {
    await stage.addVolume('fast', { quotaBytes: 20_000 });
    await addStore();
    await stage.addCamera('cam', { minDays: 30 });
    await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 30 });
    await store.stop();
    await stage.storage.round();
    expect(stage.problems.get('volume:archive')?.code).toBe('STORE_AWAY');
    expect(await stage.files('fast')).toHaveLength(30);
    expect(await stage.rows('fast')).toHaveLength(30);
    expect(stage.storage.choose({ cameraId: 'cam', role: 'main' })).toMatchObject({ ok: false });
    await store.start();
    await stage.storage.round();
    expect(stage.problems.get('volume:archive')).toBeUndefined();
    expect((await footage()).length).toBeGreaterThan(5);
    expect(await stage.files('fast')).toEqual(await stage.rows('fast'));
  });

  it.each(['doomed', 'copied', 'verified', 'switched'] satisfies MoveStep[])(
    'killed after "%s": one whole file, and nothing left over',
    async (last) => {
      await stage.addVolume('fast');
      await addStore();
      await stage.record({ cameraId: 'cam', volumeId: 'fast', from: NOW - DAY, count: 1 });
      const place = new StorePlace(new ObjectStore({ ...ACCESS, address: `${store.address}/${folder}` }), '');
      const disk = new FolderPlace(stage.storage.folders().get('fast')!, '');
      const killed = moveSegment(
        {
          ...{ db: stage.db, isThere: async () => true },
          placeOf: (id) => (id === 'fast' ? disk : place),
          onStep: (step) => (step === last ? Promise.reject(new Error('killed')) : undefined),
        },
        { segment: (await segments(stage))[0]!, to: 'archive' },
        new AbortController().signal,
      );
      await expect(killed).rejects.toThrow('killed');
      await stage.restart();
      await stage.storage.round();
      expect(await stage.files('fast')).toEqual(await stage.rows('fast'));
      expect(await footage()).toEqual(await stage.rows('archive'));
      expect(await footage()).toHaveLength(last === 'switched' ? 1 : 0);
    },
  );

  it('is refused with another key, without a quota, on tier 1, or where another volume lies; no key is ever told', async () => {
    const wrong = { access: { ...ACCESS, secretAccessKey: 'another' } };
    await expect(addStore(wrong)).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      details: '403 SignatureDoesNotMatch',
    });
    for (const change of [{ quotaBytes: null }, { tier: 1 }, { access: null }]) {
      await expect(addStore(change)).rejects.toThrow();
    }
    const told = JSON.stringify([await addStore(), await stage.storage.overview()]);
    expect(told).not.toContain(ACCESS.secretAccessKey);
    await expect(addStore({ id: 'other' })).rejects.toMatchObject({ code: 'VOLUME_FOREIGN' });
    const rows = await stage.db.query<{ row: string }>('SELECT footage_volume::text AS row FROM footage_volume');
    expect(rows.map(({ row }) => row).join()).not.toContain(Buffer.from(ACCESS.secretAccessKey).toString('hex') + ')');
    await expect(stage.storage.changeVolume('archive', wrong, 'root')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    await stage.restart();
    expect(stage.problems.list()).toEqual([]);
  });
});

describe('what a store lists', () => {
  const all = async (address: string, from = '') => {
    const names: string[] = [];
    for await (const { name } of new ObjectStore({ ...ACCESS, address }).list('cam/main/', from)) names.push(name);
    return names;
  };

  it('is all of it, in its order, however many pages it takes', async () => {
    const names = Array.from({ length: 1001 }, (_, i) => `${String(i).padStart(4, '0')}.mp4`);
    const full = await openFullStore('ours/cam/main/hour', names);
    const listed = names.map((name) => `cam/main/hour/${name}`);
    expect(await all(`${full.address}/ours`)).toEqual(listed);
    expect(await all(`${full.address}/ours`, 'hour/0997.mp4')).toEqual(listed.slice(998));
    await full.close();
  });

  it('is not half of it: pages that break off, or do not end, are told by their code', async () => {
    const page = '<ListBucketResult><NextContinuationToken>more</NextContinuationToken></ListBucketResult>';
    let breaksOff = true;
    const strange = createServer((request, response) => {
      if (breaksOff && request.url!.includes('continuation-token')) request.socket.destroy();
      else response.end(page);
    });
    await once(strange.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(strange.address() as AddressInfo).port}/bucket`;
    await expect(all(address)).rejects.toMatchObject({ code: 'STORE_AWAY' });
    breaksOff = false;
    await expect(all(address)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    strange.close();
  });
});

it('footage in a store is played, looked at and exported as any other; with the store away each says so', async () => {
  const room = await FootageRoom.open();
  try {
    const run = '01K7A0000000000000000STARE';
    await room.record({ cameraId: 'cam-1', run, startedAt: TEN, seconds: 8 });
    const before = await room.get(`/api/footage/cam-1/segments/${run}/0`);
    const place = new StorePlace(new ObjectStore({ ...ACCESS, address: `${store.address}/played` }), '');
    const disk = new FolderPlace(join(room.folder, 'volume'), '');
    room.places.set('archive', place);
    const { db } = room.base;
    await db.query(`INSERT INTO footage_volume (id, path, tier) VALUES ('archive', $1, 2)`, [store.address]);
    for (const segment of await segments(room.base)) {
      const moving = { db, isThere: async () => true, placeOf: (id: string) => (id === 'archive' ? place : disk) };
      await moveSegment(moving, { segment, to: 'archive' }, new AbortController().signal);
      await disk.remove((await store.objects('played')).at(-1)!, false);
    }
    const part = await room.get(`/api/footage/cam-1/segments/${run}/0`, { range: 'bytes=100-199' });
    expect(part.statusCode).toBe(206);
    expect(part.rawPayload).toEqual(before.rawPayload.subarray(100, 200));
    expect((await room.get(`/api/footage/cam-1/preview.jpg?at=${iso(TEN + 5000)}`)).statusCode).toBe(200);
    const span = { cameraIds: ['cam-1'], from: iso(TEN), until: iso(TEN + 8000) };
    const exported = async () => {
      const { id } = (await room.call('POST', '/api/footage/exports', span)).json<{ id: string }>();
      const state = async () => (await room.get(`/api/footage/exports/${id}`)).json<{ status: string; code: string }>();
      await expect.poll(async () => (await state()).status).toMatch(/done|failed/);
      return { id, ...(await state()) };
    };
    const { id, status } = await exported();
    expect(status).toBe('done');
    const manifest = (await room.get(`/api/footage/exports/${id}/files/manifest.json`)).json<{ cameras: unknown }>();
    expect(manifest.cameras).toMatchObject([{ gaps: [], sources: [{ number: 0 }, { number: 1 }] }]);

    await room.stores.start();
    await store.stop();
    const away = await room.get(`/api/footage/cam-1/segments/${run}/0`);
    expect(away.json()).toMatchObject({ error: { code: 'FOOTAGE_AWAY' } });
    expect(await exported()).toMatchObject({ status: 'failed', code: 'FOOTAGE_AWAY' });
    await store.start();
  } finally {
    await room.close();
  }
});

function arriving(content: string | Buffer) {
  const bytes = Buffer.from(content);
  return { content: Readable.from(bytes), bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest() };
}

async function segments({ db }: Pick<Stage, 'db'>): Promise<KeptSegment[]> {
  const rows = await db.query<KeptSegment & { startedAt: string; endedAt: string }>(
    `SELECT camera_id AS "cameraId", role, started_at AS "startedAt", ended_at AS "endedAt", run_id AS run, number,
       volume_id AS "volumeId", bytes FROM footage_segment ORDER BY number`,
  );
  return rows.map((row) => ({ ...row, startedAt: Date.parse(row.startedAt), endedAt: Date.parse(row.endedAt) }));
}
