import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { HallTimetable, type CalendarDay, type DayKind, type HallTimetableInput } from '#contract/calendar.ts';
import { OpeningHours } from '../../../server/features/calendar/opening-hours.ts';
import { WorkingCalendar } from '../../../server/features/calendar/working-calendar.ts';

const office = [
  { from: '09:00', until: '12:00' },
  { from: '13:30', until: '17:00' },
];
const saturday = [{ from: '09:30', until: '12:00' }];
const weekly = [office, office, office, office, office, saturday, []];
const plain = new WorkingCalendar([]);

function opening(input: Partial<HallTimetableInput>, kinds: Record<string, DayKind> = {}, timeZone = 'Asia/Shanghai') {
  const timetable = HallTimetable.parse({ timetables: [{ validFrom: '2026-01-01', weekly }], days: [], ...input });
  const dayOf = (day: string): CalendarDay => ({ ...plain.day(day), ...(kinds[day] && { kind: kinds[day] }) });
  return new OpeningHours({ timetable, timeZone, dayOf });
}

const at = (text: string) => Date.parse(text);
const shown = (spans: { from: number; until: number }[] | null) =>
  spans?.map(({ from, until }) => `${new Date(from).toISOString()} ${new Date(until).toISOString()}`);

describe('OpeningHours', () => {
  it('goes by the clock on the wall of the hall', () => {
    // 2026-03-09 is a Monday; Shanghai is eight hours ahead.
    expect(shown(opening({}).spans(at('2026-03-09T00:00+08:00'), at('2026-03-10T00:00+08:00')))).toEqual([
      '2026-03-09T01:00:00.000Z 2026-03-09T04:00:00.000Z',
      '2026-03-09T05:30:00.000Z 2026-03-09T09:00:00.000Z',
    ]);
  });

  it('cuts what it is asked for', () => {
    expect(shown(opening({}).spans(at('2026-03-09T11:59+08:00'), at('2026-03-09T13:31+08:00')))).toEqual([
      '2026-03-09T03:59:00.000Z 2026-03-09T04:00:00.000Z',
      '2026-03-09T05:30:00.000Z 2026-03-09T05:31:00.000Z',
    ]);
    expect(opening({}).spans(at('2026-03-09T12:00+08:00'), at('2026-03-09T13:30+08:00'))).toEqual([]);
  });

  it('is open on a Saturday of extended service, closed on a Sunday and on holidays, as on a Monday on make-up days', () => {
    const hall = opening({}, { '2026-03-14': 'rest', '2026-03-11': 'holiday', '2026-03-15': 'make-up' });
    expect(hall.isOpen(at('2026-03-14T10:00+08:00'))).toBe(true);
    expect(hall.isOpen(at('2026-03-14T14:00+08:00'))).toBe(false);
    expect(hall.isOpen(at('2026-03-11T10:00+08:00'))).toBe(false);
    expect(hall.isOpen(at('2026-03-15T14:00+08:00'))).toBe(true);
    expect(hall.isOpen(at('2026-03-22T10:00+08:00'))).toBe(false);
  });

  it('follows the timetable of the day, and a day of its own before it', () => {
    const hall = opening({
      timetables: [
        { validFrom: '2026-06-01', weekly: weekly.map(() => [{ from: '08:00', until: '18:00' }]) },
        { validFrom: '2026-01-01', weekly },
      ],
      days: [{ day: '2026-06-02', hours: [], note: 'power cut' }],
    });
    expect(hall.isOpen(at('2026-05-29T17:30+08:00'))).toBe(false);
    expect(hall.isOpen(at('2026-06-01T17:30+08:00'))).toBe(true);
    expect(hall.isOpen(at('2026-06-02T10:00+08:00'))).toBe(false);
  });

  it('does not know before its first timetable', () => {
    expect(opening({}).isOpen(at('2025-12-31T10:00+08:00'))).toBeNull();
    expect(opening({}).spans(at('2025-12-31T10:00+08:00'), at('2026-01-05T00:00+08:00'))).toBeNull();
  });

  it('joins what goes on over midnight', () => {
    const always = opening({
      timetables: [{ validFrom: '2026-01-01', weekly: weekly.map(() => [{ from: '00:00', until: '24:00' }]) }],
    });
    const [from, until] = [at('2026-03-09T10:00Z'), at('2026-03-12T10:00Z')];
    expect(always.spans(from, until)).toEqual([{ from, until }]);
  });

  it('holds the hours of the wall where clocks are set forward and back', () => {
    const berlin = opening({}, {}, 'Europe/Berlin');
    const hours = (day: string) =>
      berlin.spans(at(`${day}T00:00Z`), at(`${day}T23:00Z`))!.map(({ from }) => new Date(from).toISOString());
    expect(hours('2026-03-27')[0]).toBe('2026-03-27T08:00:00.000Z'); // Friday before summer time
    expect(hours('2026-03-30')[0]).toBe('2026-03-30T07:00:00.000Z'); // Monday after
  });

  it('tells when it opens or closes next', () => {
    const hall = opening({});
    const next = (text: string) => new Date(hall.nextChange(at(text))!).toISOString();
    expect(next('2026-03-09T08:00+08:00')).toBe('2026-03-09T01:00:00.000Z');
    expect(next('2026-03-09T10:00+08:00')).toBe('2026-03-09T04:00:00.000Z');
    expect(next('2026-03-14T12:00+08:00')).toBe('2026-03-16T01:00:00.000Z'); // Saturday noon: Monday
    expect(opening({ timetables: [] }).nextChange(at('2026-03-09T08:00+08:00'))).toBeNull();
  });

  it('is open at an instant if and only if a span of any larger question holds it', () => {
    const hall = opening({}, { '2026-03-11': 'holiday' });
    const start = at('2026-03-09T00:00+08:00');
    const minute = fc.integer({ min: 0, max: 14 * 24 * 60 });
    fc.assert(
      fc.property(minute, minute, minute, (a, b, c) => {
        const [from, now, until] = [a, b, c].sort((x, y) => x - y).map((m) => start + m * 60_000) as [
          number,
          number,
          number,
        ];
        const spans = hall.spans(from, until)!;
        if (now < until) expect(spans.some((span) => span.from <= now && now < span.until)).toBe(hall.isOpen(now));
        for (const [i, span] of spans.entries()) {
          expect(span.from).toBeLessThan(span.until);
          if (i > 0) expect(spans[i - 1]!.until).toBeLessThan(span.from);
        }
      }),
    );
  });
});
