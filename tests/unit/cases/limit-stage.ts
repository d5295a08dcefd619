import { HallTimetable, NoticeInput, type HallTimetableInput, type Notice } from '#contract/calendar.ts';
import type { Counting } from '#contract/limits.ts';
import { OpeningHours } from '../../../server/features/calendar/opening-hours.ts';
import { shippedNotice } from '../../../server/features/calendar/shipped-notice.ts';
import { WorkDays } from '../../../server/features/calendar/work-days.ts';
import { WorkingCalendar } from '../../../server/features/calendar/working-calendar.ts';
import { LimitClock } from '../../../server/features/cases/limits/limit-clock.ts';

const TIME_ZONE = 'Asia/Shanghai';

/** Six hours and a half, 23,400 s: three before noon, three and a half after it. */
export const office = [
  { from: '09:00', until: '12:00' },
  { from: '13:30', until: '17:00' },
];
/** Extended service on Saturdays: open, and no working time. */
const weekly = [office, office, office, office, office, [{ from: '09:30', until: '12:00' }], []];

const notices = new Map<string, Notice>();
function notice(input: NoticeInput): Notice {
  const id = `01JZ000000000000000000000${notices.size}`;
  const made = { ...NoticeInput.parse(input), id, importedBy: null, importedAt: '2026-01-01T00:00:00Z' };
  notices.set(id, made);
  return made;
}

const shipped = notice(shippedNotice());
const newYear = ['2027-01-01', '2027-01-02', '2027-01-03'].map((day) => ({ day, kind: 'holiday' as const }));
/** As it may come: the New Year is three days off, the rest of the year as its weekdays say. */
const notice2027 = notice({ title: '2027', coversFrom: '2027-01-01', coversUntil: '2027-12-31', days: newYear });
const regional = (day: string) =>
  notice({ title: 'region', regionId: 'r', coversFrom: day, coversUntil: day, days: [{ day, kind: 'holiday' }] });
const festival = regional('2026-03-11');
const regionalNewYear = regional('2027-01-01');

const opened: HallTimetableInput = { timetables: [{ validFrom: '2024-01-01', weekly }], days: [] };
const day = (name: string, hours: typeof office): HallTimetableInput => ({ ...opened, days: [{ day: name, hours }] });

function place(said: Notice[], hours: HallTimetableInput | null): WorkDays {
  const calendar = new WorkingCalendar(said);
  const dayOf = (name: string) => calendar.day(name, ['r']);
  const timetable = hours && HallTimetable.parse(hours);
  const opening = timetable && new OpeningHours({ timetable, timeZone: TIME_ZONE, dayOf });
  return new WorkDays({ timeZone: TIME_ZONE, dayOf, opening });
}

/** Where the work is done: the calendars and timetables of the examples. */
export const places = {
  hall: place([shipped], opened),
  /** With the notice of 2027 imported. */
  'hall 2027': place([shipped, notice2027], opened),
  /** Its region has 2026-03-11 off. */
  'own festival': place([shipped, festival], opened),
  /** Its region alone has said that 2027-01-01 is off. */
  'own new year': place([shipped, regionalNewYear], opened),
  'no timetable': place([shipped], null),
  /** On 2026-03-10 it stays closed: a power cut. */
  'power cut': place([shipped], day('2026-03-10', [])),
  /** On 2026-03-10 it closes at 11. */
  'short day': place([shipped], day('2026-03-10', [{ from: '09:00', until: '11:00' }])),
  /** On make-up days it is open before noon alone. */
  'half make-up': place([shipped], {
    timetables: [{ validFrom: '2024-01-01', weekly, makeUp: [{ from: '09:00', until: '12:00' }] }],
    days: [],
  }),
};
export type Place = keyof typeof places;

/** `03-09 10:00` is that of 2026 in Shanghai; seconds and another year may be given. */
export function at(text: string): number {
  const [date = '', time = ''] = text.split(' ');
  return Date.parse(`${date.length > 5 ? date : `2026-${date}`}T${time}+08:00`);
}

export function shown(epochMs: number): string {
  const text = new Date(epochMs + 8 * 3600_000).toISOString().replace('T', ' ');
  return text.slice(text.startsWith('2026-') ? 5 : 0, text.endsWith(':00.000Z') ? 16 : 19);
}

/** `1 d`: whole working days; `90 m`, `5 s`: working time. */
export function limitOf(text: string): { counting: Counting; count: number } {
  const [amount, unit] = text.split(' ') as [string, 'd' | 'h' | 'm' | 's'];
  const seconds = { d: 1, h: 3600, m: 60, s: 1 }[unit];
  return { counting: unit === 'd' ? 'day' : 'second', count: Number(amount) * seconds };
}

/** `03-10 10:00 – 03-12 10:00`; without an end: it still stands. */
export function stopOf(text: string): { from: number; until: number | null } {
  const [from = '', until] = text.split(' – ');
  return { from: at(from), until: until === undefined ? null : at(until) };
}

export function clockOf(accepted: string, limit: string, stops: readonly string[] = [], where: Place = 'hall') {
  const { counting, count } = limitOf(limit);
  const clock = new LimitClock({ acceptedAt: at(accepted), counting, stops: stops.map(stopOf), time: places[where] });
  return { clock, count };
}
