import { describe, expect, it } from 'vitest';
import { isZoomed, panBy, WHOLE, zoomBy, zoomByKey, zoomStyle } from '../../../client/player/zoom.ts';

describe('digital zoom', () => {
  it('keeps what is under the pointer under it', () => {
    const at = { x: 0.8, y: 0.3 };
    const first = zoomBy(WHOLE, 2, at);
    const under = (zoom: typeof first) => ({
      x: zoom.x + (at.x - 0.5) / zoom.scale,
      y: zoom.y + (at.y - 0.5) / zoom.scale,
    });
    expect(under(first).x).toBeCloseTo(0.8);
    expect(under(zoomBy(first, 1.7, at)).y).toBeCloseTo(0.3);
  });

  it('is never smaller than the whole nor larger than eight times, and never shows what is not there', () => {
    expect(zoomBy(WHOLE, 0.5)).toEqual(WHOLE);
    expect(zoomBy(WHOLE, 100).scale).toBe(8);
    expect(panBy(zoomBy(WHOLE, 2), -9, 9)).toEqual({ scale: 2, x: 0.25, y: 0.75 });
    const out = zoomBy(panBy(zoomBy(WHOLE, 4), 9, 9), 0.5);
    expect(out).toEqual({ scale: 2, x: 0.75, y: 0.75 });
  });

  it('does what keys say, and leaves alone the keys of others', () => {
    const large = zoomByKey(WHOLE, '+')!;
    expect(large.scale).toBeCloseTo(1.25);
    expect(zoomByKey(large, 'ArrowRight')!.x).toBeGreaterThan(0.5);
    expect(isZoomed(zoomByKey(large, '-')!)).toBe(false);
    expect(zoomByKey(large, 'Escape')).toEqual(WHOLE);
    expect(zoomByKey(large, '0')).toEqual(WHOLE);
    expect(zoomByKey(large, 'a')).toBeNull();
    for (const key of ['Escape', 'ArrowLeft', '0', '-']) expect(zoomByKey(WHOLE, key)).toBeNull();
  });

  it('costs nothing unzoomed', () => {
    expect(zoomStyle(WHOLE)).toBeUndefined();
    expect(zoomStyle({ scale: 2, x: 0.25, y: 0.75 })?.transform).toBe('translate(0.000%, -100.000%) scale(2)');
  });
});
