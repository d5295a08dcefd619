import type { PublishOptions } from './mqtt-connection.ts';

export interface Outgoing {
  topic: string;
  payload: string;
  options: PublishOptions;
  /** A later message of the same slot replaces one that was not sent yet: of a state only the newest matters. */
  slot: string | null;
}

interface Entry extends Outgoing {
  done: boolean;
}

/**
 * What a terminal has said and nobody has acknowledged yet: first in, first out, at most `limit` messages, at most
 * `window` of them on the wire at once. When a connection dies, everything unacknowledged goes out again in the same
 * order; the server drops what it knows already by its event id.
 */
export class Outbox {
  readonly #limit: number;
  readonly #window: number;
  #entries: Entry[] = [];
  /** Entries before this index are on the wire. */
  #sent = 0;
  #inFlight = 0;
  #send: ((message: Outgoing) => Promise<void>) | null = null;
  #waiters: (() => void)[] = [];

  constructor(options: { limit: number; window: number }) {
    this.#limit = options.limit;
    this.#window = options.window;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** False when there is no room: the oldest messages are kept, for without them the newer ones make no sense. */
  push(message: Outgoing): boolean {
    const older =
      message.slot === null ? -1 : this.#entries.findIndex((e, i) => i >= this.#sent && e.slot === message.slot);
    if (older >= 0) this.#entries.splice(older, 1);
    if (this.#entries.length >= this.#limit) return false;
    this.#entries.push({ ...message, done: false });
    this.#pump();
    return true;
  }

  /** Starts sending over a new connection, from the oldest unacknowledged message on. */
  attach(send: (message: Outgoing) => Promise<void>): void {
    this.#send = send;
    this.#pump();
  }

  /** The connection is gone: what it carried and nobody acknowledged counts as not sent. */
  detach(): void {
    this.#send = null;
    this.#sent = 0;
    this.#inFlight = 0;
  }

  /** Resolves when everything pushed so far and since is acknowledged. */
  drained(): Promise<void> {
    if (this.#entries.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #pump(): void {
    const send = this.#send;
    while (send !== null && this.#inFlight < this.#window && this.#sent < this.#entries.length) {
      const entry = this.#entries[this.#sent]!;
      this.#sent += 1;
      this.#inFlight += 1;
      send(entry).then(
        () => this.#acknowledged(entry, send),
        // The connection is dead; the next one sends it again.
        () => undefined,
      );
    }
  }

  #acknowledged(entry: Entry, by: (message: Outgoing) => Promise<void>): void {
    entry.done = true;
    if (this.#send === by) this.#inFlight -= 1;
    while (this.#entries[0]?.done) {
      this.#entries.shift();
      this.#sent = Math.max(0, this.#sent - 1);
    }
    if (this.#entries.length === 0) for (const resolve of this.#waiters.splice(0)) resolve();
    this.#pump();
  }
}
