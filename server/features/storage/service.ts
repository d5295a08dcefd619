import { join } from 'node:path';
import { ulid } from 'ulid';
import type { ErrorCode } from '#contract/errors.ts';
import type { GapCause } from '#contract/footage.ts';
import {
  isStoreAddress,
  VolumeInput as VolumeForm,
  type ChainVerdict,
  type RetentionRule,
  type StorageForecast,
  type StorageOverview,
  type Volume,
  type VolumeChange,
  type VolumeInput,
} from '#contract/storage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { SecretBox } from '#lib/secret-box.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { chooseVolume } from './choose.ts';
import { dropEmptyChunks } from './empty-chunks.ts';
import { Holds } from './holds.ts';
import { daysOfCameras, Keeper, limitsOf } from './keeper.ts';
import { checkPlace, openPlace, sealAccess, takeStore } from './open-place.ts';
import { outlook } from './outlook.ts';
import { StorageRepository, type StoredVolume } from './repository.ts';
import { StoreFiles } from './store-files.ts';
import { StorePlace } from './store-place.ts';
import { checkUsage } from './usage-check.ts';
import { verifyCamera } from './verify.ts';
import { deviceOf, findFolder, takeFolder, type KnownFolder } from './volume-path.ts';
import { Volumes } from './volumes.ts';

const ROUND_EVERY_MS = 15_000;
const FORECAST_EVERY_MS = 10 * 60_000;
const CHECK_EVERY_MS = 24 * 3600_000;
/** Into younger days a recorder still writes, or rows that waited for the database. */
const EMPTY_FOR_MS = 3 * 24 * 3600_000;
/** A minimum that will be broken is announced so long before. */
const ANNOUNCED_MS = 14 * 24 * 3600_000;

export interface StorageDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  /** Footage may lie in it, but not where the embedded database has its files; files of stores are brought here. */
  dataDir: string;
  /** Keys of stores are sealed under it. */
  secret: Buffer;
}

const statusOf: Partial<Record<ErrorCode, 'read-only' | 'away' | 'slow'>> = {
  VOLUME_READ_ONLY: 'read-only',
  VOLUME_AWAY: 'away',
  VOLUME_SLOW: 'slow',
};

/** Why nothing can be written, in the words of the recorder. */
export interface DiskTrouble {
  cause: Extract<GapCause, 'disk-full' | 'protected-full' | 'disk-failed'>;
  code: ErrorCode;
}
export type VolumeChoice = { ok: true; volume: { id: string; path: string } } | ({ ok: false } & DiskTrouble);

/** Storage 存储 of footage: volumes, how long footage stays on them, holds, and how long the disks last. */
export class StorageService {
  readonly holds: Holds;
  /** Files that lie in stores, for whoever reads them. */
  readonly storeFiles: StoreFiles;
  readonly #deps: StorageDeps;
  readonly #repository: StorageRepository;
  readonly #volumes: Volumes;
  readonly #keeper: Keeper;
  readonly #box: SecretBox;
  /** Rounds of retention and changes of volumes and rules, one at a time. */
  readonly #work = new Serial();
  readonly #stopping = new AbortController();
  #roundWaits = false;
  #ends: (() => void)[] = [];

  constructor(deps: StorageDeps) {
    this.#deps = deps;
    this.holds = new Holds(deps);
    this.#repository = new StorageRepository(deps.db);
    this.#volumes = new Volumes({ ...deps, onFull: () => this.#nudge() });
    this.#box = new SecretBox(deps.secret, 'footage stores');
    this.storeFiles = new StoreFiles({
      log: deps.log,
      folder: join(deps.dataDir, 'store-files'),
      placeOf: (id) => this.#volumes.get(id)?.place,
    });
    this.#keeper = new Keeper({ ...deps, repository: this.#repository, volumes: this.#volumes });
  }

