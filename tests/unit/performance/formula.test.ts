import { describe, expect, it } from 'vitest';
import { evaluate, FormulaError, parseFormula } from '#lib/formula.ts';
import fc from '../../helpers/property.ts';

const names = ['points', 'late', 'rated'];
const value = (text: string, figures: Record<string, number | null> = {}) =>
  evaluate(parseFormula(text, names), figures);
function wrong(text: string): [string, number] | null {
  try {
    parseFormula(text, names);
    return null;
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return [error.message, error.at];
  }
}

describe('a formula', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['12 / 2 / 3', 2],
    ['-2 * -3', 6],
    ['2 - -1', 3],
    ['1 + 1 < 3', 1],
    ['min(4, 2, 3) + max(1)', 3],
    ['clamp(120, 0, 110)', 110],
    ['clamp(0 - 5, 0, 110)', 0],
    ['round(2.5)', 3],
    ['if(2 >= 3, 10, 20)', 20],
    ['  1.5  ', 1.5],
  ])('%s is %d', (text, expected) => expect(value(text)).toBe(expected));

  it('reads figures by their names', () => {
    expect(value('clamp(100 - 2 * points, 0, 110)', { points: 7 })).toBe(86);
  });

  it('is null where something cannot be computed, and only where it is needed', () => {
    expect(value('1 / 0')).toBeNull();
    expect(value('points + 1', { points: null })).toBeNull();
    expect(value('points + 1')).toBeNull();
    expect(value('if(rated, late / rated, 0)', { rated: 0, late: 3 })).toBe(0);
    expect(value('if(rated, late / rated, 0)', { rated: 6, late: 3 })).toBe(0.5);
  });

  it.each([
    ['', ['a number, a name or ( expected', 0]],
    ['1 +', ['a number, a name or ( expected', 3]],
    ['(1', [') expected', 2]],
    ['1 2', ['nothing expected, but 2', 2]],
    ['salary * 2', ['no figure salary', 0]],
    ['constructor(1)', ['no function constructor', 0]],
    ['2 + eval(1)', ['no function eval', 4]],
    ['clamp(1, 2)', ['clamp takes 3 values', 0]],
    ['1 ; 2', ['; means nothing here', 2]],
    ['points.x', ['. means nothing here', 6]],
    ['('.repeat(60) + '1', ['nested too deeply', 50]],
    ['1'.repeat(1001), ['longer than 1000 characters', 1000]],
  ] as const)('%j is refused, with the place', (text, expected) => expect(wrong(text)).toEqual(expected));

  it('never throws anything but its own error, and never gives what is no number', () => {
    const pieces = [
      '1',
      '2.5',
      'points',
      'late',
      '+',
      '-',
      '*',
      '/',
      '(',
      ')',
      ',',
      'min',
      'if',
      'clamp',
      '<',
      '=',
      ' ',
      '$',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        if (wrong(text)) return;
        const result = value(text, { points: 3, late: 0, rated: 1 });
        expect(result === null || Number.isFinite(result)).toBe(true);
      }),
    );
  });
});
