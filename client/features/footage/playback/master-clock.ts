/** The speeds that can be chosen; reverse runs at the same. */
export const RATES = [0.25, 0.5, 1, 2, 4, 8, 16] as const;

/** What a viewer of the clock needs to know of it. */
export interface Beat {
  /** Epoch ms. */
  at: number;
  /** Negative: backwards. */
  rate: number;
  /** Whether it moves: playing, and nobody holds it. */
  running: boolean;
}

/**
 * The one clock of all pictures on the page: wall-clock time of the footage that is shown. Who needs time to load holds it,
 * and so everybody waits for the slowest.
 */
export class MasterClock {
  readonly #now: () => number;
  readonly #end: () => number;
  readonly #holds = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #at: number;
  #since: number;
  #rate = 1;
  #playing = false;

  /** `now`: monotonic ms; `end`: epoch ms that it never passes. */
  constructor(options: { now: () => number; end: () => number; at: number }) {
    this.#now = options.now;
    this.#end = options.end;
    this.#at = options.at;
    this.#since = this.#now();
  }

  get rate(): number {
    return this.#rate;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get running(): boolean {
    return this.#playing && this.#holds.size === 0;
  }

  position(): number {
    const gone = this.running ? (this.#now() - this.#since) * this.#rate : 0;
    return Math.min(this.#at + gone, this.#end());
  }

  beat(): Beat {
    return { at: this.position(), rate: this.#rate, running: this.running };
  }

  seek(at: number): void {
    this.#change(() => (this.#at = Math.min(at, this.#end())));
  }

  play(): void {
    this.#change(() => (this.#playing = true));
  }

  pause(): void {
    this.#change(() => (this.#playing = false));
  }

  setRate(rate: number): void {
    this.#change(() => (this.#rate = rate));
  }

  /** While anybody holds it, it stands. */
  hold(who: string, is: boolean): void {
    if (this.#holds.has(who) === is) return;
    this.#change(() => {
      if (is) this.#holds.add(who);
      else this.#holds.delete(who);
    });
  }

  /** Hears of everything but the passing of time, until the returned function is called. */
  onChange(listen: () => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  #change(action: () => void): void {
    this.#at = this.position();
    this.#since = this.#now();
    action();
    for (const listen of this.#listeners) listen();
  }
}

/** J, K and L: the first press sets the direction, each further one doubles the speed. */
export function shuttle(rate: number, playing: boolean, direction: 1 | -1): number {
  if (!playing || Math.sign(rate) !== direction) return direction;
  return direction * Math.min(RATES.at(-1)!, Math.max(1, Math.abs(rate) * 2));
}

/** The next of the offered speeds up or down, in the direction that it runs. */
export function nextRate(rate: number, step: 1 | -1): number {
  const nearest = RATES.findIndex((one) => one >= Math.abs(rate));
  const index = Math.min(RATES.length - 1, Math.max(0, (nearest < 0 ? RATES.length - 1 : nearest) + step));
  return Math.sign(rate || 1) * RATES[index]!;
}