  /** Before the recorder and before disk and rows are reconciled: what a crash left to unlink goes first. */
  async start(): Promise<void> {
    if (this.#ends.length > 0) return;
    const { clock } = this.#deps;
    await this.storeFiles.start();
    const rows = await this.#repository.volumes();
    await Promise.all(rows.map((row) => this.#volumes.add(row, openPlace(row, this.#box))));
    this.#ends = [
      clock.every(ROUND_EVERY_MS, () => this.#nudge()),
      clock.every(FORECAST_EVERY_MS, () => this.#then(() => this.#announce(), 'the forecast of storage failed')),
      clock.every(CHECK_EVERY_MS, () => this.#then(() => this.#check(), 'what footage takes was not checked')),
    ];
    await this.#work.run(() => this.#keeper.unlink());
    this.#nudge();
    this.#then(() => this.#announce(), 'the forecast of storage failed');
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    this.#stopping.abort();
    this.#keeper.stop();
    await this.#work.run(async () => undefined);
    this.#volumes.stop();
  }

  /** Where the next file of a stream goes, from what is known at this moment. */
  choose({ cameraId, role }: { cameraId: string; role: string }): VolumeChoice {
    const disks = this.#volumes.list().filter(({ row }) => !isStoreAddress(row.path));
    const volumes = disks.map((entry) => ({
      id: entry.row.id,
      path: entry.row.path,
      tier: entry.row.tier,
      status: this.#volumes.status(entry),
      code: this.#volumes.code(entry),
      capacityBytes: this.#volumes.capacity(entry).capacityBytes,
    }));
    const volume = chooseVolume(`${cameraId}/${role}`, volumes);
    if (volume) return { ok: true, volume: { id: volume.id, path: volume.path } };
    const first = (status: string) => volumes.find((each) => each.status === status);
    if (first('protected-full')) return { ok: false, cause: 'protected-full', code: 'VOLUME_PROTECTED_FULL' };
    if (first('full')) return { ok: false, cause: 'disk-full', code: 'VOLUME_FULL' };
    return { ok: false, cause: 'disk-failed', code: volumes[0]?.code ?? 'STORAGE_NO_VOLUME' };
  }

  /** Writing to a volume failed: it is not chosen until a look finds it usable. */
  failed(volumeId: string, { code }: DiskTrouble, detail: string): void {
    const watch = this.#volumes.get(volumeId)?.watch;
    if (!watch) return;
    this.#deps.log.warn({ volume: volumeId, code, detail }, 'writing footage failed');
    if (code === 'VOLUME_FULL') {
      void watch.look();
      return this.#nudge();
    }
    watch.failed({ status: statusOf[code] ?? 'failed', code, detail });
  }

  /** Whether the disk of a volume is there at this moment: looks. False for one that is not known. */
  isThere(volumeId: string): Promise<boolean> {
    return this.#volumes.isThere(volumeId);
  }

  /** Where each volume lies that is a folder. */
  folders(): ReadonlyMap<string, string> {
    const folders = this.#volumes.list().filter(({ row }) => !isStoreAddress(row.path));
    return new Map(folders.map(({ row }) => [row.id, row.path]));
  }

  /** Volumes that are stores and can be used now, and what lies in each. */
  stores(): { id: string; path: string; place: StorePlace }[] {
    return this.#volumes.list().flatMap(({ row: { id, path }, place, watch }) => {
      return place instanceof StorePlace && watch.state.status === 'ok' ? [{ id, path, place }] : [];
    });
  }

  async overview(): Promise<StorageOverview> {
    const now = this.#deps.clock.now();
    const { days, rules } = await daysOfCameras(this.#repository);
    const use = await this.#repository.use(now, limitsOf(days, now));
    const useOf = new Map(use.map((each) => [each.volumeId, each]));
    const volumes = this.#volumes.list().map((entry) => this.#volumes.view(entry, useOf.get(entry.row.id)));
    return { volumes, forecast: await this.#forecast(), rules };
  }

  /**
   * Throws VOLUME_PATH_INVALID, VOLUME_FOREIGN, STORE_AWAY, STORE_REFUSED, CONFLICT where the name is taken, REQUEST_INVALID
   * without a quota it needs.
   */
  addVolume(input: VolumeInput, by: string): Promise<Volume> {
    return this.#work.run(async () => {
      const { id, path, tier, quotaBytes, access } = VolumeForm.parse(input);
      if (this.#volumes.get(id)) throw new AppError('CONFLICT', `there is a volume ${id}`);
      const sealed = access && sealAccess(id, access, this.#box);
      const row: StoredVolume = { id, path, tier, quotaBytes, mark: ulid(), access: sealed };
      if (sealed) await takeStore({ ...row, access: sealed }, this.#box);
      else row.path = await takeFolder(path, row.mark, this.#others(null));
      await this.#quotaIfShared(row);
      await this.#repository.addVolume(row);
      await this.#volumes.add(row, openPlace(row, this.#box));
      this.#deps.log.info({ volume: id, path: row.path, tier, quotaBytes, by }, 'a volume of footage was added');
      return this.#volumes.view(this.#volumes.get(id)!);
    });
  }

  /** Throws NOT_FOUND, and as `addVolume`; a new path must lead to the same volume. */
  changeVolume(id: string, change: VolumeChange, by: string): Promise<Volume> {
    return this.#work.run(async () => {
      const row = { ...this.#get(id).row };
      const { path, quotaBytes, access } = change;
      if (row.access) await this.#changeStore(row, change);
      else if (access) throw new AppError('REQUEST_INVALID', [{ path: 'access', message: 'a folder has none' }]);
      else if (path !== undefined) row.path = await findFolder(path, row.mark, this.#others(id));
      if (quotaBytes !== undefined) row.quotaBytes = quotaBytes;
      await this.#quotaIfShared(row);
      await this.#repository.changeVolume(row);
      await this.#volumes.change(row, openPlace(row, this.#box));
      const { path: lies } = row;
      this.#deps.log.info({ volume: id, path: lies, quotaBytes, by }, 'a volume of footage was changed');
      this.#nudge();
      return this.#volumes.view(this.#get(id));
    });
  }

  /** Its files stay where they are. Throws NOT_FOUND, or CONFLICT while there is footage on it. */
  removeVolume(id: string, by: string): Promise<void> {
    return this.#work.run(async () => {
      this.#get(id);
      if (!(await this.#repository.removeVolume(id))) throw new AppError('CONFLICT', `there is footage on ${id}`);
      this.#volumes.remove(id);
      this.#deps.log.info({ volume: id, by }, 'a volume of footage was taken out');
    });
  }

  saveRules(rules: readonly RetentionRule[], by: string): Promise<RetentionRule[]> {
    return this.#work.run(async () => {
      for (const rule of rules) await this.#repository.saveRule(rule);
      this.#deps.log.info({ rules, by }, 'how long footage stays was changed');
      this.#nudge();
      return this.#repository.rules();
    });
  }

  /** The chain of each stream of a camera. @param files reads and hashes every file on volumes that are there */
  verify(cameraId: string, files: boolean): Promise<ChainVerdict[]> {
    const places = new Map(this.#volumes.list().map(({ row, place }) => [row.id, place]));
    return verifyCamera({ db: this.#deps.db, cameraId, files, places, isThere: (id) => this.isThere(id) });
  }

  /** A round of retention; over when nothing is left to do. */
  round(): Promise<void> {
    return this.#work.run(() => this.#keeper.round());
  }

  #get(id: string) {
    const entry = this.#volumes.get(id);
    if (!entry) throw new AppError('NOT_FOUND', id);
    return entry;
  }

  /** Another address must lead to the same volume, and a new key must open it. */
  async #changeStore(row: StoredVolume, { path, quotaBytes, access }: VolumeChange): Promise<void> {
    const refuse = (field: string, message: string) => new AppError('REQUEST_INVALID', [{ path: field, message }]);
    if (path !== undefined && !isStoreAddress(path)) throw refuse('path', 'the address of the store');
    if (quotaBytes === null) throw refuse('quotaBytes', 'needed, as a store does not tell what is free');
    if (path !== undefined) row.path = path;
    if (access) row.access = sealAccess(row.id, access, this.#box);
    if (path !== undefined || access) await checkPlace(openPlace(row, this.#box));
  }

  #others(but: string | null): KnownFolder[] {
    const folders = [...this.folders()].filter(([id]) => id !== but);
    return [
      ...folders.map(([id, path]) => ({ name: `volume ${id}`, path })),
      { name: 'the database', path: join(this.#deps.dataDir, 'database') },
    ];
  }

  /** Two volumes on one disk would both count on all of its room. */
  async #quotaIfShared(row: StoredVolume): Promise<void> {
    if (row.quotaBytes !== null || row.access) return;
    const device = await deviceOf(row.path);
    for (const other of this.#volumes.list()) {
      if (other.row.id === row.id || device === null || (await deviceOf(other.row.path)) !== device) continue;
      throw new AppError('REQUEST_INVALID', [
        { path: 'quotaBytes', message: `needed, as volume ${other.row.id} is on the same disk` },
      ]);
    }
  }

  #forecast(): Promise<StorageForecast> {
    const usable = this.#volumes
      .list()
      .filter(({ watch }) => watch.state.status === 'ok' || watch.state.status === 'slow');
    const capacity = usable.reduce((sum, entry) => sum + this.#volumes.capacity(entry).capacityBytes, 0);
    return outlook(this.#repository, this.#deps.clock.now(), capacity);
  }

  /** Says days ahead that a minimum cannot be kept, or that there is nowhere to record to. */
  async #announce(): Promise<void> {
    const { clock, problems } = this.#deps;
    const { cameras } = await daysOfCameras(this.#repository);
    if (this.#volumes.list().length === 0) {
      if (cameras.some(({ planned }) => planned)) problems.raise('storage', 'STORAGE_NO_VOLUME');
      else problems.clear('storage');
      return;
    }
    const { breaksMinimumAt, holdsDays, minimumDays } = await this.#forecast();
    if (breaksMinimumAt === null || Date.parse(breaksMinimumAt) > clock.now() + ANNOUNCED_MS) {
      return problems.clear('storage');
    }
    const holds = holdsDays === null ? '' : `, ${holdsDays.toFixed(1)} d`;
    problems.raise('storage', 'STORAGE_MINIMUM_AT_RISK', `${breaksMinimumAt.slice(0, 10)}${holds} < ${minimumDays} d`);
  }

  async #check(): Promise<void> {
    const { db, clock, log } = this.#deps;
    const { signal } = this.#stopping;
    const faults = await checkUsage(db, clock.now(), signal);
    for (const fault of faults) log.warn(fault, 'what footage takes was counted wrongly, and put right');
    await dropEmptyChunks(db, clock.now() - EMPTY_FOR_MS, signal);
  }

  /** One round waits at most: more would find nothing to do. */
  #nudge(): void {
    if (this.#roundWaits) return;
    this.#roundWaits = true;
    this.#then(() => {
      this.#roundWaits = false;
      return this.#keeper.round();
    }, 'retention failed; it is tried again');
  }

  #then(work: () => Promise<void>, failure: string): void {
    if (this.#stopping.signal.aborted) return;
    this.#work.run(work).catch((error: unknown) => this.#deps.log.warn({ reason: messageOf(error) }, failure));
  }
}
