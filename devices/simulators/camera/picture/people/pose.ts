/** Angles in radians. Swings are forwards, bends as the joint goes, spreads away from the body. Left before right. */
export interface Pose {
  /** Height of the hip joints as a share of standing. */
  hips: number;
  lean: number;
  twist: number;
  headTurn: number;
  headDrop: number;
  legs: readonly [Leg, Leg];
  arms: readonly [Arm, Arm];
}

export interface Leg {
  swing: number;
  spread: number;
  bend: number;
}

export interface Arm {
  swing: number;
  spread: number;
  bend: number;
  /** The forearm turned towards the middle of the body. */
  inward: number;
}

/** A pose by name; sprites are kept by it. */
export type PoseName = `${PoseKind}-${number}`;
export type PoseKind = 'walk' | 'stand' | 'settle' | 'sit' | 'desk' | 'counter';

/** Pictures of one double step. */
export const WALK_PHASES = 8;
/** Pictures between standing and sitting. */
export const SETTLE_STEPS = 4;
/** Length of a double step for a person of one metre, in metres. */
export const STRIDE = 0.8;

const leg = (swing: number, bend: number, spread = 0.05): Leg => ({ swing, bend, spread });
const arm = (swing: number, bend: number, inward = 0.1, spread = 0.1): Arm => ({ swing, bend, inward, spread });

export function poseOf(name: PoseName): Pose {
  const [kind, number] = name.split('-');
  const index = Number(number);
  switch (kind) {
    case 'walk':
      return walking(index / WALK_PHASES);
    case 'settle':
      return between(standing(0), sitting(0), (index + 1) / (SETTLE_STEPS + 1));
    case 'sit':
      return sitting(index);
    case 'desk':
      return atDesk(index);
    case 'counter':
      return atCounter(index);
    default:
      return standing(index);
  }
}

/** The pose whose mirror image this is: half a double step away when walking. Elsewhere the sides hardly differ. */
export function onOtherFoot(name: PoseName): PoseName {
  const phase = /^walk-(\d+)$/.exec(name)?.[1];
  return phase === undefined ? name : `walk-${(Number(phase) + WALK_PHASES / 2) % WALK_PHASES}`;
}

/** `phase` 0..1 over one double step. */
function walking(phase: number): Pose {
  const turn = phase * 2 * Math.PI;
  const side = (offset: number): Leg => {
    const at = turn + offset;
    // The knee bends most while the leg swings forward, and a little as the weight comes on it.
    const bend = 0.12 + 0.85 * Math.max(0, Math.sin(at + 1.9)) ** 2 * (Math.cos(at) > -0.6 ? 1 : 0.5);
    return leg(0.42 * Math.sin(at) + 0.06, bend, 0.03);
  };
  const swing = 0.36 * Math.sin(turn);
  return {
    hips: 0.985 - 0.018 * Math.cos(2 * turn),
    lean: 0.05,
    twist: 0.1 * Math.sin(turn),
    headTurn: 0,
    headDrop: 0.06,
    legs: [side(0), side(Math.PI)],
    arms: [arm(-swing, 0.28 - 0.2 * Math.sin(turn)), arm(swing, 0.28 + 0.2 * Math.sin(turn))],
  };
}

function standing(index: number): Pose {
  const [headTurn, headDrop] = (
    [
      [0, 0.05],
      [0.5, 0.02],
      [-0.4, 0.08],
      [0, 0.45],
    ] as const
  )[index % 4]!;
  const isReading = index % 4 === 3;
  const resting = arm(0.05, 0.2, 0.15, 0.12);
  return {
    hips: 0.99,
    lean: 0.02,
    twist: 0.05,
    headTurn,
    headDrop,
    legs: [leg(0.05, 0.08, 0.08), leg(-0.03, 0.02, 0.08)],
    arms: isReading ? [arm(0.35, 1.6, 0.5), arm(0.1, 0.3)] : [resting, resting],
  };
}

