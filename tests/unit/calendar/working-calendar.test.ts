import { describe, expect, it } from 'vitest';
import { NoticeInput, type Notice } from '#contract/calendar.ts';
import { shippedNotice } from '../../../server/features/calendar/shipped-notice.ts';
import { isWorking, WorkingCalendar } from '../../../server/features/calendar/working-calendar.ts';

let made = 0;
function notice(input: Omit<NoticeInput, 'title'>): Notice {
  made += 1;
  const id = `01JZ000000000000000000000${made % 10}`;
  const rest = { id, title: `notice ${made}`, importedBy: 'li', importedAt: '2026-01-01T00:00:00Z' };
  return { ...NoticeInput.parse({ ...input, title: rest.title }), ...rest };
}

const year2027 = { coversFrom: '2027-01-01', coversUntil: '2027-12-31' };

describe('the notices that came with Hallwatch', () => {
  const calendar = new WorkingCalendar([notice(shippedNotice())]);
  const kindOf = (day: string) => calendar.day(day).kind;

  it('know holidays, make-up days and plain weeks of 2026', () => {
    expect(calendar.day('2026-01-01')).toMatchObject({ kind: 'holiday', name: { zh: '元旦' }, provisional: false });
    expect(kindOf('2026-01-04')).toBe('make-up'); // a Sunday
    expect(kindOf('2026-02-14')).toBe('make-up'); // the Saturday before the Spring Festival
    expect(['2026-02-15', '2026-02-23'].map(kindOf)).toEqual(['holiday', 'holiday']);
    expect(kindOf('2026-02-24')).toBe('working');
    expect(['2026-03-13', '2026-03-14', '2026-03-15', '2026-03-16'].map(kindOf)).toEqual([
      'working',
      'rest',
      'rest',
      'working',
    ]);
  });

  it('say nothing of the year that no notice has come for: its days are provisional, the New Year too', () => {
    expect(calendar.coveredUntil).toBe('2026-12-31');
    expect(calendar.day('2026-12-31').provisional).toBe(false);
    expect(calendar.day('2027-01-01')).toMatchObject({ kind: 'working', provisional: true });
    expect(calendar.day('2027-01-02')).toMatchObject({ kind: 'rest', provisional: true });
    expect(calendar.day('2003-12-31').provisional).toBe(true);
  });
});

describe('WorkingCalendar', () => {
  const first = notice({
    ...year2027,
    days: [
      { day: '2027-01-01', kind: 'holiday' },
      { day: '2027-05-03', kind: 'holiday' },
    ],
  });

  it('takes the later of two notices of the nation for all days that it covers', () => {
    const amended = notice({
      coversFrom: '2027-05-01',
      coversUntil: '2027-05-31',
      days: [{ day: '2027-05-04', kind: 'holiday' }],
    });
    const calendar = new WorkingCalendar([first, amended]);
    expect(calendar.day('2027-05-03').kind).toBe('working'); // no holiday any more
    expect(calendar.day('2027-05-04')).toMatchObject({ kind: 'holiday', noticeId: amended.id });
    expect(calendar.day('2027-01-01').kind).toBe('holiday'); // not covered by the amendment
  });

  it('lets the nearest region speak, and only of the days that it names', () => {
    const province = notice({ ...year2027, regionId: 'province', days: [{ day: '2027-03-03', kind: 'holiday' }] });
    const city = notice({ ...year2027, regionId: 'city', days: [{ day: '2027-03-03', kind: 'working' }] });
    const calendar = new WorkingCalendar([first, city, province]);
    expect(calendar.day('2027-03-03').kind).toBe('working');
    expect(calendar.day('2027-03-03', ['province']).kind).toBe('holiday');
    expect(calendar.day('2027-03-03', ['city', 'province']).noticeId).toBe(city.id);
    expect(calendar.day('2027-01-01', ['city', 'province']).kind).toBe('holiday');
  });

  it('reaches as far as the notices leave no hole', () => {
    const of = (...spans: [string, string][]) =>
      new WorkingCalendar(spans.map(([coversFrom, coversUntil]) => notice({ coversFrom, coversUntil, days: [] })))
        .coveredUntil;
    expect(of()).toBeNull();
    expect(of(['2027-01-01', '2027-12-31'], ['2026-01-01', '2026-12-31'])).toBe('2027-12-31');
    expect(of(['2026-01-01', '2026-12-31'], ['2028-01-01', '2028-12-31'])).toBe('2026-12-31');
  });

  it('counts make-up days and plain weekdays as work', () => {
    expect((['working', 'make-up', 'rest', 'holiday'] as const).filter(isWorking)).toEqual(['working', 'make-up']);
  });
});

describe('a notice', () => {
  it('is refused with the field: a day twice, a day outside, an end before its beginning', () => {
    const faults = (input: Omit<NoticeInput, 'title'>) =>
      NoticeInput.safeParse({ ...input, title: 'x' }).error?.issues.map(({ path }) => path.join('.'));
    const day = { day: '2027-01-01', kind: 'holiday' as const };
    expect(faults({ ...year2027, days: [day, day] })).toEqual(['days.1.day']);
    expect(faults({ ...year2027, days: [{ ...day, day: '2028-01-01' }] })).toEqual(['days.0.day']);
    expect(faults({ coversFrom: '2027-02-01', coversUntil: '2027-01-01', days: [] })).toEqual(['coversUntil']);
    expect(faults({ ...year2027, days: [{ ...day, day: '2027-02-30' }] })).toEqual(['days.0.day']);
  });
});
