import { describe, expect, it } from 'vitest';
import { notLookedAt, seatAfter, type SeatState } from '../../../server/features/picture-checks/seat-machine.ts';

const EVERY = 5000;
const [EMPTY, TAKEN, BETWEEN] = [0.02, 0.6, 0.24];

/** What is held of a seat after each of these looks, and since when. */
function words(...looks: (number | null)[]): [SeatState['word'], number][] {
  let state = notLookedAt;
  return looks.map((changed, i) => {
    state = seatAfter(state, changed, (i + 1) * EVERY);
    return [state.word, state.since / EVERY];
  });
}

describe('the seat of a window in a picture', () => {
  it('is what two looks say, since the first of them', () => {
    expect(words(EMPTY, EMPTY, EMPTY)).toEqual([
      [null, 0],
      ['empty', 1],
      ['empty', 1],
    ]);
    expect(words(TAKEN, TAKEN, EMPTY, EMPTY).at(-1)).toEqual(['empty', 3]);
  });

  it('is not moved by somebody who passes by', () => {
    expect(words(EMPTY, EMPTY, TAKEN, EMPTY, TAKEN, EMPTY).at(-1)).toEqual(['empty', 1]);
  });

  it('stays as it was between the two limits', () => {
    expect(words(EMPTY, EMPTY, BETWEEN, BETWEEN, BETWEEN).at(-1)).toEqual(['empty', 1]);
    expect(words(TAKEN, TAKEN, BETWEEN, BETWEEN).at(-1)).toEqual(['occupied', 1]);
    expect(words(BETWEEN, BETWEEN).at(-1)).toEqual(['unknown', 1]);
  });

  it('is unknown when nobody can tell, and told anew afterwards', () => {
    expect(words(EMPTY, EMPTY, null, null).at(-1)).toEqual(['unknown', 3]);
    expect(words(EMPTY, EMPTY, null, null, EMPTY, EMPTY).at(-1)).toEqual(['empty', 5]);
    expect(words(EMPTY, EMPTY, null, EMPTY).at(-1)).toEqual(['empty', 1]);
  });
});
