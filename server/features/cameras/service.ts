import { isDeepStrictEqual } from 'node:util';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { EventSubscription } from '#contract/camera-events.ts';
import type { StreamHealth } from '#contract/camera-health.ts';
import {
  CameraInput,
  type Camera,
  type CameraChange,
  type CameraProbe,
  type CameraState,
  type DiscoveredCamera,
  type DiscoverRequest,
  type ProfileRole,
  type PublishAddress,
  type StreamState,
} from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { LiveToken, LiveTokenAnswers, LiveTokensRequest } from '#contract/live.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { Adding } from './adding.ts';
import { Asking, type Access } from './asking.ts';
import { CameraStreams } from './camera-streams.ts';
import { CameraConditions } from './conditions.ts';
import { CameraControl } from './control.ts';
import { defined, factsOf } from './description.ts';
import { cameraAt, freeId, isOtherDevice } from './identity.ts';
import { LiveTokens, type LiveGrant } from './live-token.ts';
import type { CameraAccess, Describe, Discover, Look, OpenControls, PushPort, StreamsPort } from './ports.ts';
import { newPublishKey, Publishing, pushes, refuseTurning } from './publishing.ts';
import { Onboarding } from './onboarding/onboarding.ts';
import { Refresh } from './refresh.ts';
import { CameraRegister, type Kept } from './register.ts';
import { seeing, seeingAround } from './seeing.ts';

export interface CamerasDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** 32 bytes of this installation: stored passwords and live tokens hang on them. */
  secret: Buffer;
  streams: StreamsPort;
  /** Whether an account may see the cameras of a hall live, now. */
  mayWatch: (owner: TokenOwner, hallId: string) => boolean;
  /** Without it no device can push. */
  push?: PushPort;
  discover: Discover;
  describe: Describe;
  /** Without it no camera can be moved, adjusted or switched. */
  openControls?: OpenControls;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  metrics?: Registry;
  /** Where cameras may be; without it, anywhere. */
  networks?: Pick<CameraNetworks, 'resolve'>;
  /** Without it no stream is looked at before it is added. */
  look?: Look;
}

/** Cameras: what they are, where they look, that their streams are pulled, and who may watch them. */
export class CamerasService {
  /** A camera was added, changed by a person, or described itself anew. */
  readonly changed = new Emitter<Camera>();
  /** The id of a camera that is gone. */
  readonly removed = new Emitter<string>();
  readonly stateChanged = new Emitter<CameraState>();
  readonly control: CameraControl;
  readonly onboarding: Onboarding;

  readonly #deps: CamerasDeps;
  readonly #register: CameraRegister;
  readonly #tokens: LiveTokens;
  readonly #streams: CameraStreams;
  readonly #conditions: CameraConditions;
  readonly #publishing: Publishing;
  readonly #refresh: Refresh;
  readonly #asking: Asking;
  readonly #adding: Adding;

  constructor(deps: CamerasDeps) {
    const { clock, log, openControls } = deps;
    this.#deps = deps;
    const cannot = () => {
      throw new AppError('CAMERA_UNSUPPORTED');
    };
    this.control = new CameraControl({ clock, log, open: openControls ?? cannot, access: (id) => this.accessTo(id) });
    this.#register = new CameraRegister({ ...deps, onRefusal: (cameraId) => this.#tellState(cameraId) });
    this.#tokens = new LiveTokens(deps);
    const onDue = (cameraId: string) => this.#judge(cameraId);
    this.#conditions = new CameraConditions({ ...deps, onDue });
    this.#asking = new Asking(deps);
    this.onboarding = new Onboarding(this.#asking);
    const looks = deps.look !== undefined;
    this.#adding = new Adding({ asking: this.#asking, onboarding: this.onboarding, looks });
    this.#publishing = new Publishing(deps.push);
    this.#refresh = new Refresh({ clock, refresh: (cameraId, signal) => this.#describeAgain(cameraId, signal) });
    this.#streams = new CameraStreams({
      ...deps,
      onState: ({ cameraId }) => this.#tellState(cameraId),
      onStale: (cameraId, stale) => {
        if (stale && this.#register.find(cameraId)?.camera.onvifUrl) this.#refresh.want(cameraId);
        else this.#refresh.drop(cameraId);
      },
    });
  }

