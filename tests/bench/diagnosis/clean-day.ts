import { dimmed, withSensorNoise } from '../../../devices/simulators/camera/picture/faults.ts';
import { CameraJudge } from '../../../streams/diagnosis/camera-judge.ts';
import type { Coding, Lab } from '../../helpers/picture-lab.ts';
import { size } from '../../helpers/picture.ts';
import type { Stage } from './scenes.ts';
import { LIGHTS_OFF, LOOK_MS } from './trial.ts';

const HOUR = 3600_000;

/** A day at a hall by its clock, hours: lights on, doors open, lunch, doors closed, lights off. */
const DAY = { lightsOn: 8.25, opens: 9, lunch: 12, afternoon: 13.5, closes: 17, lightsOff: 17.75 };

export interface CleanDay {
  looks: number;
  /** What was raised, and at which hour. */
  raised: { fault: string; hour: number }[];
}

/**
 * A day of looks at a scene with nothing wrong, from midnight on, or every `stride`th of them. Nobody has confirmed a
 * reference: both views are learnt, as on the first day of a camera.
 */
export async function cleanDay(stage: Stage, lab: Lab, coding: Coding, stride = 1): Promise<CleanDay> {
  const judge = new CameraJudge();
  const raised: CleanDay['raised'] = [];
  const step = LOOK_MS * stride;
  const begin = lab.clock.now();
  let looks = 0;
  for (let passed = 0; passed < 24 * HOUR; passed += step) {
    const hour = passed / HOUR;
    Object.assign(stage.sight, sightAt(hour, stage.scene.seed));
    const gain = gainAt(hour);
    const frame = await lab.frame(stage.scene);
    const lit = gain === 1 ? frame : dimmed(frame, size, gain);
    const noise = stage.noise * (gain < 0.5 ? 1.5 : 1);
    const noisy = noise === 0 ? lit : withSensorNoise(lit, size, noise, looks);
    const at = begin + passed;
    const open = hour >= DAY.opens && hour < DAY.closes;
    const { faults } = judge.look(await coding.through(noisy), { at, open, moving: false });
    for (const { fault } of faults ?? []) {
      if (!raised.some((each) => each.fault === fault)) raised.push({ fault, hour });
    }
    looks += 1;
    lab.clock.advance(step);
  }
  return { looks, raised };
}

/** Daylight through the doors comes and goes with the sun. */
function gainAt(hour: number): number {
  if (hour < DAY.lightsOn || hour >= DAY.lightsOff) return LIGHTS_OFF;
  return 0.92 + 0.13 * Math.sin(((hour - 8) / 10) * Math.PI);
}

function sightAt(hour: number, seed: number) {
  const isStaffed = hour >= DAY.opens - 0.2 && hour < DAY.closes + 0.1;
  const isLunch = hour >= DAY.lunch && hour < DAY.afternoon;
  const isOpen = hour >= DAY.opens && hour < DAY.closes;
  const minute = Math.floor(hour * 60);
  const busy = isLunch ? 1 : 5 + 3 * Math.sin((hour - DAY.opens) * 2);
  return {
    waiting: isOpen ? Math.round(busy + ((minute * 7 + seed) % 4)) : 0,
    staffPresent: isStaffed && !(isLunch && minute % 60 < 30),
    customer: isOpen && !isLunch && minute % 9 < 7,
  };
}
