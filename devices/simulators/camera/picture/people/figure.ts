import { rgb, type Rgb } from '../render/colour.ts';
import { scatter } from '../random.ts';

/** What somebody looks like. The same seed gives the same person. */
export interface Figure {
  /** Names the look in sprite keys. */
  key: string;
  height: number;
  /** Width of the body beside the usual one. */
  girth: number;
  skin: Rgb;
  hair: Rgb;
  hairCut: 'short' | 'bob' | 'long' | 'tail' | 'thin';
  /** What covers the torso: `coat` reaches to the thighs, `padded` is a down jacket, `uniform` has a white collar. */
  cut: 'jacket' | 'coat' | 'padded' | 'shirt' | 'uniform';
  top: Rgb;
  bottom: Rgb;
  shoes: Rgb;
  carries: 'nothing' | 'backpack' | 'shoulder-bag' | 'folder';
  bag: Rgb;
}

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
  const isWoman = random() < 0.5;
  const isOld = random() < 0.14;
  return {
    key: `visitor-${seed}`,
    height: (isWoman ? 1.6 : 1.71) + (random() - 0.5) * 0.13,
    girth: (isWoman ? 0.92 : 1) + (random() - 0.4) * 0.16,
    skin: pick(skins),
    hair: isOld ? grey : pick(hairs),
    hairCut: isWoman ? pick(['bob', 'long', 'tail', 'bob']) : isOld ? 'thin' : 'short',
    cut: pick(['jacket', 'coat', 'padded', 'padded', 'jacket']),
    // Neighbouring seeds are often seen together, so they wear different colours.
    top: tops[(seed * 5) % tops.length]!,
    bottom: pick(bottoms),
    shoes: pick(shoes),
    carries: pick(['nothing', 'nothing', 'backpack', 'shoulder-bag', 'shoulder-bag', 'folder']),
    bag: pick(bags),
  };
}

/** Somebody who works at a window, in the hall's dark blue. */
export function clerk(seed: number): Figure {
  const random = scatter(seed * 57 + 3);
  const isWoman = random() < 0.65;
  return {
    ...visitor(seed + 5000),
    key: `clerk-${seed}`,
    height: isWoman ? 1.63 : 1.72,
    girth: isWoman ? 0.9 : 0.98,
    hair: hairs[Math.floor(random() * hairs.length)]!,
    hairCut: isWoman ? (random() < 0.5 ? 'tail' : 'bob') : 'short',
    cut: 'uniform',
    top: rgb('#26324a'),
    bottom: rgb('#20293a'),
    carries: 'nothing',
  };
}
