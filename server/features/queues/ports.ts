import type { CallerState, TerminalEvent, TerminalKind } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { Emitter } from '#lib/emitter.ts';

/** What is told of a seat; unknown: whoever told of it can no longer tell. */
export type SeatWord = 'seat.occupied' | 'seat.empty' | 'seat.unknown';

/** What a line of the event log states. */
export type HallStatement = TerminalEvent | ({ type: 'caller.state' } & CallerState) | { type: SeatWord };

/** A line of the event log, as far as the state of a hall is made of it. */
export interface HallEvent {
  id: string;
  hallId: string;
  deviceId: string;
  windowId: string | null;
  /** When it counts: server time, or its own time where it was kept back while the terminal was offline. Epoch ms. */
  at: number;
  /** It was kept back, so it tells how things were, not how they are. */
  backfilled: boolean;
  body: HallStatement;
}

export interface InsideReading {
  hallId: string;
  deviceId: string;
  inside: number;
  /** Epoch ms. */
  at: number;
}

/** Something to listen to. */
type Told<T> = Pick<Emitter<T>, 'on'>;

export interface HallsPort {
  list(): Hall[];
  get(hallId: string): Hall | undefined;
  readonly changed: Told<Hall>;
  readonly removed: Told<string>;
}

export interface TerminalsPort {
  list(): Terminal[];
  get(key: { hallId: string; kind: TerminalKind; deviceId: string }): Terminal | undefined;
  readonly changed: Told<Terminal>;
  readonly removed: Told<{ hallId: string; kind: TerminalKind; deviceId: string }>;
  /** After its commit, once, in the order of the log. */
  readonly event: Told<HallEvent>;
  readonly insideRead: Told<InsideReading>;
  /** The log of one hall since `from` (epoch ms), in the order of the log. */
  eventsOf(hallId: string, from: number): Promise<HallEvent[]>;
  insideOf(hallId: string, from: number): Promise<InsideReading[]>;
}
