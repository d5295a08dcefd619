import { Counter, Gauge, type Registry } from 'prom-client';

/** How many streams are converted at a time. One conversion costs what a hundred streams cost that pass as they are. */
export class TranscodeSlots {
  readonly #max: number;
  #taken = 0;
  #refused = 0;

  constructor({ max, metrics }: { max: number; metrics?: Registry | undefined }) {
    this.#max = max;
    if (metrics) this.#measure(metrics);
  }

  /** False where all are taken. */
  take(): boolean {
    if (this.#taken >= this.#max) {
      this.#refused += 1;
      return false;
    }
    this.#taken += 1;
    return true;
  }

  giveBack(): void {
    this.#taken -= 1;
  }

  #measure(metrics: Registry): void {
    const taken = () => this.#taken;
    const refused = () => this.#refused;
    new Gauge({
      name: 'hallwatch_transcodes',
      help: 'Streams that are converted to H.264 now',
      registers: [metrics],
      collect() {
        this.set(taken());
      },
    });
    new Counter({
      name: 'hallwatch_transcodes_refused_total',
      help: 'Conversions refused because as many ran as may',
      registers: [metrics],
      collect() {
        this.reset();
        this.inc(refused());
      },
    });
  }
}
