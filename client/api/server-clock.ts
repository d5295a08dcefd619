/** Samples kept: of the last few, the one that travelled fastest is the truest. */
const SAMPLES = 5;

/** Estimates the server's clock from the instants it sends, so that a wall with a wrong clock still counts right. */
export class ServerClock {
  #offsets: number[] = [];

  /** @param epochMs what the server said @param receivedAt this machine's clock when it arrived, epoch ms */
  sample(epochMs: number, receivedAt: number): void {
    this.#offsets.push(epochMs - receivedAt);
    if (this.#offsets.length > SAMPLES) this.#offsets.shift();
  }

  /** Server clock minus this machine's clock, ms; 0 before the first sample. */
  get offsetMs(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }

  /** A new connection may lead to another server. */
  reset(): void {
    this.#offsets = [];
  }
}
