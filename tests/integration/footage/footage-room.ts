import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import type { GapCause } from '#contract/footage.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { alertMarks } from '../../../server/features/alerts/marks.ts';
import { cameraEventMarks } from '../../../server/features/camera-events/marks.ts';
import { exportRoutes } from '../../../server/features/exports/routes.ts';
import type { MasksPort } from '../../../server/features/exports/ports.ts';
import { SealKeys } from '../../../server/features/audit/seal-keys.ts';
import { ExportsService } from '../../../server/features/exports/service.ts';
import type { OpenSegment } from '../../../server/features/footage/ports.ts';
import { footageRoutes } from '../../../server/features/footage/routes.ts';
import { FootageService } from '../../../server/features/footage/service.ts';
import { pictureFaultMarks } from '../../../server/features/picture-checks/marks.ts';
import { Holds } from '../../../server/features/storage/holds.ts';
import type { Place } from '../../../server/features/storage/place.ts';
import { storageRoutes } from '../../../server/features/storage/routes.ts';
import type { StorageService } from '../../../server/features/storage/service.ts';
import { StoreFiles } from '../../../server/features/storage/store-files.ts';
import { windowMarks } from '../../../server/features/terminals/marks.ts';
import { coverMovie } from '../../../streams/footage/covering.ts';
import { cut } from '../../../streams/footage/cutting.ts';
import { FootageReader } from '../../../streams/footage/reader.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { makeRun, type MadeSegment, type RunOrder } from '../../helpers/footage-files.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { noReasons } from '../../helpers/caller.ts';

/** 10:00 in the hall. */
export const TEN = Date.parse('2026-03-09T02:00:00.000Z');
export const iso = (at: number) => new Date(at).toISOString();

const camera = (id: string, windowIds: string[]): Camera =>
  ({ id, hallId: 'hall-a', name: `窗口 ${id}`, windowIds, enabled: true }) as unknown as Camera;

const masksOf = (covered: ReadonlyMap<string, MaskRegion[]>): MasksPort => ({
  coveredFor: ({ account }) => covered.get(account) ?? [],
});

/** Footage on a disk and in a database, and the part of the program that reads it, behind its routes. */
export class FootageRoom {
  readonly base: TestDatabase;
  readonly test: TestApp;
  readonly clock: ManualClock;
  readonly folder: string;
  readonly footage: FootageService;
  readonly exports: ExportsService;
  readonly growing: OpenSegment[];
  /** Who may read footage no more. */
  readonly unwelcome: Set<string>;
  /** What somebody sees covered. */
  readonly covered: Map<string, MaskRegion[]>;
  /** Stores that footage lies in, by volume. */
  readonly places: Map<string, Place>;
  readonly stores: StoreFiles;

  private constructor(parts: Omit<FootageRoom, 'record' | 'gap' | 'get' | 'call' | 'close' | 'makeExports'>) {
    Object.assign(this, parts);
    ({ base: this.base, test: this.test, clock: this.clock, folder: this.folder } = parts);
    this.stores = parts.stores;
    this.unwelcome = parts.unwelcome;
    this.covered = parts.covered;
    ({ footage: this.footage, exports: this.exports, growing: this.growing, places: this.places } = parts);
  }

