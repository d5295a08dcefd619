import type { Server, Socket } from 'socket.io';
import type { Account } from '#contract/accounts.ts';
import type { ActRequest } from '#contract/alert-acts.ts';
import type { Silence } from '#contract/alert-silences.ts';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera, CameraState } from '#contract/cameras.ts';
import type { FootageExport } from '#contract/footage.ts';
import type { HallDelta, HallLive, HallSummary } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type {
  DriveTarget,
  GroupDrive,
  Painting,
  ScreenDrive,
  ScreenFacts,
  ScreenOrder,
  ScreenRef,
  ScreenShow,
  ScreensSnapshot,
  ScreenState,
} from '#contract/screens.ts';
import type { ClientEvents, ServerEvents } from '#contract/socket.ts';
import type { Problem } from '#contract/system.ts';
import type { RecordingState } from '#contract/footage.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Rights } from '#lib/rights.ts';
import type { BackPressure } from './back-pressure.ts';

/** What realtime keeps beside each socket. */
export interface SocketData {
  account: Account;
  sessionId: string;
  backPressure: BackPressure;
}

export type RealtimeServer = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>;
export type RealtimeSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

export interface SessionsPort {
  find(token: string): Promise<{ id: string; account: Account } | null>;
  renew(ids: readonly string[]): Promise<void>;
  readonly ended: Emitter<string>;
}

export interface AccessPort {
  rightsOf(username: string): Rights;
  /** The usernames whose rights may be other ones now; null: everybody's. */
  readonly changed: Emitter<ReadonlySet<string> | null>;
}

/** In which hall things are; undefined for what there is not. */
export interface HallOfPort {
  camera(id: string): string | undefined;
  alert(id: string): string | undefined | Promise<string | undefined>;
}

export interface HallsPort {
  list(): Hall[];
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
}

export interface HallStatesPort {
  live(hallId: string): HallLive | undefined;
  summaries(): HallSummary[];
  readonly deltas: Emitter<HallDelta>;
}

export interface CamerasPort {
  list(): Camera[];
  states(): CameraState[];
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
  readonly stateChanged: Emitter<CameraState>;
}

export interface CameraEventsPort {
  readonly heard: Emitter<CameraEvent>;
}

export interface AlertsPort {
  open(): Alert[];
  act(alertId: string, request: ActRequest, username: string): Promise<Alert>;
  readonly changed: Emitter<Alert>;
  readonly silences: { list(): Silence[]; readonly changed: Emitter<Silence[]> };
}

export interface AdviserPort {
  readonly changed: Emitter<string>;
}

export interface ExportsPort {
  readonly changed: Emitter<FootageExport>;
}

export interface RecordingsPort {
  readonly changed: Emitter<RecordingState>;
}

/** The way to one browser that is a screen. */
interface ScreenLink {
  paint(order: ScreenOrder): Promise<void>;
  replaced(): void;
}

export interface ScreensPort {
  join(
    ref: ScreenRef,
    facts: ScreenFacts,
    username: string,
    link: ScreenLink,
  ): Promise<{ tell(facts: ScreenFacts): void; leave(): void }>;
  snapshot(): ScreensSnapshot;
  push(ref: ScreenRef, show: ScreenShow, username: string): Promise<Painting>;
  swap(one: ScreenRef, other: ScreenRef, username: string): Promise<Painting[]>;
  lock(ref: ScreenRef, locked: boolean, username: string): Promise<void>;
  forget(ref: ScreenRef): Promise<void>;
  drive(target: DriveTarget, drive: ScreenDrive | null): Promise<void>;
  readonly changed: Emitter<ScreenState>;
  readonly removed: Emitter<ScreenRef>;
  readonly drivesChanged: Emitter<GroupDrive[]>;
}

export interface ProblemsPort {
  list(): Problem[];
  onChange(listener: (problems: Problem[]) => void): () => void;
}
