import { Gauge, type Registry } from 'prom-client';
import type { Camera } from '#contract/cameras.ts';
import {
  PictureFault,
  type PictureFaultRecord,
  type PictureVerdict,
  type ReferenceLight,
} from '#contract/picture-check.ts';
import type { SeatRegion } from '#contract/seats.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import type { CamerasPort, DiagnosisPort, HoursPort, Light, Look, LookerPort, RaisedFault, TellSeat } from './ports.ts';
import { PictureChecksRepository, type StoredReference } from './repository.ts';
import { WatchedCamera } from './watched-camera.ts';

const KEPT_MS = 90 * 24 * 3600_000;
const PURGE_EVERY_MS = 3600_000;
const PICTURES_OF_CAMERA = 200;
const HISTORY = 100;
/** Rows that wait to be written; with the database away the oldest verdicts are told only by the log. */
const MAX_UNWRITTEN = 200;

export interface PictureChecksDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics?: Registry;
  cameras: CamerasPort;
  hours: HoursPort;
  diagnosis: DiagnosisPort;
  tellSeat: TellSeat;
  /** False: nobody looks. */
  enabled: boolean;
}

/** Picture diagnosis 图像诊断: what each camera's picture is compared with, what is wrong with it, and what was. */
export class PictureChecksService {
  /** The id of a camera whose raised faults, references or state of judging changed. */
  readonly changed = new Emitter<string>();
  readonly #deps: PictureChecksDeps;
  readonly #repository: PictureChecksRepository;
  readonly #cameras = new Map<string, WatchedCamera>();
  readonly #writes = new Serial();
  /** By camera. */
  #seats = new Map<string, SeatRegion[]>();
  #unwritten = 0;
  #looker: LookerPort | null = null;
  #leave: (() => void)[] = [];
  #measured = false;

  constructor(deps: PictureChecksDeps) {
    this.#deps = deps;
    this.#repository = new PictureChecksRepository(deps.db);
  }

