import type { Camera, ProfileRole, StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { ProblemSubject } from '#contract/system.ts';
import type { Clock } from '#lib/clock.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { LossWatch, type Loss } from './loss-watch.ts';
import type { StreamsPort } from './ports.ts';

export interface CameraStreamsDeps {
  clock: Clock;
  streams: StreamsPort;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  onState: (state: StreamState) => void;
  /** The camera is away for a reason that another look at its description may mend, or not any more. */
  onStale: (cameraId: string, stale: boolean) => void;
}

/** A camera counts as offline when its sub stream has been lost for this long (default of the alert rule, 15 s). */
export const LOST_AFTER_MS = 15_000;

/** A camera that moved its streams is heard as one of these. A wrong password is not: cameras lock who tries too often. */
const STALE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CAMERA_UNREACHABLE', 'CAMERA_NO_STREAM']);

const roles = ['main', 'sub'] as const satisfies ProfileRole[];

/** Joins cameras to their streams: targets one way, losses and problems the other. */
export class CameraStreams {
  readonly #deps: CameraStreamsDeps;
  readonly #watch: LossWatch;
  #unsubscribe: (() => void) | null = null;

  constructor(deps: CameraStreamsDeps) {
    this.#deps = deps;
    this.#watch = new LossWatch({
      clock: deps.clock,
      afterMs: LOST_AFTER_MS,
      onLost: (loss) => this.#lost(loss),
      onBack: (loss) => this.#back(loss),
    });
  }

  start(): void {
    if (this.#unsubscribe) return;
    for (const state of this.#deps.streams.states()) this.#watch.observe(state);
    this.#unsubscribe = this.#deps.streams.stateChanged.on((state) => {
      this.#watch.observe(state);
      this.#deps.onState(state);
    });
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#watch.stop();
  }

  /** Makes the targets what the camera says: the sub stream always open, for the wall; main when someone enlarges it. */
  apply(camera: Camera, password: string, guard: CredentialGuard): void {
    if (!camera.enabled) return this.remove(camera.id, 'CAMERA_DISABLED');
    for (const role of roles) {
      const profile = camera.profiles.find((known) => known.role === role);
      if (!profile) {
        this.#deps.streams.removeTarget(camera.id, { role });
        continue;
      }
      this.#deps.streams.setTarget({
        cameraId: camera.id,
        role,
        uri: profile.streamUri,
        username: camera.username,
        password,
        guard,
        sourceChoice: camera.sourceChoice,
        keepOpen: role === 'sub',
      });
    }
  }

  /** `code`: what viewers are told. */
  remove(cameraId: string, code: ErrorCode = 'NOT_FOUND'): void {
    this.#deps.streams.removeTarget(cameraId, { code });
    this.#watch.forget(cameraId);
    this.#deps.problems.clear(subjectOf(cameraId));
    this.#deps.onStale(cameraId, false);
  }

  statesOf(cameraId: string): StreamState[] {
    return this.#deps.streams.states().filter((state) => state.cameraId === cameraId);
  }

  /** Says what another look at the camera found, while it is away. */
  explain(cameraId: string, code: ErrorCode, detail: string): void {
    if (this.#watch.isLost(cameraId, 'sub')) this.#deps.problems.raise(subjectOf(cameraId), code, detail);
  }

  #lost({ cameraId, role, code, detail }: Loss): void {
    if (role === 'sub') this.#deps.problems.raise(subjectOf(cameraId), code, detail);
    this.#deps.onStale(cameraId, STALE.has(code));
  }

  #back({ cameraId, role }: Loss): void {
    if (role === 'sub') this.#deps.problems.clear(subjectOf(cameraId));
    if (!this.#watch.isLost(cameraId)) this.#deps.onStale(cameraId, false);
  }
}

function subjectOf(cameraId: string): ProblemSubject {
  return `camera:${cameraId}`;
}
