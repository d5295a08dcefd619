import type { Clock } from '#lib/clock.ts';
import { DueLoop } from '#lib/due-loop.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';

export interface CardLoopDeps {
  clock: Clock;
  log: Logger;
  cards: { readonly acted: Emitter<string> };
}

/** What is done about cards once something happened to one. */
export class CardLoop {
  readonly #acted: Emitter<string>;
  readonly #loop: DueLoop;
  #leave: (() => void) | null = null;

  /**
   * @param tick one batch; whether there may be more
   * @param notDone what the log says where it failed and is tried again
   */
  constructor({ clock, log, cards }: CardLoopDeps, tick: () => Promise<boolean>, notDone: string) {
    this.#acted = cards.acted;
    this.#loop = new DueLoop({
      clock,
      tick,
      // a card that a rule issued by itself is found when the loop looks again by itself
      earliest: async () => Infinity,
      failed: (_error, reason) => log.warn({ reason }, notDone),
    });
  }

  start(): void {
    this.#leave ??= this.#acted.on(() => this.#loop.poke());
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#leave?.();
    this.#leave = null;
    await this.#loop.stop();
  }

  /** Resolves when everything that is known now was seen to. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }
}
