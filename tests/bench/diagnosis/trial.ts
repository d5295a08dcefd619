import {
  dimmed,
  withFault,
  withSensorNoise,
  withSun,
  type PictureFaultKind,
} from '../../../devices/simulators/camera/picture/faults.ts';
import { CameraJudge } from '../../../streams/diagnosis/camera-judge.ts';
import type { Coding, Lab } from '../../helpers/picture-lab.ts';
import { size } from '../../helpers/picture.ts';
import type { Picture } from '../../../streams/diagnosis/picture.ts';
import { QUIET, type Stage } from './scenes.ts';

export const LOOK_MS = 5000;

/** What is done to the pictures of a stage, look by look. */
export type Doing = (frame: Uint8Array, look: number) => Uint8Array;

export interface Trial {
  stage: Stage;
  /** What shall be found; null: nothing. */
  fault: PictureFaultKind | null;
  what: string;
  doing: Doing;
  /** Looks that it lasts. */
  looks: number;
  open: boolean;
  /** Gain of the room's light while it is judged, and at the reference. */
  gain?: number;
}

const kinds = ['black', 'over-exposed', 'blurred', 'covered', 'colour-cast', 'moved', 'noise'] as const;
const strengths = [0, 0.2, 0.5, 1];
/** Lights-off keeps this much of the light, with twice the noise of the day. */
export const LIGHTS_OFF = 0.16;

/** All trials of a stage: each fault at each strength, by day and some with the lights off, and what is no fault. */
export function trialsOf(stage: Stage, seed: number): Trial[] {
  const trial = (what: string, fault: PictureFaultKind | null, doing: Doing, rest: Partial<Trial> = {}): Trial => ({
    stage,
    fault,
    what,
    doing,
    looks: 7,
    open: true,
    ...rest,
  });
  const faulty = (kind: PictureFaultKind, strength: number): Doing => {
    // A fault stays where it is; noise is another at every look.
    return (frame, look) =>
      withFault(frame, size, kind, strength, seed * 31 + strength * 10 + (kind === 'noise' ? look : 0));
  };
  const faults = kinds.flatMap((kind) => strengths.map((s) => trial(`${kind} ${s}`, kind, faulty(kind, s))));
  const night = { open: false, gain: LIGHTS_OFF };
  const byNight = (['black', 'covered', 'moved', 'noise'] as const).flatMap((kind) =>
    [0.3, 0.8].map((s) => trial(`${kind} ${s} at night`, kind, faulty(kind, s), night)),
  );
  const gentle: [string, Doing, Partial<Trial>?][] = [
    ['people', (frame) => frame],
    ['lights at 0.5', (frame) => dimmed(frame, size, 0.5)],
    ['lights at 0.7', (frame) => dimmed(frame, size, 0.7)],
    ['brighter by a sixth', (frame) => dimmed(frame, size, 1.17)],
    ['exposure drifts', (frame, look) => dimmed(frame, size, 0.8 + 0.06 * look)],
    ['sun on a tenth', (frame) => withSun(frame, size, 0.1, seed)],
    ['sun on a fifth', (frame) => withSun(frame, size, 0.2, seed + 1)],
    ['somebody before the camera', (frame, look) => (look < 3 ? withFault(frame, size, 'covered', -0.1, seed) : frame)],
    ['somebody near, staying', (frame) => withFault(frame, size, 'covered', -1.4, seed)],
    ['lights off', (frame) => frame, night],
    ['lights off, long', (frame) => frame, { ...night, looks: 30 }],
  ];
  const frozen = frozenTrials(trial);
  return [...faults, ...byNight, ...frozen, ...gentle.map(([what, doing, rest]) => trial(what, null, doing, rest))];
}

/** A picture that stands still, with and without its clock; and one where nothing happens but the camera lives. */
function frozenTrials(
  trial: (what: string, fault: PictureFaultKind | null, doing: Doing, rest: Partial<Trial>) => Trial,
) {
  const still = (keepsClock: boolean): Doing => {
    let kept: Uint8Array | null = null;
    return (frame) => {
      kept ??= Uint8Array.from(frame);
      return keepsClock ? withClockOf(frame, kept) : kept;
    };
  };
  return [
    trial('frozen, the clock goes on', 'frozen', still(true), { looks: 44 }),
    trial('frozen whole', 'frozen', still(false), { looks: 44 }),
  ];
}

/** The upper tenth of one picture on the other. */
function withClockOf(frame: Uint8Array, kept: Uint8Array): Uint8Array {
  const out = Uint8Array.from(kept);
  out.set(frame.subarray(0, size.width * 36), 0);
  return out;
}

/** Looks before anything is done to the pictures. */
const ORDINARY_LOOKS = 6;

/** What the camera of a trial sends, decoded: its reference view, half a minute of ordinary looks, then what is to be judged. */
export async function* picturesOf(trial: Trial, lab: Lab, coding: Coding): AsyncGenerator<Picture> {
  const { stage, doing, looks, open, gain = 1 } = trial;
  const noise = stage.noise * (gain < 0.5 ? 1.5 : 1);
  // What covers a lens has no light of its own; the noise of a bad line does not care for light.
  const lit = (frame: Uint8Array) => (gain === 1 ? frame : dimmed(frame, size, gain));
  for (let look = 0; look <= ORDINARY_LOOKS + looks; look += 1) {
    const since = look - ORDINARY_LOOKS - 1;
    const changed = (frame: Uint8Array) => (since < 0 ? frame : doing(frame, since));
    const noisy = (frame: Uint8Array) =>
      noise === 0 ? frame : withSensorNoise(frame, size, noise, stage.scene.seed * 1000 + look);
    Object.assign(stage.sight, open ? crowd(look) : QUIET);
    lab.clock.advance(LOOK_MS);
    const frame = await lab.frame(stage.scene);
    // A camera's noise lies under what its lens sees, and is frozen with a frozen picture.
    if (trial.fault === 'frozen') yield await coding.through(changed(noisy(lit(frame))));
    else if (trial.fault === 'noise') yield await coding.through(noisy(changed(lit(frame))));
    else yield await coding.through(noisy(lit(changed(frame))));
  }
}

/** Judges the pictures of a trial; answers what was raised. */
export async function raisedBy(trial: Trial, pictures: AsyncIterable<Picture> | Iterable<Picture>): Promise<string[]> {
  const { open, gain = 1 } = trial;
  const judge = new CameraJudge();
  const light = gain < 0.5 ? 'lights-off' : 'day';
  const raised = new Set<string>();
  let look = 0;
  for await (const picture of pictures) {
    if (look === 0) judge.setReference(light, picture);
    else {
      const { faults } = judge.look(picture, { at: look * LOOK_MS, open, moving: false });
      for (const { fault } of faults ?? []) raised.add(fault);
    }
    look += 1;
  }
  // A lens that is covered in the dark shows nothing at all, and is rightly called black.
  const isDarkCover = trial.fault === 'covered' && light === 'lights-off' && raised.has('black');
  return isDarkCover ? ['covered', ...[...raised].filter((fault) => fault !== 'black')] : [...raised];
}

/** Somebody comes, somebody goes. */
function crowd(look: number) {
  return { waiting: (look * 5) % 9, staffPresent: true, customer: look % 5 !== 0 };
}
