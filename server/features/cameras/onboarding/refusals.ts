import { createHmac } from 'node:crypto';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';

export interface Credentials {
  username: string;
  password: string;
}

/** A person who sends the same again so soon has pressed the button twice. */
export const SAME_AGAIN_AFTER_MS = 60_000;
/** Cameras that are remembered; the oldest refusal is forgotten first. */
const REMEMBERED = 2000;

interface Refusal {
  /** Of the credentials, under the secret of this installation. */
  mark: string;
  at: number;
  words: string;
}

/**
 * What cameras refused of what people typed, so that it is not said to them twice: most lock an account after three to
 * five wrong passwords. What is stored for a camera has a guard of its own.
 */
export class Refusals {
  readonly #clock: Clock;
  readonly #secret: Buffer;
  readonly #byCamera = new Map<string, Refusal>();

  constructor({ clock, secret }: { clock: Clock; secret: Buffer }) {
    this.#clock = clock;
    this.#secret = secret;
  }

  /**
   * Asks, unless the camera at this address has refused the same credentials within a minute. Throws what `ask` throws,
   * or CAMERA_UNAUTHORIZED from memory.
   */
  async guard<T>(address: string, by: Credentials, ask: () => Promise<T>): Promise<T> {
    const camera = URL.parse(address)?.host ?? address;
    const known = this.#byCamera.get(camera);
    const mark = this.#markOf(camera, by);
    const now = this.#clock.now();
    if (known?.mark === mark && now - known.at < SAME_AGAIN_AFTER_MS) {
      const seconds = Math.max(1, Math.round((now - known.at) / 1000));
      throw new AppError('CAMERA_UNAUTHORIZED', `refused ${seconds} s ago and not tried again: ${known.words}`);
    }
    try {
      const answer = await ask();
      this.#byCamera.delete(camera);
      return answer;
    } catch (error) {
      if (error instanceof AppError && error.code === 'CAMERA_UNAUTHORIZED' && by.username !== '') {
        this.#remember(camera, { mark, at: this.#clock.now(), words: String(error.details ?? '') });
      }
      throw error;
    }
  }

  #remember(camera: string, refusal: Refusal): void {
    this.#byCamera.delete(camera);
    this.#byCamera.set(camera, refusal);
    if (this.#byCamera.size > REMEMBERED) this.#byCamera.delete(this.#byCamera.keys().next().value!);
  }

  #markOf(camera: string, { username, password }: Credentials): string {
    return createHmac('sha256', this.#secret)
      .update(JSON.stringify([camera, username, password]))
      .digest('base64');
  }
}
