import type { Camera } from '#contract/cameras.ts';
import type { PictureFault } from '#contract/picture-check.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import type { SeatWord } from '#contract/seats.ts';
import type { Emitter } from '#lib/emitter.ts';

/** What picture checks need of cameras. */
export interface CamerasPort {
  list(): Camera[];
  /** Throws NOT_FOUND. */
  get(cameraId: string): Camera;
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
  /** Whether somebody moves it at this moment (PTZ). */
  isMoving(cameraId: string): boolean;
}

/** What picture checks need of halls: whether one is open now; null where nothing says so. */
export interface HoursPort {
  isOpen(hallId: string): boolean | null;
}

/** Whom it is told whether somebody sits at a window. Rejects where it could not be kept. */
export type TellSeat = (seat: { hallId: string; windowId: string; word: SeatWord }) => Promise<void>;

/** One look at a camera; the picture is yuv420p. */
export interface Look {
  cameraId: string;
  at: number;
  picture: Uint8Array;
}

export interface RaisedFault {
  fault: PictureFault;
  since: number;
  confidence: number;
}

export interface Judgement {
  /** Null: not judged, as the camera moves. */
  faults: RaisedFault[] | null;
  light: Light;
  /** A view that has been learnt at this look, to be kept as a reference until somebody confirms one. */
  learnt: { light: Light; picture: Uint8Array } | null;
  /** How much of each watched part is otherwise than in the day's reference, 0..1; null: that cannot be told. */
  changed: readonly number[] | null;
}

/** Judges the pictures of one camera, look by look. */
export interface JudgePort {
  /** The view to compare with from now on; false where it is no picture. */
  setReference(light: Light, picture: Uint8Array): boolean;
  /** Parts of the picture whose changes are told from now on. */
  watch(regions: readonly MaskRegion[]): void;
  look(picture: Uint8Array, circumstances: { at: number; open: boolean | null; moving: boolean }): Judgement;
  miss(): void;
}

/** What picture checks need of the part that looks at pictures and judges them. */
export interface DiagnosisPort {
  /** What looks at all cameras. */
  looker(hear: { onLook: (look: Look) => void; onMiss: (cameraId: string) => void }): LookerPort;
  /** `raised`: what was raised when the program ended. */
  judge(raised: readonly RaisedFault[]): JudgePort;
  /** Rejects where it cannot. */
  jpeg(picture: Uint8Array): Promise<Buffer>;
}

export interface LookerPort {
  start(): void;
  stop(): Promise<void>;
  add(cameraId: string): void;
  remove(cameraId: string): void;
  /** The newest picture, yuv420p; null where there is none. */
  present(cameraId: string): Promise<Uint8Array | null>;
}

export type Light = 'day' | 'lights-off';
