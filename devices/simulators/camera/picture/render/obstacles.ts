import type { Vec3 } from './vec.ts';

/** An upright box that keeps light away. */
export interface Block {
  from: Vec3;
  to: Vec3;
}

const LEAF = 3;

/** Boxes in a tree, so that asking whether something stands between two points costs little. */
export class Obstacles {
  /** Per node: the bounds, six numbers. */
  readonly #bounds: number[] = [];
  /** Per node: index of the first child (the second follows), or of the first block when it is a leaf. */
  readonly #first: number[] = [];
  /** Per node: number of blocks, 0 for an inner node. */
  readonly #count: number[] = [];
  readonly #blocks: Float64Array;
  readonly #stack = new Int32Array(64);

  constructor(blocks: readonly Block[]) {
    const order = blocks.map(({ from, to }): Block => {
      const pick = (choose: (a: number, b: number) => number): Vec3 => [
        choose(from[0], to[0]),
        choose(from[1], to[1]),
        choose(from[2], to[2]),
      ];
      return { from: pick(Math.min), to: pick(Math.max) };
    });
    this.#bounds.length = 6;
    this.#first.push(0);
    this.#count.push(0);
    this.#split(0, order, 0, order.length);
    this.#blocks = Float64Array.from(order.flatMap(({ from, to }) => [...from, ...to]));
  }

  /** Whether a ray from `origin` meets a block before `reach` (in lengths of `direction`). */
  blocks(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, reach: number): boolean {
    const ix = 1 / dx;
    const iy = 1 / dy;
    const iz = 1 / dz;
    const stack = this.#stack;
    let depth = 1;
    stack[0] = 0;
    while (depth > 0) {
      const node = stack[--depth]!;
      if (!hits(this.#bounds, node * 6, ox, oy, oz, ix, iy, iz, reach)) continue;
      const count = this.#count[node]!;
      const first = this.#first[node]!;
      if (count === 0) {
        stack[depth++] = first;
        stack[depth++] = first + 1;
        continue;
      }
      for (let block = first; block < first + count; block++) {
        if (hits(this.#blocks, block * 6, ox, oy, oz, ix, iy, iz, reach)) return true;
      }
    }
    return false;
  }

  #split(node: number, order: Block[], start: number, end: number): void {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (const { from, to } of order.slice(start, end)) {
      for (let axis = 0; axis < 3; axis++) {
        low[axis] = Math.min(low[axis]!, from[axis]!);
        high[axis] = Math.max(high[axis]!, to[axis]!);
      }
    }
    this.#bounds.splice(node * 6, 6, ...low, ...high);
    if (end - start <= LEAF) {
      this.#first[node] = start;
      this.#count[node] = end - start;
      return;
    }
    const sizes = high.map((value, axis) => value - low[axis]!);
    const axis = sizes.indexOf(Math.max(...sizes));
    const part = order.slice(start, end).sort((a, b) => a.from[axis]! + a.to[axis]! - b.from[axis]! - b.to[axis]!);
    order.splice(start, part.length, ...part);
    const child = this.#first.length;
    this.#first.push(0, 0);
    this.#count.push(0, 0);
    this.#first[node] = child;
    const middle = (start + end) >> 1;
    this.#split(child, order, start, middle);
    this.#split(child + 1, order, middle, end);
  }
}

function hits(
  bounds: ArrayLike<number>,
  at: number,
  ox: number,
  oy: number,
  oz: number,
  ix: number,
  iy: number,
  iz: number,
  reach: number,
): boolean {
  const x0 = (bounds[at]! - ox) * ix;
  const x1 = (bounds[at + 3]! - ox) * ix;
  const y0 = (bounds[at + 1]! - oy) * iy;
  const y1 = (bounds[at + 4]! - oy) * iy;
  const z0 = (bounds[at + 2]! - oz) * iz;
  const z1 = (bounds[at + 5]! - oz) * iz;
  const enter = Math.max(Math.max(Math.min(x0, x1), Math.min(y0, y1)), Math.max(Math.min(z0, z1), 0));
  const leave = Math.min(Math.min(Math.max(x0, x1), Math.max(y0, y1)), Math.min(Math.max(z0, z1), reach));
  return enter <= leave;
}