/** On a waiting chair: looking ahead, at the phone, left, right, down at papers. */
function sitting(index: number): Pose {
  const variants = [
    { headTurn: 0, headDrop: 0.05, lean: -0.14, arms: [arm(0.45, 0.75, 0.55), arm(0.45, 0.75, 0.55)] },
    { headTurn: 0.05, headDrop: 0.62, lean: 0.02, arms: [arm(0.5, 1.35, 0.5), arm(0.45, 0.9, 0.6)] },
    { headTurn: 0.7, headDrop: 0.05, lean: -0.12, arms: [arm(0.45, 0.75, 0.55), arm(0.4, 0.6, 0.4)] },
    { headTurn: -0.65, headDrop: 0.08, lean: -0.14, arms: [arm(0.3, 0.95, 0.7), arm(0.3, 0.95, 0.7)] },
    { headTurn: 0, headDrop: 0.5, lean: 0.12, arms: [arm(0.6, 1.1, 0.45), arm(0.6, 1.1, 0.45)] },
  ] as const;
  const { headTurn, headDrop, lean, arms } = variants[index % variants.length]!;
  const apart = index % 2 === 0 ? 0.12 : 0.05;
  return {
    hips: 0.57,
    lean,
    twist: 0,
    headTurn,
    headDrop,
    legs: [leg(1.48, 1.5, apart), leg(1.48, 1.42, apart)],
    arms,
  };
}

/** A clerk: typing with two hands, looking at the screen or at the visitor, writing, handing something over. */
function atDesk(index: number): Pose {
  const typing = arm(0.62, 1.12, 0.32, 0.14);
  const variants = [
    { headTurn: 0, headDrop: 0.22, arms: [typing, typing] },
    { headTurn: 0, headDrop: 0.26, arms: [arm(0.66, 1.06, 0.28, 0.14), typing] },
    { headTurn: 0.32, headDrop: 0.16, arms: [typing, arm(0.66, 1.06, 0.26, 0.14)] },
    { headTurn: -0.05, headDrop: 0.02, arms: [arm(0.55, 1.2, 0.5), arm(0.55, 1.2, 0.5)] },
    { headTurn: 0.1, headDrop: 0.5, arms: [arm(0.55, 1.15, 0.45), arm(0.72, 1.0, 0.3)] },
    { headTurn: 0, headDrop: 0.12, arms: [arm(0.55, 1.15, 0.45), arm(1.15, 0.35, 0.1)] },
  ] as const;
  const { headTurn, headDrop, arms } = variants[index % variants.length]!;
  return { ...sitting(0), lean: 0.08, headTurn, headDrop, arms };
}

/** A visitor on the chair before the counter, arms on it. */
function atCounter(index: number): Pose {
  const variants = [
    { headTurn: 0, headDrop: 0.05, arms: [arm(0.7, 0.95, 0.45, 0.16), arm(0.7, 0.95, 0.45, 0.16)] },
    { headTurn: 0.12, headDrop: 0.42, arms: [arm(0.72, 0.95, 0.4, 0.16), arm(0.9, 0.7, 0.3, 0.16)] },
    { headTurn: -0.2, headDrop: 0.1, arms: [arm(0.7, 0.95, 0.45, 0.16), arm(1.1, 0.4, 0.1, 0.14)] },
  ] as const;
  const { headTurn, headDrop, arms } = variants[index % variants.length]!;
  return { ...sitting(1), lean: 0.16, headTurn, headDrop, arms };
}

function between(a: Pose, b: Pose, share: number): Pose {
  const number = (from: number, to: number) => from + (to - from) * share;
  const mixedLeg = (from: Leg, to: Leg): Leg => ({
    swing: number(from.swing, to.swing),
    spread: number(from.spread, to.spread),
    bend: number(from.bend, to.bend),
  });
  const mixedArm = (from: Arm, to: Arm): Arm => ({ ...mixedLeg(from, to), inward: number(from.inward, to.inward) });
  return {
    hips: number(a.hips, b.hips),
    // One bends forward on the way down.
    lean: number(a.lean, b.lean) + 0.5 * Math.sin(share * Math.PI),
    twist: number(a.twist, b.twist),
    headTurn: number(a.headTurn, b.headTurn),
    headDrop: number(a.headDrop, b.headDrop),
    legs: [mixedLeg(a.legs[0], b.legs[0]), mixedLeg(a.legs[1], b.legs[1])],
    arms: [mixedArm(a.arms[0], b.arms[0]), mixedArm(a.arms[1], b.arms[1])],
  };
}
