import type { AlertAct } from '#contract/alert-acts.ts';
import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraState } from '#contract/cameras.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { CallerState, TerminalEvent } from '#contract/mqtt.ts';
import type { Permission } from '#contract/permissions.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Database } from '../../db/database.ts';

export interface HallsPort {
  list(): Hall[];
  get(hallId: string): Hall | undefined;
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
}

/** The tree of regions that halls lie in. */
export interface RegionsPort {
  /** The region of a hall and all above it; none where there is no such hall. */
  above(hallId: string): readonly string[];
  has(regionId: string): boolean;
  /** The tree is otherwise than before. */
  readonly changed: { on(listener: () => void): () => void };
}

/** What a visitor said of how he was served; `score` is null where he was asked and did not answer. */
export interface Review {
  ticketId: string;
  ticketNo: string | null;
  windowId: string;
  /** Epoch ms. */
  at: number;
  score: number | null;
}

/** What happened in a hall lately, oldest first; times are epoch ms. */
export interface JournalPort {
  /** How long the last services of a queue took, seconds. */
  services(queueId: string): readonly number[];
  /** The queue of the ticket that was started last at a window. */
  queueAt(windowId: string): string | null;
  /** The hour up to `now`. */
  hour(now: number): {
    called: readonly number[];
    skipped: readonly number[];
    finished: readonly { at: number; tookSec: number }[];
  };
  /** Reviews of the last day, by ticket. */
  reviews(): ReadonlyMap<string, Review>;
  reviewsAt(windowId: string): readonly Review[];
}

/** What of an event makes rules look again that no row of the hall tells of. */
export interface HallHappening {
  hallId: string;
  windowId: string | null;
  body:
    | TerminalEvent
    | ({ type: 'caller.state' } & CallerState)
    | { type: 'seat.occupied' | 'seat.empty' | 'seat.unknown' };
}

export interface HallStatesPort {
  live(hallId: string): HallLive | undefined;
  journal(hallId: string): JournalPort | undefined;
  readonly deltas: Pick<Emitter<HallDelta>, 'on'>;
  readonly events: { on(listener: (event: HallHappening) => void): () => void };
}

type TerminalName = Pick<Terminal, 'hallId' | 'kind' | 'deviceId'>;

export interface TerminalsPort {
  list(): Terminal[];
  get(name: TerminalName): Terminal | undefined;
  /** Not told for each time it is heard. */
  readonly changed: Pick<Emitter<Terminal>, 'on'>;
  readonly removed: { on(listener: (name: TerminalName) => void): () => void };
}

export interface CamerasPort {
  states(): CameraState[];
  readonly stateChanged: Emitter<CameraState>;
  readonly removed: Emitter<string>;
  /** Cameras that see the window, or the hall where it is null; best first. */
  camerasSeeing(hallId: string, windowId: string | null): string[];
  /** Cameras that show what this one sees, or should see; best first. */
  camerasAround(cameraId: string): string[];
}

/** A span of time, epoch ms, without its end. */
export interface Span {
  from: number;
  until: number;
}

export interface CalendarPort {
  /** Open spans within `[from, until)`, ascending; null where the hours are not known for all of it. */
  spans(hallId: string, from: number, until: number): Span[] | null;
  /** Hours are otherwise than before: of this hall, or of all (null). */
  readonly changed: Emitter<string | null>;
}

export interface CameraEventsPort {
  /** What cameras said last and have not taken back, be it before this program started. */
  lasting(): CameraEvent[];
  readonly heard: Emitter<CameraEvent>;
}

export interface PeoplePort {
  /** Who may do this in one of these halls at least; null: anywhere. */
  whoMay(
    permission: Permission,
    hallIds: readonly string[] | null,
  ): Promise<{ username: string; displayName: string }[]>;
}

/** An event of the log, with when it was taken, epoch ms; what it says is for the hall that lives through it. */
export interface LoggedEvent extends HallHappening {
  id: string;
  deviceId: string;
  at: number;
  receivedAt: number;
  backfilled: boolean;
}

/** A hall that lives through its recorded events again. */
export interface HallAgain {
  live(): HallLive;
  readonly journal: JournalPort;
  /** What the event touched. */
  take(event: LoggedEvent): HallDelta;
}

export interface PastPort {
  /** The events of a hall that were taken in `[from, until)`, epoch ms, in the order in which they were; with what visitors said, or without. */
  events(hallId: string, from: number, until: number, what: { reviews: boolean }): Promise<LoggedEvent[]>;
  again(hall: Hall, clock: Clock): HallAgain;
}

/** An output that nothing gets through. */
export interface DeadOutput {
  name: string;
  /** Of the first try that failed, epoch ms. */
  since: number;
  code: ErrorCode;
}

/** Whether what is to be told of a hall's alerts gets out. */
export interface HallOutputsPort {
  /** The dead outputs that have something of this hall to tell; null: those that have were not tried yet. */
  deadOf(hallId: string): readonly DeadOutput[] | null;
  /** That is otherwise than before for this hall. */
  readonly deadChanged: Pick<Emitter<string>, 'on'>;
}

/** What tells alerts beside the wall. */
export interface NoticesPort extends HallOutputsPort {
  has(outputId: string): boolean;
  /** Puts down what is to be told, within the transaction that stores the acts; `poke` when that is committed. */
  put(db: Database, alert: Alert, acts: readonly AlertAct[], rule: AlertRule): Promise<void>;
  poke(): void;
  /** Nobody acknowledged it until this instant, epoch ms; the same instant again changes nothing. */
  again(alert: Alert, rule: AlertRule, at: number): Promise<void>;
}
