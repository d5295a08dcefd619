import { expect, it } from 'vitest';
import { WorkDays } from '../../../server/features/calendar/work-days.ts';
import { WorkingCalendar } from '../../../server/features/calendar/working-calendar.ts';

const plain = new WorkingCalendar([]);
const berlin = new WorkDays({ timeZone: 'Europe/Berlin', dayOf: (day) => plain.day(day), opening: null });
const at = (text: string) => Date.parse(text);

it('finds the local day of an instant, and the one after it', () => {
  const day = berlin.dayAt(at('2026-03-28T23:30:00Z'));
  expect(day).toMatchObject({ day: '2026-03-29', working: false, hours: null });
  expect(berlin.dayAfter(day)).toMatchObject({ day: '2026-03-30', working: true });
});

it('knows days of 23 and of 25 hours, and begins each where the one before ends', () => {
  const length = (text: string) => {
    const { begins, ends } = berlin.dayAt(at(text));
    return (ends - begins) / 3600_000;
  };
  expect(['2026-03-29T12:00Z', '2026-10-25T12:00Z', '2026-06-01T12:00Z'].map(length)).toEqual([23, 25, 24]);
  const summer = berlin.dayAt(at('2026-03-29T12:00Z'));
  expect(berlin.dayAt(summer.ends).begins).toBe(summer.ends);
  expect(berlin.dayAt(summer.ends - 1)).toBe(summer);
});

it('works on both edges of the zones of the world', () => {
  for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    const days = new WorkDays({ timeZone, dayOf: (day) => plain.day(day), opening: null });
    for (const hour of [0, 6, 12, 18, 23]) {
      const now = at(`2026-03-09T${String(hour).padStart(2, '0')}:59:00Z`);
      const { begins, ends } = days.dayAt(now);
      expect(begins <= now && now < ends).toBe(true);
    }
  }
});
