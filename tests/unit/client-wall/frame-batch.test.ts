import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameBatch } from '../../../client/api/frame-batch.ts';

let frames = new Map<number, () => void>();
const page = { hidden: false };

beforeEach(() => {
  frames = new Map();
  page.hidden = false;
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => {
    const id = frames.size + 1;
    frames.set(id, call);
    return id;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
});
afterEach(() => vi.unstubAllGlobals());

const nextFrame = () => {
  const due = [...frames.values()];
  frames.clear();
  due.forEach((call) => call());
};

it('hands on all that came between two frames at once, in its order', () => {
  const taken: (readonly number[])[] = [];
  const batch = new FrameBatch<number>((all) => taken.push(all));
  for (const one of [1, 2, 3]) batch.add(one);
  expect(taken).toEqual([]);
  nextFrame();
  batch.add(4);
  nextFrame();
  nextFrame();
  expect(taken).toEqual([[1, 2, 3], [4]]);
});

it('waits for no frame where nobody sees the page, nor where it is told to hand on', () => {
  const taken: (readonly number[])[] = [];
  const batch = new FrameBatch<number>((all) => taken.push(all));
  batch.add(1);
  batch.flush();
  page.hidden = true;
  batch.add(2);
  expect(taken).toEqual([[1], [2]]);
  nextFrame();
  expect(taken).toHaveLength(2);
});

it('forgets what waits when it is cleared', () => {
  const taken: (readonly number[])[] = [];
  const batch = new FrameBatch<number>((all) => taken.push(all));
  batch.add(1);
  batch.clear();
  nextFrame();
  expect(taken).toEqual([]);
});
