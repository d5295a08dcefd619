import { describe, expect, it } from 'vitest';
import { hoursText, readHours } from '../../../client/features/calendar/hours-text.ts';
import { readNotice } from '../../../client/features/calendar/notice-text.ts';
import { monthsOf } from '../../../client/features/calendar/year.ts';

describe('hours as people type them', () => {
  it.each([
    ['09:00-12:00, 13:30-17:00', '09:00–12:00, 13:30–17:00'],
    ['9:00至12:00；13：30～17：00', '09:00–12:00, 13:30–17:00'],
    ['', ''],
    ['00:00–24:00', '00:00–24:00'],
  ])('reads %s', (text, shown) => {
    expect(hoursText(readHours(text)!)).toBe(shown);
  });

  it.each(['9-12', '12:00-09:00', '09:00-12:00, 11:00-13:00', '09:00-25:00', 'closed'])('refuses %s', (text) => {
    expect(readHours(text)).toBeNull();
  });
});

describe('days of a notice', () => {
  it('reads spans, single days and names in both languages', () => {
    const { days, wrongLines } = readNotice(
      ['# 2027', "2027-01-01~2027-01-03 休 元旦 | New Year's Day", '', '2027-02-20 班 春节'].join('\n'),
    );
    expect(wrongLines).toEqual([]);
    expect(days).toEqual([
      ...['2027-01-01', '2027-01-02', '2027-01-03'].map((day) => ({
        day,
        kind: 'holiday',
        name: { zh: '元旦', en: "New Year's Day" },
      })),
      { day: '2027-02-20', kind: 'make-up', name: { zh: '春节', en: '春节' } },
    ]);
  });

  it('names the lines that cannot be used', () => {
    const text = [
      '2027-02-30 休',
      '2027-01-01',
      '2027-01-05~2027-01-01 休',
      '2027-01-01~2028-01-01 休',
      '2027-01-01 party',
    ];
    expect(readNotice(text.join('\n'))).toEqual({ days: [], wrongLines: [1, 2, 3, 4, 5] });
  });
});

describe('a year', () => {
  it('is twelve months of whole weeks that begin on Monday', () => {
    const months = monthsOf(2028);
    expect(months).toHaveLength(12);
    expect(months[0]!.weeks[0]).toEqual([null, null, null, null, null, '2028-01-01', '2028-01-02']);
    expect(months[1]!.weeks.flat().filter(Boolean)).toHaveLength(29);
    expect(months.every(({ weeks }) => weeks.every((week) => week.length === 7))).toBe(true);
  });
});
