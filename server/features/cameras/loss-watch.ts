import type { ProfileRole, StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Clock } from '#lib/clock.ts';

/** A stream that is away, and the last reason it gave. */
export interface Loss {
  cameraId: string;
  role: ProfileRole;
  code: ErrorCode;
  detail: string | null;
}

export interface LossWatchDeps {
  clock: Clock;
  /** A stream that is away for less is not worth a word. */
  afterMs: number;
  /** Said once a stream has been away for so long, and again when its reason changes. */
  onLost: (loss: Loss) => void;
  /** A stream of which `onLost` spoke is live again, or nobody needs it any more. */
  onBack: (loss: Loss) => void;
}

interface Watched {
  loss: Loss;
  told: boolean;
  stopTimer: () => void;
}

/**
 * Tells a stream that is away from one that stumbles. Attempts to reconnect do not end a loss, only pictures do: a
 * camera that swings between connecting and lost is away all the time.
 */
export class LossWatch {
  readonly #deps: LossWatchDeps;
  readonly #watched = new Map<string, Watched>();

  constructor(deps: LossWatchDeps) {
    this.#deps = deps;
  }

  observe({ cameraId, role, status, code, detail }: StreamState): void {
    if (status === 'connecting') return;
    const key = keyOf(cameraId, role);
    const known = this.#watched.get(key);
    if (status !== 'lost') {
      this.#drop(key);
      if (known?.told) this.#deps.onBack(known.loss);
      return;
    }
    const loss: Loss = { cameraId, role, code: code ?? 'CAMERA_SILENT', detail };
    if (!known) {
      const watched: Watched = {
        loss,
        told: false,
        stopTimer: this.#deps.clock.after(this.#deps.afterMs, () => {
          watched.told = true;
          this.#deps.onLost(watched.loss);
        }),
      };
      this.#watched.set(key, watched);
      return;
    }
    const changed = known.loss.code !== loss.code || known.loss.detail !== loss.detail;
    known.loss = loss;
    if (known.told && changed) this.#deps.onLost(loss);
  }

  /** Whether this stream, or any stream of the camera, has been away for so long. */
  isLost(cameraId: string, role?: ProfileRole): boolean {
    const asked = role ? [role] : (['main', 'sub'] as const);
    return asked.some((one) => this.#watched.get(keyOf(cameraId, one))?.told);
  }

  /** For a camera that is switched off or gone: says nothing more of it. */
  forget(cameraId: string): void {
    for (const role of ['main', 'sub'] as const) this.#drop(keyOf(cameraId, role));
  }

  stop(): void {
    for (const key of [...this.#watched.keys()]) this.#drop(key);
  }

  #drop(key: string): void {
    this.#watched.get(key)?.stopTimer();
    this.#watched.delete(key);
  }
}

function keyOf(cameraId: string, role: ProfileRole): string {
  return `${cameraId}/${role}`;
}
