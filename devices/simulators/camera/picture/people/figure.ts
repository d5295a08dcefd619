import { rgb, type Rgb } from '../render/colour.ts';
import { scatter } from '../random.ts';

/** Body, hair and the cut of the clothes: what decides somebody's outline. */
export interface Build {
  /** Names the outline in sprite keys. */
  build: string;
  height: number;
  /** Width of the body beside the usual one. */
  girth: number;
  hairCut: 'short' | 'bob' | 'long' | 'tail' | 'thin';
  /** What covers the torso: `coat` reaches to the thighs, `padded` is a down jacket, `uniform` has a white collar. */
  cut: 'jacket' | 'coat' | 'padded' | 'shirt' | 'uniform';
  carries: 'nothing' | 'backpack' | 'shoulder-bag' | 'folder';
}

/** What somebody looks like: one of a few builds in colours of their own. The same seed gives the same person. */
export interface Figure extends Build {
  /** Names the look in sprite keys. */
  key: string;
  /** How much larger than the build, 1 for as large. */
  size: number;
  skin: Rgb;
  hair: Rgb;
  top: Rgb;
  bottom: Rgb;
  shoes: Rgb;
  bag: Rgb;
}

const build = (
  height: number,
  girth: number,
  hairCut: Build['hairCut'],
  cut: Build['cut'],
  carries: Build['carries'],
) => ({
  build: `${height}-${girth}-${hairCut}-${cut}-${carries}`,
  ...{ height, girth, hairCut, cut, carries },
});
/** Few, so that their pictures are soon all there; colours and sizes tell people apart. */
const visitorBuilds: readonly Build[] = [
  build(1.61, 0.93, 'bob', 'jacket', 'shoulder-bag'),
  build(1.71, 1.02, 'short', 'padded', 'nothing'),
  build(1.58, 0.96, 'long', 'coat', 'nothing'),
  build(1.74, 0.97, 'short', 'jacket', 'folder'),
  build(1.63, 0.9, 'tail', 'padded', 'backpack'),
  build(1.68, 1.07, 'thin', 'coat', 'nothing'),
];
const clerkBuilds: readonly Build[] = [
  build(1.63, 0.9, 'tail', 'uniform', 'nothing'),
  build(1.72, 0.98, 'short', 'uniform', 'nothing'),
  build(1.63, 0.9, 'bob', 'uniform', 'nothing'),
];

const skins = ['#d9b08c', '#cfa27c', '#c79a74', '#e0bb98', '#b98a66'].map(rgb);
const hairs = ['#17150f', '#1d1813', '#231a14', '#2b211a', '#191919'].map(rgb);
const grey = rgb('#8b8985');
/** Winter clothes as people wear them to an office errand. */
const tops = [
  '#2b2f38',
  '#3a3f4a',
  '#1f2a3d',
  '#4a4238',
  '#6b5a47',
  '#7b2f32',
  '#5c6470',
  '#8a8478',
  '#33463e',
  '#a39a8b',
  '#2f3b55',
  '#6d6f73',
  '#8c6f6a',
  '#b7ada0',
  '#41515e',
  '#594a5e',
].map(rgb);
const bottoms = ['#1d2026', '#262b36', '#2e3a4f', '#3b3a38', '#20242b', '#4b4a47', '#2a3340'].map(rgb);
const shoes = ['#151517', '#2a211b', '#3a3a3c', '#b9b8b4', '#1c1e24'].map(rgb);
const bags = ['#1e2024', '#5a3a28', '#3c4654', '#7a2f2c', '#8c8375', '#2c4a63'].map(rgb);

/** Somebody from the public. */
export function visitor(seed: number): Figure {
  const random = scatter(seed * 31 + 7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const shape = visitorBuilds[seed % visitorBuilds.length]!;
  return {
    ...shape,
    key: `visitor-${seed}`,
    size: 1 + (random() - 0.5) * 0.06,
    skin: pick(skins),
    hair: shape.hairCut === 'thin' || random() < 0.08 ? grey : pick(hairs),
    // Neighbouring seeds are often seen together, so they wear different colours.
    top: tops[(seed * 5) % tops.length]!,
    bottom: pick(bottoms),
    shoes: pick(shoes),
    bag: pick(bags),
  };
}

/** Somebody who works at a window, in the hall's dark blue. */
export function clerk(seed: number): Figure {
  return {
    ...visitor(seed + 5000),
    ...clerkBuilds[seed % clerkBuilds.length]!,
    key: `clerk-${seed}`,
    hair: hairs[seed % hairs.length]!,
    top: rgb('#26324a'),
    bottom: rgb('#20293a'),
  };
}