  static async open(): Promise<FootageRoom> {
    const base = await openTestDatabase();
    await base.db.query(`INSERT INTO region (id, code, name) VALUES ('r', '330000', '{"zh":"区","en":"R"}')`);
    await base.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('hall-b', 'r', '{"zh":"乙","en":"B"}')`);
    const folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-footage-'));
    const clock = new ManualClock(TEN + 3600_000);
    const growing: OpenSegment[] = [];
    const unwelcome = new Set<string>();
    const covered = new Map<string, MaskRegion[]>();
    const masks = masksOf(covered);
    const hall = { id: 'hall-a', name: { zh: '中心大厅', en: 'Central hall' }, timeZone: 'Asia/Shanghai' } as Hall;
    const places = new Map<string, Place>();
    const stores = new StoreFiles({
      ...{ log: silentLogger, folder: path.join(folder, 'store-files') },
      placeOf: (id) => places.get(id),
    });
    await stores.start();
    const footage = new FootageService({
      viewing: noReasons,
      masks,
      mayRead: ({ account }) => !unwelcome.has(account),
      db: base.db,
      clock,
      secret: randomBytes(32),
      cameras: { list: () => [camera('cam-1', ['w01']), camera('cam-2', [])] },
      halls: { get: (id) => (id === 'hall-a' ? hall : undefined) },
      recorders: { openSegments: () => growing, isRecording: () => growing.length > 0 },
      stores,
      reader: new FootageReader({ ffmpegPath: 'ffmpeg', clock: systemClock, conversions: 1 }),
      marks: [alertMarks, windowMarks, cameraEventMarks, pictureFaultMarks].map((of) => (asked) => of(base.db, asked)),
    });
    const exports = openExports({ base, clock, folder, footage, stores, masks });
    await exports.start();
    const test = await openTestApp({
      db: base.db,
      clock,
      hallOf: { camera: (id) => (id.startsWith('cam-') ? hall.id : undefined) },
      routes: (app) => {
        footageRoutes(app, { footage });
        exportRoutes(app, { exports, viewing: noReasons });
        storageRoutes(app, {
          storage: { holds: new Holds({ db: base.db, clock, log: silentLogger }) } as StorageService,
        });
      },
    });
    await base.db.query('INSERT INTO footage_volume (id, path) VALUES ($1, $2)', [
      'disk-1',
      path.join(folder, 'volume'),
    ]);
    return new FootageRoom({
      base,
      test,
      clock,
      folder,
      footage,
      exports,
      growing,
      places,
      stores,
      unwelcome,
      covered,
    });
  }

  /** Files with their rows. */
  async record(
    order: Omit<RunOrder, 'volume'>,
    { endCause = 'stopped' as string | null } = {},
  ): Promise<MadeSegment[]> {
    const { db } = this.base;
    const made = await makeRun({ ...order, volume: path.join(this.folder, 'volume') });
    await db.query(
      `INSERT INTO footage_run (id, camera_id, role, started_at, ended_at, end_cause, codec, width, height, fps, sound)
       VALUES ($1, $2, 'main', $3, $4, $5, 'h264', 320, 180, 25, 'aac')`,
      [order.run, order.cameraId, iso(made[0]!.startedAt), iso(made.at(-1)!.endedAt), endCause],
    );
    for (const [i, each] of made.entries()) {
      await db.query(
        `INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames,
           init_bytes, start_ticks, end_cause, sha256, chain_no, chain)
         VALUES ($1, 'main', $2, $3, $4, $5, 'disk-1', $6, $7, $8, $9, 'full', $10, $11, $10)`,
        [
          ...[order.cameraId, iso(each.startedAt), iso(each.endedAt), each.run, each.number, each.bytes, each.frames],
          ...[each.initBytes, each.startTicks, each.sha256, i + 1],
        ],
      );
    }
    return made;
  }

  async gap(cameraId: string, from: number, until: number | null, cause: GapCause): Promise<void> {
    await this.base.db.query(
      `INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause) VALUES ($1, 'main', $2, $3, $4)`,
      [cameraId, iso(from), until === null ? null : iso(until), cause],
    );
  }

  /** As a supervisor who is signed in. */
  async get(url: string, headers: Record<string, string> = {}) {
    const cookie = await this.test.cookieOf('supervisor');
    return this.test.app.inject({ url, headers: { cookie, ...headers } });
  }

  async call(method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) {
    const cookie = await this.test.cookieOf('supervisor');
    return this.test.app.inject({ method, url, headers: { cookie }, ...(payload ? { payload } : {}) });
  }

  /** Another program over the same database and folder. */
  makeExports(): ExportsService {
    const { base, clock, folder, footage, stores, covered } = this;
    return openExports({ base, clock, folder, footage, stores, masks: masksOf(covered) });
  }

  async close(): Promise<void> {
    await this.exports.stop();
    await this.test.close();
    await this.base.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function openExports({
  base,
  folder,
  ...own
}: Pick<FootageRoom, 'base' | 'clock' | 'folder' | 'footage' | 'stores'> & { masks: MasksPort }): ExportsService {
  return new ExportsService({
    ...{ ...own, db: base.db, log: silentLogger, cut, folder: path.join(folder, 'exports') },
    cover: (order) => coverMovie('ffmpeg', order),
    seal: () => new SealKeys(path.join(folder, 'audit')).signing(),
  });
}