  /** After cameras have started. */
  async start(): Promise<void> {
    if (this.#looker || !this.#deps.enabled) return;
    const { cameras, clock, diagnosis } = this.#deps;
    this.#measure();
    const open = await this.#repository.openFaults();
    this.#seats = await this.#repository.seats();
    this.#looker = diagnosis.looker({
      onLook: (look) => this.#look(look),
      onMiss: (cameraId) => this.#miss(cameraId),
    });
    for (const camera of cameras.list()) {
      const raised = open
        .filter(({ cameraId }) => cameraId === camera.id)
        .map(({ fault, since, confidence }) => ({ fault, since: Date.parse(since), confidence }));
      this.#watch(camera, raised);
      await this.#restore(camera.id);
    }
    this.#leave = [
      cameras.changed.on((camera) => this.#changed(camera)),
      cameras.removed.on((cameraId) => this.#forget(cameraId)),
      clock.every(PURGE_EVERY_MS, () => this.#purge()),
    ];
    this.#looker.start();
  }

  async stop(): Promise<void> {
    for (const leave of this.#leave.splice(0)) leave();
    await this.#looker?.stop();
    this.#looker = null;
    await this.#writes.run(async () => undefined);
    this.#cameras.clear();
  }

  /**
   * What is raised about a camera's picture. While nobody judges it, as the camera moves or the program has just
   * started, what was raised stands; without pictures, nothing is wrong with them.
   */
  faultsOf(cameraId: string): { fault: PictureFault; since: number; confidence: number }[] {
    const watched = this.#cameras.get(cameraId);
    return watched && watched.why !== 'no-picture' ? [...watched.raised] : [];
  }

  /** Throws NOT_FOUND. */
  verdict(cameraId: string): PictureVerdict {
    const { cameras, clock } = this.#deps;
    cameras.get(cameraId);
    const now = clock.now();
    return (
      this.#cameras.get(cameraId)?.verdict(cameraId, now) ?? {
        cameraId,
        at: new Date(now).toISOString(),
        faults: null,
        why: 'switched-off',
        light: null,
        references: [],
        learnt: [],
        seats: [],
      }
    );
  }

  /** The faults of the last 90 days, the newest first. Throws NOT_FOUND. */
  async history(cameraId: string): Promise<PictureFaultRecord[]> {
    this.#deps.cameras.get(cameraId);
    return this.#repository.history(cameraId, HISTORY);
  }

  /** Makes the present picture the reference. Throws NOT_FOUND, or CAMERA_SILENT where there is no picture. */
  async confirm(cameraId: string, light: ReferenceLight, confirmedBy: string): Promise<PictureVerdict> {
    const { clock, diagnosis, log } = this.#deps;
    const picture = await this.#present(cameraId);
    const madeAt = new Date(clock.now()).toISOString();
    const reference = { cameraId, light, picture: Buffer.from(picture), madeAt, confirmedBy };
    await this.#repository.saveReference(reference, await diagnosis.jpeg(picture));
    this.#apply(reference);
    log.info({ camera: cameraId, light, confirmedBy }, 'reference view confirmed');
    this.changed.emit(cameraId);
    return this.verdict(cameraId);
  }

  /**
   * Says where in a camera's picture the seats of windows are. Throws NOT_FOUND, and REQUEST_INVALID where it does not look
   * at such a window.
   */
  async setSeats(cameraId: string, seats: SeatRegion[], by: string): Promise<PictureVerdict> {
    const { cameras, clock, log } = this.#deps;
    const { hallId, windowIds } = cameras.get(cameraId);
    const strange = seats.findIndex(({ windowId }) => !windowIds.includes(windowId));
    if (strange >= 0) {
      throw new AppError('REQUEST_INVALID', [
        { path: `seats.${strange}.windowId`, message: 'not seen by this camera' },
      ]);
    }
    await this.#repository.saveSeats(cameraId, hallId, seats);
    this.#seats = await this.#repository.seats();
    log.info({ camera: cameraId, seats: seats.map(({ windowId }) => windowId), by }, 'seats in a picture changed');
    for (const [id, watched] of this.#cameras) this.#watchSeats(id, watched, clock.now());
    this.changed.emit(cameraId);
    return this.verdict(cameraId);
  }

  /** The present picture as JPEG. Throws NOT_FOUND or CAMERA_SILENT. */
  async presentJpeg(cameraId: string): Promise<Buffer> {
    return this.#deps.diagnosis.jpeg(await this.#present(cameraId));
  }

  /** Throws NOT_FOUND. */
  async referenceJpeg(cameraId: string, light: Light): Promise<Buffer> {
    return found(await this.#repository.referenceJpeg(cameraId, light));
  }

  /** The picture when a fault began. Throws NOT_FOUND. */
  async faultJpeg(cameraId: string, id: number): Promise<Buffer> {
    return found(await this.#repository.faultJpeg(cameraId, id));
  }

  async #present(cameraId: string): Promise<Uint8Array> {
    this.#deps.cameras.get(cameraId);
    const picture = await this.#looker?.present(cameraId);
    if (!picture) throw new AppError('CAMERA_SILENT', 'there is no picture to be seen now');
    return picture;
  }

  #watch(camera: Camera, raised: RaisedFault[] = []): void {
    if (!camera.enabled) return this.#forget(camera.id);
    if (this.#cameras.has(camera.id)) return;
    const watched = new WatchedCamera(this.#deps.diagnosis.judge(raised), raised);
    this.#cameras.set(camera.id, watched);
    this.#watchSeats(camera.id, watched, this.#deps.clock.now());
    this.#looker?.add(camera.id);
  }

  #watchSeats(cameraId: string, watched: WatchedCamera, at: number): void {
    const { cameras, tellSeat: tell, log } = this.#deps;
    const { hallId } = cameras.get(cameraId);
    watched.watchSeats(this.#seats.get(cameraId) ?? [], { hallId, tell, log }, at);
  }

  #changed(camera: Camera): void {
    const isNew = !this.#cameras.has(camera.id);
    this.#watch(camera);
    if (isNew && camera.enabled) void this.#restore(camera.id);
  }

  /** A camera that is switched on again is compared with what it was compared with before. */
  async #restore(cameraId: string): Promise<void> {
    try {
      const references = await this.#repository.references(cameraId);
      for (const reference of references) this.#apply(reference);
    } catch (error) {
      this.#deps.log.warn({ camera: cameraId, reason: messageOf(error) }, 'reference views not read');
    }
  }

  #apply({ cameraId, light, picture, madeAt, confirmedBy }: StoredReference): void {
    const watched = this.#cameras.get(cameraId);
    if (watched?.judge.setReference(light, picture)) watched.references.set(light, { madeAt, confirmedBy });
  }

  #forget(cameraId: string): void {
    const watched = this.#cameras.get(cameraId);
    this.#looker?.remove(cameraId);
    this.#cameras.delete(cameraId);
    for (const { fault } of watched?.raised ?? []) this.#close(cameraId, fault);
    watched?.leaveSeats(this.#deps.clock.now());
    if (watched) this.changed.emit(cameraId);
  }

  #look({ cameraId, at, picture }: Look): void {
    const watched = this.#cameras.get(cameraId);
    if (!watched) return;
    const { cameras, hours } = this.#deps;
    const open = hours.isOpen(cameras.get(cameraId).hallId);
    const why = watched.why;
    const judgement = watched.judge.look(picture, { at, open, moving: cameras.isMoving(cameraId) });
    const { raised, over } = watched.take(judgement, at);
    watched.lookAtSeats(judgement.changed, at);
    for (const fault of raised) this.#open(cameraId, fault, judgement.light, Uint8Array.from(picture));
    for (const { fault } of over) this.#close(cameraId, fault);
    if (judgement.learnt) this.#keepLearnt(cameraId, judgement.learnt, at);
    if (raised.length + over.length > 0 || judgement.learnt || why !== watched.why) this.changed.emit(cameraId);
  }