  /** Loads the cameras and has their streams pulled. */
  async start(): Promise<void> {
    await this.#register.load();
    this.#asking.start();
    this.control.start();
    for (const kept of this.#register.all()) this.#apply(kept);
    this.#streams.start();
    // Cameras of an earlier release have not said what they can do; each is asked until it has answered once.
    for (const { camera, asked } of this.#register.all()) {
      if (!asked && camera.enabled && camera.onvifUrl !== null) this.#refresh.want(camera.id);
    }
  }

  /** Ends what is under way; the streams are ended by the part that pulls them. */
  async stop(): Promise<void> {
    this.#asking.stop();
    this.control.stop();
    this.#streams.stop();
    this.#conditions.stop();
    await this.#refresh.stop();
    await this.#register.stop();
  }

  list(): Camera[] {
    return this.#register.cameras();
  }

  find(cameraId: string): Camera | undefined {
    return this.#register.find(cameraId)?.camera;
  }

  /** Throws NOT_FOUND. */
  get(cameraId: string): Camera {
    return this.#register.get(cameraId).camera;
  }

  /**
   * Adds a camera. One with an ONVIF address is described first and refused with its CAMERA_* code where that fails; one
   * with stream addresses alone is taken as it is. Throws CONFLICT for a camera that is there already, NOT_FOUND for a
   * hall and REQUEST_INVALID for windows that are not.
   */
  async add(input: CameraInput): Promise<Camera> {
    const wanted = CameraInput.parse(input);
    if (wanted.id !== undefined && this.#register.find(wanted.id)) {
      throw new AppError('CONFLICT', `the id ${wanted.id} is taken`);
    }
    const draft = await this.#adding.draft(wanted);
    return this.#register.exclusive(async () => {
      const { camera, password } = draft(wanted.id ?? freeId(wanted.hallId, wanted.name, this.#register.ids()));
      return this.#saved(await this.#register.insert(camera, password), 'camera added');
    });
  }

  /** Changes a camera. Throws what `add` throws: a new ONVIF address or password is tried first. */
  async change(cameraId: string, change: CameraChange): Promise<Camera> {
    const { password: typed, ...fields } = defined(change);
    const before = this.#register.get(cameraId);
    refuseTurning(before.camera, { ...before.camera, ...fields }, typed);
    // Who types what is stored wants it tried again.
    const same = typed !== '' && typed === before.password;
    const password = same ? undefined : typed;
    const passwords = { before: before.password, after: password ?? before.password };
    const facts = await this.#asking.factsAfter(before.camera, { ...before.camera, ...fields }, passwords);
    return this.#register.exclusive(async () => {
      const { camera } = this.#register.get(cameraId);
      const kept = await this.#register.update({ ...camera, ...fields, ...facts }, password);
      if (same) kept.guard.lift();
      return this.#saved(kept, 'camera changed');
    });
  }

  /** Has credentials that the camera refused shown to it once more; `by` is a user name. Throws NOT_FOUND. */
  tryCredentials(cameraId: string, by: string): void {
    const { guard } = this.#register.get(cameraId);
    this.#deps.log.info({ cameraId, by }, 'refused credentials are tried again');
    guard.lift();
  }

  /** Throws NOT_FOUND, or CONFLICT where something still refers to the camera. */
  remove(cameraId: string): Promise<void> {
    return this.#register.exclusive(async () => {
      await this.#register.remove(cameraId);
      this.#streams.remove(cameraId);
      this.#publishing.remove(cameraId);
      this.control.close(cameraId);
      this.#conditions.forget(cameraId);
      this.#deps.log.info({ cameraId }, 'camera removed');
      this.removed.emit(cameraId);
    });
  }

  /** Throws DISCOVERY_FAILED where the interface cannot be used. */
  async discover(request: z.infer<typeof DiscoverRequest>): Promise<DiscoveredCamera[]> {
    const found = await this.#asking.discover(request);
    const cameras = this.list();
    return found.map((match) => ({ ...match, knownAs: cameraAt(match.onvifUrl, cameras)?.id ?? null }));
  }

  /** Asks a camera who it is without adding it. Throws CAMERA_*. */
  probe(request: Access): Promise<CameraProbe> {
    return this.#asking.describe(request);
  }

  /** Where a device that pushes has to push to. Throws NOT_FOUND, CONFLICT for a camera that is pulled, RTMP_OFF. */
  publishAddress(cameraId: string, host: string): PublishAddress {
    return this.#publishing.addressOf(this.#register.get(cameraId), host);
  }

  /** Gives the device another key; whoever pushes with the old one is thrown out. Throws as `publishAddress`. */
  renewPublishKey(cameraId: string, host: string): Promise<PublishAddress> {
    this.publishAddress(cameraId, host);
    return this.#register.exclusive(async () => {
      const { camera } = this.#register.get(cameraId);
      this.#saved(await this.#register.update(camera, newPublishKey()), 'publish key renewed');
      return this.publishAddress(cameraId, host);
    });
  }

  /** A camera begins to move, or its picture has settled again. */
  get ptzMoved(): Emitter<{ cameraId: string; moving: boolean }> {
    return this.control.moved;
  }

  isMoving(cameraId: string): boolean {
    return this.control.isMoving(cameraId);
  }

  /** What is needed to speak ONVIF with a camera. Throws NOT_FOUND, CAMERA_DISABLED, CAMERA_UNSUPPORTED. */
  accessTo(cameraId: string): CameraAccess {
    const { camera, password, guard } = this.#register.get(cameraId);
    if (!camera.enabled) throw new AppError('CAMERA_DISABLED', cameraId);
    if (camera.onvifUrl === null) throw new AppError('CAMERA_UNSUPPORTED', 'the camera has no ONVIF address');
    return { onvifUrl: camera.onvifUrl, username: camera.username, password, guard };
  }

  /** A token for the live gateway. Throws NOT_FOUND or CAMERA_DISABLED. */
  issueLiveToken(cameraId: string, role: ProfileRole, owner: TokenOwner): LiveToken {
    if (!this.get(cameraId).enabled) throw new AppError('CAMERA_DISABLED', cameraId);
    return this.#tokens.issue({ cameraId, role, ...owner });
  }

  /** Tokens for many streams; one that may not be had spoils none of the others. */
  issueLiveTokens(asked: LiveTokensRequest, owner: TokenOwner): LiveTokenAnswers {
    return asked.map(({ cameraId, role }) => {
      try {
        return this.issueLiveToken(cameraId, role, owner);
      } catch (error) {
        if (error instanceof AppError) return { refused: error.code };
        throw error;
      }
    });
  }

  /** What a live token opens, for the gateway: what whoever had it made may see now, whatever he might then. */
  authoriseLive(token: string): ({ ok: true; mayStay: () => boolean } & LiveGrant) | { ok: false; code: ErrorCode } {
    const grant = this.#tokens.read(token);
    if (!grant) return { ok: false, code: 'LIVE_TOKEN_INVALID' };
    const kept = this.#register.find(grant.cameraId);
    if (!kept || !this.#mayWatch(grant)) return { ok: false, code: 'NOT_FOUND' };
    if (!kept.camera.enabled) return { ok: false, code: 'CAMERA_DISABLED' };
    return { ok: true, ...grant, mayStay: () => this.#mayWatch(grant) };
  }

  #mayWatch(grant: LiveGrant): boolean {
    const kept = this.#register.find(grant.cameraId);
    return kept !== undefined && this.#deps.mayWatch(grant, kept.camera.hallId);
  }

  /** A camera that is switched off has no streams. */
  states(): CameraState[] {
    const streams = Map.groupBy(this.#deps.streams.states(), ({ cameraId }) => cameraId);
    return this.#register.all().map((kept) => this.#stateOf(kept, streams.get(kept.camera.id) ?? []));
  }

  /** Takes what was measured of the streams: conditions follow it. */
  measured(samples: readonly StreamHealth[]): void {
    for (const sample of samples) this.#conditions.measured(sample);
    for (const cameraId of new Set(samples.map((sample) => sample.cameraId))) this.#judge(cameraId);
  }

  /** Takes what picture diagnosis says is wrong with a camera's picture. */
  pictureFaults(cameraId: string, faults: readonly string[]): void {
    this.#conditions.pictureFaults(cameraId, faults);
    this.#judge(cameraId);
  }

  /** Takes whether what a camera notices by itself is heard; null: nobody listens to it. */
  heard(cameraId: string, subscription: EventSubscription | null): void {
    this.#conditions.heard(cameraId, subscription);
    this.#judge(cameraId);
  }

  /** Ids of the cameras that see a window, or with null the public areas of the hall, best first. */
  camerasSeeing(hallId: string, windowId: string | null): string[] {
    return seeing(this.list(), hallId, windowId, this.#isLive());
  }

  /** Ids of the cameras that show what this one sees or should see, best first; of an unknown camera none. */
  camerasAround(cameraId: string): string[] {
    const camera = this.#register.find(cameraId)?.camera;
    return camera ? seeingAround(this.list(), camera, this.#isLive()) : [];
  }

  #isLive(): (cameraId: string) => boolean {
    const live = new Set(this.#deps.streams.states().flatMap((s) => (s.status === 'live' ? [s.cameraId] : [])));
    return (cameraId) => live.has(cameraId);
  }

  /** What follows from every commit: the streams are pulled as the camera now says, and everyone hears of it. */
  #saved(kept: Kept, message: string): Camera {
    const { camera } = kept;
    this.#deps.log.info({ cameraId: camera.id, hallId: camera.hallId }, message);
    this.#apply(kept);
    this.changed.emit(camera);
    this.#tellState(camera.id);
    return camera;
  }

  #apply(kept: Kept): void {
    this.#publishing.apply(kept);
    // The publish key lets devices in; the stream of what they push asks for no password.
    this.#streams.apply(kept.camera, pushes(kept.camera) ? '' : kept.password, kept.guard);
  }

  /** A camera that has been away for long may have moved its streams; what it says now is stored. Never rejects. */
  async #describeAgain(cameraId: string, signal: AbortSignal): Promise<void> {
    const known = this.#register.find(cameraId);
    const onvifUrl = known?.camera.onvifUrl;
    if (!known || !onvifUrl) return;
    const { camera, password, guard } = known;
    try {
      const access = { onvifUrl, username: camera.username, password, guard };
      const facts = factsOf(await this.#asking.describeStored(access, signal));
      await this.#register.exclusive(async () => {
        if (signal.aborted || this.#register.find(cameraId) !== known) return;
        if (isOtherDevice(camera, facts)) {
          const { manufacturer, model, serial } = facts;
          const detail = `another device answers at ${onvifUrl}: ${manufacturer} ${model}, serial ${serial}`;
          this.#streams.explain(cameraId, 'CAMERA_UNREACHABLE', detail);
        } else if (!known.asked || !isDeepStrictEqual({ ...camera, ...facts }, camera)) {
          this.#saved(await this.#register.update({ ...camera, ...facts }), 'camera described itself anew');
          if (!known.asked) this.#refresh.drop(cameraId);
        }
      });
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof AppError ? error.code : 'INTERNAL';
      this.#deps.log.warn({ cameraId, code }, `camera is away: ${messageOf(error)}`);
      if (code !== 'CAMERA_CREDENTIALS_REFUSED') return;
      this.#streams.explain(cameraId, code, messageOf(error));
      this.#refresh.drop(cameraId);
    }
  }

  /** Tells of a camera whose condition is another one now. */
  #judge(cameraId: string): void {
    const kept = this.#register.find(cameraId);
    const streams = this.#streams.statesOf(cameraId);
    if (kept && this.#conditions.look(kept, streams)) this.stateChanged.emit(this.#stateOf(kept, streams));
  }

  #tellState(cameraId: string): void {
    const kept = this.#register.find(cameraId);
    if (kept) this.stateChanged.emit(this.#stateOf(kept, this.#streams.statesOf(cameraId)));
  }

  #stateOf(kept: Kept, streams: StreamState[]): CameraState {
    const { id, hallId } = kept.camera;
    this.#conditions.look(kept, streams);
    return { cameraId: id, hallId, condition: this.#conditions.of(id), streams };
  }
}
