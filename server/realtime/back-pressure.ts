import type { HallDelta } from '#contract/hall-state.ts';
import { roomOfHall } from './rooms.ts';
import type { RealtimeSocket } from './types.ts';

/** Waiting characters at which a socket no longer gets deltas of halls. */
const SLOW_AT = 256 * 1024;
/** Waiting characters at which a socket is cut off: it comes back by itself and gets a fresh snapshot. */
const CUT_AT = 4 * 1024 * 1024;

/**
 * Keeps a slow client from filling our memory. engine.io hands one batch to the transport and the next one only when the
 * first has gone to the kernel; what is created meanwhile waits here. When too much waits, the socket leaves the rooms of
 * its halls; once it has taken what waited it joins again and gets a marker, whose number tells it that it missed something.
 */
export class BackPressure {
  readonly #socket: RealtimeSocket;
  readonly #marker: (hallId: string) => HallDelta;
  readonly #missed = new Set<string>();
  #waiting = 0;

  /** @param marker a delta without rows that is a gap to whoever missed one */
  constructor(socket: RealtimeSocket, marker: (hallId: string) => HallDelta) {
    this.#socket = socket;
    this.#marker = marker;
  }

  start(): void {
    const { conn } = this.#socket;
    conn.on('packetCreate', ({ data }: { data?: unknown }) => {
      if (this.#waiting > CUT_AT) return queueMicrotask(() => conn.close(true));
      if (typeof data === 'string') this.#waiting += data.length;
    });
    conn.on('flush', () => {
      this.#waiting = 0;
      // what is sent now belongs to the batch after the one that is being handed over
      if (this.#missed.size > 0) queueMicrotask(() => this.#rejoin());
    });
  }

  /** Call before a delta goes out to the hall's room. True where this socket will not get it. */
  skips(hallId: string): boolean {
    if (this.#waiting <= SLOW_AT) return false;
    this.#missed.add(hallId);
    void this.#socket.leave(roomOfHall(hallId));
    return true;
  }

  /** The socket watches or leaves this hall by its own wish. */
  forget(hallId: string): void {
    this.#missed.delete(hallId);
  }

  #rejoin(): void {
    for (const hallId of this.#missed) {
      void this.#socket.join(roomOfHall(hallId));
      this.#socket.emit('hall.delta', this.#marker(hallId));
    }
    this.#missed.clear();
  }
}
