import { Backoff } from '#lib/backoff.ts';
import type { SourceCode } from './source.ts';

/**
 * How a camera is asked again. `away`: it does not answer, so asking costs it nothing and must go on often, or its
 * return is noticed late. `trouble`: it answers, but not with pictures; asking anew is work for it. `unwelcome`: it wants
 * a password that we have not, or denies a right. `refused`: it refused the password, so nothing is tried until a
 * person has done something about it.
 */
export type Pace = 'away' | 'trouble' | 'unwelcome' | 'refused';

export function paceOf(code: SourceCode): Pace {
  if (code === 'CAMERA_CREDENTIALS_REFUSED') return 'refused';
  if (code === 'CAMERA_UNAUTHORIZED') return 'unwelcome';
  return code === 'CAMERA_UNREACHABLE' || code === 'CAMERA_SILENT' ? 'away' : 'trouble';
}

/** From the beginning of one attempt to the next, while the camera is away. */
export const AWAY_EVERY_MS = 1500;
/** The end of an attempt that took longer than that is followed by the next one after this. */
export const AWAY_PAUSE_MS = 250;
/** A camera that comes back answers before it has pictures: this often it is asked on at the pace of one that is away. */
export const STARTING_UP_ATTEMPTS = 20;
/** A right that is missing is given by a person, who does not wait for us with it. */
export const UNWELCOME_EVERY_MS = 5 * 60_000;
const JITTER = 0.3;

/**
 * The pauses between attempts. `away` never grows: a camera whose power comes back is to be live within three seconds,
 * whether it was gone for a minute or for a week, and a hundred of them cost some hundred small packets a second.
 */
export class RetryPace {
  readonly #trouble: Backoff;
  readonly #random: () => number;
  #startingUp = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
    this.#trouble = new Backoff({ firstMs: 1000, maxMs: 30_000, jitter: JITTER, random });
  }

  /** Ms to wait after an attempt that took `attemptMs`. */
  pause(pace: Exclude<Pace, 'refused'>, attemptMs: number): number {
    if (pace === 'unwelcome') return UNWELCOME_EVERY_MS * (1 + JITTER * this.#random());
    if (pace === 'away') {
      this.#startingUp = STARTING_UP_ATTEMPTS;
      // It was off or out of reach: what it answers next is no continuation of what it answered before.
      this.#trouble.reset();
    } else {
      if (this.#startingUp === 0) return this.#trouble.next();
      this.#startingUp -= 1;
    }
    return Math.max(AWAY_PAUSE_MS, AWAY_EVERY_MS * (1 - JITTER * this.#random()) - attemptMs);
  }

  /** It was live for a while: the failures before are forgotten. */
  forget(): void {
    this.#startingUp = 0;
    this.#trouble.reset();
  }
}
