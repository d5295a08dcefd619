import { describe, expect, it } from 'vitest';
import { FigureName, type PeriodFigures } from '#contract/figures.ts';
import { figuresBy, figureText, roundTop } from '../../../client/features/history/figure-text.ts';
import { monthOf, presetSpan, readQuery } from '../../../client/features/history/history-query.ts';
import { bySubject, periodsOf } from '../../../client/features/history/periods.ts';

const nothing = Object.fromEntries(FigureName.options.map((name) => [name, null])) as PeriodFigures['figures'];
const row = (from: string | null, of: string | null = null, issued = 1): PeriodFigures => ({
  ...{ from, of, figures: { ...nothing, issued } },
});
const timeZone = 'Asia/Shanghai';

describe('the address of a page of history', () => {
  it('begins with the last seven days, by queue and day', () => {
    expect(readQuery({}, '2026-11-27')).toEqual({
      ...{ by: 'queue', period: 'day', from: '2026-11-21', until: '2026-11-27', figure: 'averageWait', of: null },
    });
  });

  it('takes what makes sense and leaves the rest', () => {
    const address = {
      by: 'staff',
      period: 'century',
      from: '2026-11-09',
      until: 'tomorrow',
      figure: 'called',
      of: 'u1',
    };
    expect(readQuery(address, '2026-11-27')).toMatchObject({ by: 'staff', period: 'day', figure: 'called', of: 'u1' });
  });

  it('asks for no more days than five minutes are kept apart for', () => {
    const address = { period: '5min', from: '2026-10-01', until: '2026-11-27' };
    expect(readQuery(address, '2026-11-27')).toMatchObject({ from: '2026-11-21', until: '2026-11-27' });
  });

  it('draws a figure that can be told apart so', () => {
    expect(readQuery({ by: 'window', figure: 'issued' }, '2026-11-27').figure).toBe('called');
    expect(figuresBy('window')).not.toContain('issued');
  });

  it('knows months and how far they are over', () => {
    expect(monthOf('2026-03', -1)).toEqual({ month: '2026-02', from: '2026-02-01', until: '2026-02-28' });
    expect(monthOf('2026-01', -1).month).toBe('2025-12');
    expect(presetSpan('thisMonth', '2026-11-27')).toEqual({ from: '2026-11-01', until: '2026-11-27' });
    expect(presetSpan('lastMonth', '2026-03-31')).toEqual({ from: '2026-02-01', until: '2026-02-28' });
  });
});

describe('periods of a drawing', () => {
  const span = { from: '2026-11-25', until: '2026-11-27', timeZone, opening: null };

  it("are all days, worked or not, by the hall's clock", () => {
    const days = periodsOf([row('2026-11-25T16:00:00.000Z')], { ...span, period: 'day' });
    expect(days.map(({ name, row: of }) => [name, of !== null])).toEqual([
      ['2026-11-25', false],
      ['2026-11-26', true],
      ['2026-11-27', false],
    ]);
  });

  it('know on which days the hall does not open', () => {
    const opening = [{ from: '2026-11-26T01:00:00.000Z', until: '2026-11-26T09:00:00.000Z' }];
    const days = periodsOf([], { ...span, period: 'day', opening });
    expect(days.map(({ closed }) => closed)).toEqual([true, false, true]);
  });

  it('show an outage as a hole, and no nights', () => {
    const hours = ['2026-11-25T08:00:00.000Z', '2026-11-26T01:00:00.000Z', '2026-11-26T03:00:00.000Z'].map((at) =>
      row(at),
    );
    expect(periodsOf(hours, { ...span, period: 'hour' }).map(({ name, row: of }) => [name, of !== null])).toEqual([
      ['2026-11-25 16:00', true],
      ['2026-11-26 09:00', true],
      ['2026-11-26 10:00', false],
      ['2026-11-26 11:00', true],
    ]);
  });

  it('belong to queues in the order of the hall, and to those the hall no longer has', () => {
    const rows = [row(null, 'old'), row(null, 'tax'), row(null, 'soc')];
    expect(bySubject(rows, ['soc', 'tax', 'civ']).map(([of]) => of)).toEqual(['soc', 'tax', 'old']);
  });
});

describe('figures as people read them', () => {
  it('have the shape of their unit', () => {
    expect(figureText('issued', 1204)).toBe('1,204');
    expect(figureText('averageWait', 247.4)).toBe('4:07');
    expect(figureText('onTargetRate', 0.925)).toBe('92.5 %');
    expect(figureText('saturation', 1.84)).toBe('1.8');
    expect(figureText('noShowRate', null)).toBe('–');
  });

  it('stand under a round top that none of them passes', () => {
    expect(roundTop('issued', 1204)).toBe(1500);
    expect(roundTop('issued', 0)).toBe(1);
    expect(roundTop('averageWait', 247)).toBe(300);
    expect(roundTop('open', 100 * 3600)).toBeGreaterThanOrEqual(100 * 3600);
    expect(roundTop('onTargetRate', 0.3)).toBe(0.5);
    for (const largest of [0.01, 1, 9, 99, 12_345, 1e6]) {
      expect(roundTop('called', largest)).toBeGreaterThanOrEqual(largest);
      expect(roundTop('serviceTime', largest)).toBeGreaterThanOrEqual(largest);
    }
  });
});
