import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldMove } from '../../../client/features/cameras/controls/held-move.ts';

describe('a held move', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function camera(heard: boolean) {
    const said: string[] = [];
    let arrive: (() => void) | null = null;
    const held = new HeldMove({
      move: (pan, tilt, zoom) => {
        said.push(`move ${pan} ${tilt} ${zoom}`);
        return new Promise((resolve) => (arrive = () => resolve(heard)));
      },
      halt: () => {
        said.push('stop');
        return Promise.resolve(true);
      },
    });
    return {
      held,
      said,
      async arrives() {
        arrive?.();
        await vi.advanceTimersByTimeAsync(0);
      },
    };
  }

  it('is said again every half second, one word at a time, until it is released', async () => {
    const { held, said, arrives } = camera(true);
    held.hold(0.5, 0, 0);
    await vi.advanceTimersByTimeAsync(1600);
    expect(said).toEqual(['move 0.5 0 0']);
    await arrives();
    await vi.advanceTimersByTimeAsync(500);
    await arrives();
    held.release();
    await vi.advanceTimersByTimeAsync(2000);
    expect(said).toEqual(['move 0.5 0 0', 'move 0.5 0 0', 'stop']);
  });

  it('is stopped after the last word, never before it', async () => {
    const { held, said, arrives } = camera(true);
    held.hold(0, 1, 0);
    held.release();
    await vi.advanceTimersByTimeAsync(100);
    expect(said).toEqual(['move 0 1 0']);
    await arrives();
    expect(said).toEqual(['move 0 1 0', 'stop']);
  });

  it('is given up where the camera does not hear', async () => {
    const { held, said, arrives } = camera(false);
    held.hold(0, 1, 0);
    await arrives();
    await vi.advanceTimersByTimeAsync(3000);
    expect(said).toEqual(['move 0 1 0']);
  });
});