  /** Without pictures nothing is wrong with them: the camera is what is missing. Faults stay until a picture says else. */
  #miss(cameraId: string): void {
    const watched = this.#cameras.get(cameraId);
    if (!watched) return;
    const was = watched.why;
    watched.why = 'no-picture';
    watched.lookAtSeats(null, this.#deps.clock.now());
    if (was === 'no-picture') return;
    watched.judge.miss();
    this.changed.emit(cameraId);
  }

  #open(cameraId: string, { fault, since, confidence }: RaisedFault, light: Light, picture: Uint8Array): void {
    this.#deps.log.warn({ camera: cameraId, fault, confidence }, 'something is wrong with a picture');
    this.#write(async () => {
      const jpeg = await this.#deps.diagnosis.jpeg(picture).catch(() => null);
      const row = { cameraId, fault, light, confidence, since: new Date(since).toISOString() };
      await this.#repository.open(row, jpeg);
    });
  }

  #close(cameraId: string, fault: PictureFault): void {
    const until = new Date(this.#deps.clock.now()).toISOString();
    this.#deps.log.info({ camera: cameraId, fault }, 'the picture is in order again');
    this.#write(() => this.#repository.close(cameraId, fault, until));
  }

  #keepLearnt(cameraId: string, { light, picture }: { light: Light; picture: Uint8Array }, at: number): void {
    const madeAt = new Date(at).toISOString();
    this.#cameras.get(cameraId)?.references.set(light, { madeAt, confirmedBy: null });
    this.#write(async () => {
      const reference = { cameraId, light, picture: Buffer.from(picture), madeAt, confirmedBy: null };
      await this.#repository.saveReference(reference, await this.#deps.diagnosis.jpeg(picture));
    });
  }

  #purge(): void {
    const before = new Date(this.#deps.clock.now() - KEPT_MS).toISOString();
    this.#write(() => this.#repository.purge(before, PICTURES_OF_CAMERA));
  }

  #write(work: () => Promise<void>): void {
    const { log } = this.#deps;
    if (this.#unwritten >= MAX_UNWRITTEN) return log.warn('a verdict on a picture was not written: too many wait');
    this.#unwritten += 1;
    void this.#writes
      .run(work)
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a verdict on a picture was not written'))
      .finally(() => (this.#unwritten -= 1));
  }

  #measure(): void {
    const { metrics } = this.#deps;
    if (!metrics || this.#measured) return;
    this.#measured = true;
    const count = (fault: PictureFault) =>
      [...this.#cameras.keys()].filter((id) => this.faultsOf(id).some((each) => each.fault === fault)).length;
    new Gauge({
      name: 'hallwatch_picture_faults',
      help: 'Cameras with something wrong with their picture',
      labelNames: ['fault'],
      registers: [metrics],
      collect() {
        for (const fault of PictureFault.options) this.set({ fault }, count(fault));
      },
    });
  }
}

function found<T>(value: T | null): T {
  if (value === null) throw new AppError('NOT_FOUND', 'no such picture');
  return value;
}
