import { blend, brighten, type Rgb } from '../render/colour.ts';
import { MeshBuilder, type Mesh, type Pattern } from '../render/mesh.ts';
import { add, cross, mix, normalise, scale, type Vec3 } from '../render/vec.ts';
import type { Figure } from './figure.ts';
import { buildHead } from './head.ts';
import type { Arm, Leg, Pose } from './pose.ts';

/** A direction frame: where the part's own left, up and front point. */
export interface Frame {
  left: Vec3;
  up: Vec3;
  front: Vec3;
}

/** Measures of a body of one metre, from measured adults (ISO 7250 proportions). */
const HIP_HEIGHT = 0.53;
const THIGH = 0.245;
const SHIN = 0.235;
const TORSO = 0.305;
const UPPER_ARM = 0.165;
const FOREARM = 0.145;
const HIP_HALF = 0.052;
const SHOULDER_HALF = 0.1;

/** The body of a figure in a pose: on the floor at the origin, facing +z, in metres. */
export function buildBody(figure: Figure, pose: Pose): Mesh {
  const mesh = new MeshBuilder();
  const paint = (colour: Rgb, pattern?: Pattern) => mesh.surface(pattern ? { colour, pattern } : { colour });
  const surfaces = {
    skin: paint(figure.skin),
    top: paint(figure.top, figure.cut === 'padded' ? quilting : folds),
    bottom: paint(figure.bottom, folds),
    shoes: paint(figure.shoes),
    bag: paint(figure.bag),
  };
  const tall = figure.height;
  const wide = tall * figure.girth;
  const hips: Vec3 = [0, HIP_HEIGHT * tall * pose.hips, 0];
  const up: Vec3 = [0, Math.cos(pose.lean), Math.sin(pose.lean)];
  const hipFrame: Frame = { left: [1, 0, 0], up: [0, 1, 0], front: [0, 0, 1] };
  const turn = pose.twist;
  const left: Vec3 = [Math.cos(turn), 0, -Math.sin(turn)];
  const chest: Frame = { left, up, front: cross(left, up) };
  const shoulders = add(hips, scale(up, TORSO * tall));

  pose.legs.forEach((leg, index) => buildLeg(index === 0 ? 1 : -1, leg));
  buildTorso();
  pose.arms.forEach((limb, index) => buildArm(index === 0 ? 1 : -1, limb));
  const neck = add(shoulders, scale(up, 0.012 * tall));
  buildHead(mesh, figure, add(neck, scale(chest.front, 0.008 * tall)), chest, pose);
  buildBag();
  return mesh.build();

  function buildLeg(side: 1 | -1, leg: Leg): void {
    const hip = add(hips, scale(hipFrame.left, side * HIP_HALF * wide));
    const along = (angle: number): Vec3 => normalise([side * Math.sin(leg.spread), -Math.cos(angle), Math.sin(angle)]);
    const knee = add(hip, scale(along(leg.swing), THIGH * tall));
    const ankle = add(knee, scale(along(leg.swing - leg.bend), SHIN * tall));
    const ring = (centre: Vec3, radius: number) => ({ centre, radii: [radius * wide, radius * wide] as const });
    mesh.loft(
      surfaces.bottom,
      [
        ring(add(hip, scale(along(leg.swing), -0.02)), 0.045),
        ring(hip, 0.053),
        ring(mix(hip, knee, 0.5), 0.046),
        ring(mix(hip, knee, 0.95), 0.036),
        ring(mix(knee, ankle, 0.12), 0.035),
        ring(mix(knee, ankle, 0.4), 0.034),
        ring(mix(knee, ankle, 0.97), 0.03),
        ring(ankle, 0.02),
      ],
      [1, 0, 0],
    );
    // The foot follows the shin when the heel is off the ground, otherwise it lies flat.
    const pitch = Math.max(-0.9, Math.min(0.25, (leg.swing - leg.bend) * 0.7));
    const toe: Vec3 = [side * 0.12, Math.sin(pitch), Math.cos(pitch)];
    const sole = add(ankle, add(scale(toe, 0.028 * tall), [0, -0.022 * tall, 0]));
    const front = scale(normalise(toe), 0.072 * tall);
    mesh.ellipsoid(surfaces.shoes, sole, [
      [0.026 * tall, 0, 0],
      scale(normalise(cross(front, [1, 0, 0])), 0.024 * tall),
      front,
    ]);
  }

  function buildTorso(): void {
    const puff = figure.cut === 'padded' ? 1.16 : figure.cut === 'coat' ? 1.07 : 1;
    const ring = (at: number, half: number, deep: number, forward = 0) => ({
      centre: add(add(hips, scale(up, at * tall)), scale(chest.front, forward * tall)),
      radii: [half * wide * puff, deep * wide * puff] as const,
    });
    const isSitting = pose.hips < 0.8;
    mesh.ellipsoid(surfaces.bottom, add(hips, [0, 0.01, 0]), [
      [0.1 * wide, 0, 0],
      [0, 0.075 * tall, 0],
      [0, 0, 0.075 * wide],
    ]);
    const hem = isSitting
      ? []
      : figure.cut === 'coat'
        ? [ring(-0.2, 0.115, 0.085), ring(-0.1, 0.112, 0.083)]
        : [ring(-0.045, 0.104, 0.077)];
    mesh.loft(
      surfaces.top,
      [
        ...(hem[0] ? [{ ...hem[0], radii: [0.02, 0.02] as const }] : [ring(-0.03, 0.03, 0.03)]),
        ...hem,
        ring(0.0, 0.103, 0.076),
        ring(0.08, 0.092, 0.068, 0.003),
        ring(0.16, 0.098, 0.072, 0.006),
        ring(0.23, 0.106, 0.073, 0.004),
        ring(0.27, 0.102, 0.064),
        ring(0.295, 0.082, 0.053),
        ring(0.315, 0.05, 0.044),
        ring(0.332, 0.034, 0.036),
      ],
      left,
      12,
    );
    if (figure.cut === 'uniform') {
      const shirt = paint([0.72, 0.74, 0.76]);
      const tie = paint(brighten(blend(figure.top, [0.05, 0.12, 0.35], 0.5), 1.4));
      const at = (x: number, y: number, forward: number): Vec3 =>
        add(add(hips, scale(up, y * tall)), add(scale(left, x * wide), scale(chest.front, forward * wide)));
      mesh.triangle(shirt, at(-0.034, 0.315, 0.068), at(0.034, 0.315, 0.068), at(0, 0.15, 0.088));
      mesh.triangle(tie, at(-0.012, 0.3, 0.073), at(0.012, 0.3, 0.073), at(0, 0.165, 0.092));
    }
  }

  function buildArm(side: 1 | -1, { swing, spread, bend, inward }: Arm): void {
    const puff = figure.cut === 'padded' ? 1.25 : 1;
    const joint = add(add(shoulders, scale(up, -0.034 * tall)), scale(left, side * SHOULDER_HALF * wide));
    const along = (angle: number, outward: number): Vec3 =>
      normalise(
        add(
          scale(left, side * Math.sin(outward)),
          add(scale(up, -Math.cos(angle) * Math.cos(outward)), scale(chest.front, Math.sin(angle))),
        ),
      );
    const upper = along(swing, spread);
    const lower = along(swing + bend, -inward);
    const elbow = add(joint, scale(upper, UPPER_ARM * tall));
    const wrist = add(elbow, scale(lower, FOREARM * tall));
    const ring = (centre: Vec3, radius: number) => ({
      centre,
      radii: [radius * wide * puff, radius * wide * puff] as const,
    });
    mesh.ellipsoid(surfaces.top, joint, [
      scale(left, 0.032 * wide * puff),
      scale(up, 0.036 * wide * puff),
      scale(chest.front, 0.035 * wide * puff),
    ]);
    mesh.loft(
      surfaces.top,
      [
        ring(joint, 0.032),
        ring(mix(joint, elbow, 0.5), 0.03),
        ring(elbow, 0.027),
        ring(mix(elbow, wrist, 0.5), 0.026),
        ring(wrist, 0.022),
        ring(add(wrist, scale(lower, 0.002)), 0.012),
      ],
      chest.front,
      8,
    );
    const palm = add(wrist, scale(lower, 0.035 * tall));
    const across = normalise(cross(lower, left));
    mesh.ellipsoid(
      surfaces.skin,
      palm,
      [scale(lower, 0.048 * tall), scale(across, 0.021 * tall), scale(normalise(cross(across, lower)), 0.013 * tall)],
      5,
      8,
    );
    if (figure.carries === 'folder' && side === 1 && pose.hips > 0.8) {
      const middle = add(palm, [0, -0.08, 0]);
      mesh.box(surfaces.bag, add(middle, [-0.012, -0.14, -0.11]), add(middle, [0.012, 0.14, 0.11]));
    }
  }

  function buildBag(): void {
    const isSitting = pose.hips < 0.8;
    if (figure.carries === 'backpack' && !isSitting) {
      const centre = add(add(hips, scale(up, 0.185 * tall)), scale(chest.front, -0.115 * wide));
      mesh.ellipsoid(
        surfaces.bag,
        centre,
        [scale(left, 0.095 * wide), scale(up, 0.13 * tall), scale(chest.front, 0.062 * wide)],
        8,
        12,
      );
    }
    if (figure.carries === 'shoulder-bag' && !isSitting) {
      const middle: Vec3 = add(hips, [-0.125 * wide, 0.02, -0.02]);
      mesh.box(surfaces.bag, add(middle, [-0.05, -0.13, -0.13]), add(middle, [0.04, 0.08, 0.13]));
      const strap = (point: Vec3, width: number): [Vec3, Vec3] => [
        add(point, [0, 0, -width]),
        add(point, [0, 0, width]),
      ];
      const top = add(shoulders, add(scale(left, 0.07 * wide), [0, 0.012 * tall, 0]));
      const [a, b] = strap(add(middle, [0, 0.08, 0]), 0.015);
      const [c, d] = strap(top, 0.012);
      mesh.quad(surfaces.bag, add(a, [0, 0, 0.1]), add(b, [0, 0, 0.1]), add(d, [0, 0, 0.09]), add(c, [0, 0, 0.09]));
      mesh.quad(surfaces.bag, add(a, [0, 0, -0.1]), add(b, [0, 0, -0.1]), add(d, [0, 0, -0.08]), add(c, [0, 0, -0.08]));
    }
  }
}

/** Cloth in soft folds. */
const folds: Pattern = (out, x, y, z) => {
  const tone =
    1 + 0.1 * Math.sin(y * 38 + 3 * Math.sin(x * 17) + 2 * Math.sin(z * 21)) + 0.06 * Math.sin(x * 55 + y * 12);
  for (let channel = 0; channel < 3; channel++) out[channel] = out[channel]! * tone;
};

/** The seams of a down jacket. */
const quilting: Pattern = (out, _, y) => {
  const seam = Math.abs(Math.sin(y * 34));
  const tone = 0.72 + 0.36 * Math.sqrt(seam);
  for (let channel = 0; channel < 3; channel++) out[channel] = out[channel]! * tone;
};
