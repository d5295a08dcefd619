import { describe, expect, it } from 'vitest';
import { layoutWithRoom, neighbour, stripLayout, tileLayout } from '../../../client/wall/tile-layout.ts';

const space = { width: 90, height: 45, gap: 0.4, strip: 1.9 };

describe('tile grid', () => {
  it.each([1, 2, 3, 6, 9, 12, 16, 24, 36])('fits %i tiles without scrolling', (count) => {
    const { columns, rows, width, height } = tileLayout(count, space);
    expect(columns * rows).toBeGreaterThanOrEqual(count);
    expect(columns * width + (columns - 1) * space.gap).toBeLessThanOrEqual(space.width + 1e-9);
    expect(rows * height + (rows - 1) * space.gap).toBeLessThanOrEqual(space.height + 1e-9);
    expect((height - space.strip) * (16 / 9)).toBeCloseTo(width);
  });

  it('has no larger grid than the one it chose', () => {
    const chosen = tileLayout(12, space);
    for (let columns = 1; columns <= 12; columns += 1) {
      const rows = Math.ceil(12 / columns);
      const byWidth = (space.width - (columns - 1) * space.gap) / columns;
      const byHeight = ((space.height - (rows - 1) * space.gap) / rows - space.strip) * (16 / 9);
      expect(Math.min(byWidth, byHeight)).toBeLessThanOrEqual(chosen.width + 1e-9);
    }
  });

  it('follows the shape of its area', () => {
    expect(tileLayout(4, { ...space, width: 200, height: 30 }).columns).toBe(4);
    expect(tileLayout(4, { ...space, width: 30, height: 200 }).columns).toBe(1);
  });

  it('shows nothing in no space', () => {
    expect(tileLayout(4, { ...space, width: 0, height: 0 }).width).toBe(0);
  });
});

describe('room for the plan', () => {
  it.each([2, 3, 4, 8, 16])('is found beside %i tiles, which hardly shrink and do not overlap it', (count) => {
    const found = layoutWithRoom(count, space, 15)!;
    const { layout, room } = found;
    expect(layout.width).toBeGreaterThanOrEqual(tileLayout(count, space).width * 0.8);
    expect(Math.min(room.height, (room.width * 9) / 16)).toBeGreaterThanOrEqual(15);
    expect(room.left + room.width).toBeLessThanOrEqual(space.width + 1e-9);
    expect(room.top + room.height).toBeLessThanOrEqual(space.height + 1e-9);
    for (let i = 0; i < count; i += 1) {
      const left = (i % layout.columns) * (layout.width + space.gap);
      const top = Math.floor(i / layout.columns) * (layout.height + space.gap);
      const isClear =
        left + layout.width <= room.left + 1e-9 ||
        top + layout.height <= room.top + 1e-9 ||
        room.left + room.width <= left + 1e-9 ||
        room.top + room.height <= top + 1e-9;
      expect(isClear).toBe(true);
    }
  });

  it.each([
    [1, space],
    [4, { ...space, width: 75 }],
    [6, space],
  ])('is not taken from %i tiles that need all of it', (count, all) => {
    expect(layoutWithRoom(count, all, 15)).toBeNull();
  });
});

describe('arrow keys', () => {
  // 0 1 2
  // 3 4
  it.each([
    [0, 'ArrowLeft', 0],
    [0, 'ArrowRight', 1],
    [2, 'ArrowRight', 2],
    [4, 'ArrowRight', 4],
    [1, 'ArrowDown', 4],
    [2, 'ArrowDown', 4],
    [4, 'ArrowDown', 4],
    [3, 'ArrowUp', 0],
    [1, 'ArrowUp', 1],
    [3, 'x', 3],
  ])('from %i by %s to %i', (from, key, to) => {
    expect(neighbour(from, key, 5, 3)).toBe(to);
  });
});

describe('windows strip', () => {
  it('keeps one row while the cells fit', () => {
    expect(stripLayout(12, 90, 6, 0.4)).toEqual({ columns: 12, rows: 1 });
  });

  it('fills its rows evenly', () => {
    expect(stripLayout(40, 90, 5, 0.4)).toEqual({ columns: 14, rows: 3 });
  });
});
