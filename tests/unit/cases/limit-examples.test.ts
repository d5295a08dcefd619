import { describe, expect, it } from 'vitest';
import { clockOf, shown, type Place } from './limit-stage.ts';

/**
 * Worked by hand with the notices of the State Council for 2025 and 2026. Office hours 9:00–12:00 and 13:30–17:00 (6.5 h),
 * Saturdays 9:30–12:00 extended service. 2026-03-09 is a Monday; dates without a year are of 2026.
 *
 * [accepted, limit, expected end, reasoning, stops, place]
 */
type Example = [string, string, string, string, string[]?, Place?];

const plainWeeks: Example[] = [
  ['03-09 10:00', '1 d', '03-10 17:00', 'Monday: counted from Tuesday, which is the first day and the last'],
  ['03-09 08:00', '1 d', '03-10 17:00', 'before opening: the day of acceptance does not count all the same'],
  ['03-09 16:59:59', '1 d', '03-10 17:00', 'a second before closing: as in the morning'],
  ['03-09 22:00', '1 d', '03-10 17:00', 'by night, online: still Monday'],
  ['03-09 00:00', '1 d', '03-10 17:00', 'midnight belongs to the day that begins'],
  ['03-09 10:00', '4 d', '03-13 17:00', 'Tue 10, Wed 11, Thu 12, Fri 13'],
  ['03-09 10:00', '5 d', '03-16 17:00', 'Tue–Fri are four, the weekend none, Mon 16 is the fifth'],
  ['03-13 16:00', '1 d', '03-16 17:00', 'Friday: Monday is the first day'],
  ['03-14 10:00', '1 d', '03-16 17:00', 'Saturday, in extended service: Monday is the first working day after it'],
  ['03-14 10:00', '2 d', '03-17 17:00', 'Saturday: Mon 16, Tue 17'],
  ['03-15 12:00', '1 d', '03-16 17:00', 'Sunday: Monday'],
  ['03-02 10:00', '20 d', '03-30 17:00', 'Tue 3–Fri 6: 4; three weeks: 19; Mon 30: 20'],
];

const immediate: Example[] = [
  ['03-09 10:00', '0 d', '03-09 17:00', 'at once: by closing of the same day'],
  ['03-09 17:00', '0 d', '03-10 17:00', 'work has ended just then: by closing of the next working day'],
  ['03-14 10:00', '0 d', '03-16 17:00', 'Saturday is no working day, though open: Monday'],
  ['09-30 20:00', '0 d', '10-08 17:00', 'evening before the National Day: Oct 1–7 are off, Thu 8 is worked'],
];

const shortHolidays: Example[] = [
  ['04-03 10:00', '1 d', '04-07 17:00', 'Friday before Qingming: Sat 4–Mon 6 off, Tue 7'],
  ['04-02 10:00', '3 d', '04-08 17:00', 'Fri 3, Tue 7, Wed 8'],
  ['06-18 10:00', '1 d', '06-22 17:00', 'Dragon Boat: Fri 19–Sun 21 off, Mon 22'],
  ['06-19 10:00', '2 d', '06-23 17:00', 'accepted on the holiday: Mon 22, Tue 23'],
  ['2025-12-31 15:00', '1 d', '01-04 17:00', 'New Year: Thu 1–Sat 3 off; Sunday 4 is a make-up day'],
  ['2025-12-31 15:00', '3 d', '01-06 17:00', 'Sun 4 (make-up), Mon 5, Tue 6'],
  ['09-24 10:00', '1 d', '09-28 17:00', 'Mid-Autumn: Fri 25–Sun 27 off, Mon 28'],
];

const longHolidays: Example[] = [
  ['02-13 10:00', '1 d', '02-14 17:00', 'Saturday 14 is the make-up day before the Spring Festival'],
  ['02-13 10:00', '2 d', '02-24 17:00', 'Sat 14 (make-up); Sun 15–Mon 23 off; Tue 24'],
  ['02-14 11:00', '1 d', '02-24 17:00', 'accepted on the make-up day, which then does not count'],
  ['02-09 10:00', '10 d', '02-28 17:00', 'Tue 10–Sat 14: 5; Tue 24–Fri 27: 9; Sat 28 (make-up): 10'],
  ['02-17 00:30', '5 d', '02-28 17:00', 'in the festival: Tue 24–Fri 27: 4; Sat 28 (make-up): 5'],
  ['02-17 00:30', '6 d', '03-02 17:00', 'as before; Sun 1 March is off, Mon 2'],
  ['04-30 10:00', '1 d', '05-06 17:00', 'Labour Day: Fri 1–Tue 5 off, Wed 6'],
  ['04-30 10:00', '4 d', '05-09 17:00', 'Wed 6, Thu 7, Fri 8, Sat 9 (make-up)'],
  ['04-30 10:00', '5 d', '05-11 17:00', 'as before; Sun 10 off, Mon 11'],
  ['09-30 10:00', '1 d', '10-08 17:00', 'National Day: Thu 1–Wed 7 off, Thu 8'],
  ['09-30 10:00', '3 d', '10-10 17:00', 'Thu 8, Fri 9, Sat 10 (make-up)'],
  ['09-18 10:00', '2 d', '09-21 17:00', 'Sunday 20 is a make-up day for October, Mon 21'],
  ['09-24 10:00', '10 d', '10-15 17:00', 'Mon 28–Wed 30: 3; Thu 8, Fri 9, Sat 10: 6; Mon 12–Thu 15: 10'],
  ['09-14 10:00', '20 d', '10-16 17:00', '15–18: 4; Sun 20: 5; 21–24: 9; 28–30: 12; 8–10: 15; 12–16: 20'],
  ['2025-01-24 10:00', '2 d', '2025-01-27 17:00', 'Sunday 26 January 2025 is a make-up day, Mon 27'],
  ['2025-01-27 10:00', '4 d', '2025-02-08 17:00', 'Jan 28–Feb 4 off; Wed 5, Thu 6, Fri 7, Sat 8 (make-up)'],
];

const withoutNotice: Example[] = [
  ['12-28 10:00', '3 d', '12-31 17:00', 'Tue 29, Wed 30, Thu 31: within what the notice of 2026 covers'],
  ['12-28 10:00', '4 d', '2027-01-01 17:00 provisional', 'no notice for 2027: New Year is taken for a plain Friday'],
  ['12-28 10:00', '4 d', '2027-01-04 17:00', 'its notice came: Fri 1–Sun 3 off, Mon 4', [], 'hall 2027'],
  ['12-14 10:00', '30 d', '2027-01-25 17:00 provisional', '15–18: 4; 9; 28–31: 13; Jan 1: 14; 19; 24; 29; Mon 25'],
  ['12-14 10:00', '30 d', '2027-01-26 17:00', 'Jan 1 is off now: each later by one, Tue 26', [], 'hall 2027'],
  ['03-09 10:00', '3 d', '03-13 17:00', 'the region has Wed 11 off: Tue 10, Thu 12, Fri 13', [], 'own festival'],
  [
    '12-28 10:00',
    '4 d',
    '2027-01-04 17:00 provisional',
    'the region says Jan 1 is off, and nobody that the weekend behind it is not worked',
    [],
    'own new year',
  ],
];

const timetables: Example[] = [
  ['03-09 10:00', '1 d', '03-11 00:00', 'no hours are known: the day ends at midnight', [], 'no timetable'],
  ['03-09 10:00', '1 d', '03-11 00:00', 'closed on a working day: it counts, and ends at midnight', [], 'power cut'],
  ['03-09 10:00', '1 d', '03-10 11:00', 'on Tuesday work ends at 11', [], 'short day'],
  ['02-13 10:00', '1 d', '02-14 12:00', 'make-up days end at noon', [], 'half make-up'],
  ['03-09 10:00', '2 d', '03-11 17:00', 'a short Tuesday is a whole day', [], 'short day'],
];

const stopsOfDays: Example[] = [
  ['03-09 10:00', '5 d', '03-18 17:00', 'Tue and Wed out: 12, 13, 16, 17, 18', ['03-10 09:00 – 03-11 17:00']],
  ['03-09 10:00', '5 d', '03-18 17:00', '5.5 h + a day + 1 h are two days', ['03-10 10:00 – 03-12 10:00']],
  [
    '03-09 10:00',
    '5 d',
    '03-17 17:00',
    'a minute: the day that it begins is given whole',
    ['03-10 10:00 – 03-10 10:01'],
  ],
  ['03-09 10:00', '5 d', '03-16 17:00', 'the lunch break is no working time', ['03-10 12:00 – 03-10 13:30']],
  ['03-09 10:00', '5 d', '03-16 17:00', 'nor is the night', ['03-10 17:00 – 03-11 09:00']],
  ['03-09 10:00', '5 d', '03-16 17:00', 'nor the weekend with its Saturday service', ['03-13 17:00 – 03-16 09:00']],
  ['03-09 10:00', '5 d', '03-17 17:00', 'Fri 1 h + Mon 1 h: a part of one day', ['03-13 16:00 – 03-16 10:00']],
  [
    '03-09 10:00',
    '5 d',
    '03-19 17:00',
    'they overlap on Wednesday: Tue, Wed, Thu out, not four days; 13, 16, 17, 18, 19',
    ['03-10 09:00 – 03-11 17:00', '03-11 09:00 – 03-12 17:00'],
  ],
  [
    '03-09 10:00',
    '5 d',
    '03-18 17:00',
    'one lies within the other: two days',
    ['03-10 09:00 – 03-11 17:00', '03-10 10:00 – 03-10 15:00'],
  ],
  [
    '03-09 10:00',
    '5 d',
    '03-17 17:00',
    'one begins when the other ends: 3 h + 3.5 h are one day',
    ['03-10 12:00 – 03-10 17:00', '03-10 09:00 – 03-10 12:00'],
  ],
  [
    '03-09 10:00',
    '5 d',
    '03-17 17:00',
    'parts of several days add up: 3 h + 3.5 h are exactly one day',
    ['03-10 09:00 – 03-10 12:00', '03-11 13:30 – 03-11 17:00'],
  ],
  [
    '03-09 10:00',
    '5 d',
    '03-18 17:00',
    'a minute more begins another',
    ['03-10 09:00 – 03-10 12:00', '03-11 13:30 – 03-11 17:00', '03-12 09:00 – 03-12 09:01'],
  ],
  ['03-09 10:00', '5 d', '03-16 17:00', 'over before acceptance', ['03-06 09:00 – 03-09 09:30']],
  ['03-09 10:00', '5 d', '03-16 17:00', 'the day of acceptance does not count anyway', ['03-09 10:00 – 03-09 17:00']],
  ['03-09 10:00', '5 d', '03-18 17:00', 'from acceptance on: Tue and Wed out', ['03-09 10:00 – 03-11 17:00']],
  [
    '02-09 10:00',
    '5 d',
    '02-26 17:00',
    'over the Spring Festival: Fri 13, Sat 14 (make-up), Tue 24 out; 10, 11, 12, 25, 26',
    ['02-13 09:00 – 02-24 17:00'],
  ],
  ['02-09 10:00', '5 d', '02-14 17:00', 'within the festival it takes nothing', ['02-15 00:00 – 02-24 00:00']],
  [
    '09-28 10:00',
    '3 d',
    '10-09 17:00',
    'over the National Day: 3.5 h on Wed 30 and 3 h on Thu 8 are one day; 29, half and half, 9',
    ['09-30 13:30 – 10-08 12:00'],
  ],
  [
    '12-28 10:00',
    '3 d',
    '2027-01-01 17:00 provisional',
    'Wed 30 out: 29, 31, and a Friday that no notice speaks of',
    ['12-30 09:00 – 12-30 17:00'],
  ],
  ['03-09 10:00', '5 d', 'stopped 03-10 10:00', 'it stands still', ['03-10 10:00']],
  ['03-09 10:00', '5 d', '03-16 17:00', 'it ended as the clock was stopped', ['03-16 17:00']],
  ['03-09 10:00', '5 d', 'stopped 03-16 16:59', 'stopped with a minute left', ['03-16 16:59']],
  [
    '03-09 10:00',
    '5 d',
    '03-19 17:00',
    'an hour gives Tue 17; at its closing the clock stands, and on Wed 18: no limit ends meanwhile',
    ['03-10 10:00 – 03-10 11:00', '03-17 15:00 – 03-19 10:00'],
  ],
  [
    '03-09 10:00',
    '5 d',
    '03-18 00:00',
    'around the clock half of Tuesday is half a day: the end of Tue 17',
    ['03-10 00:00 – 03-10 12:00'],
    'no timetable',
  ],
  ['03-09 10:00', '0 d', '03-11 17:00', 'at closing of Mon and Tue it stands', ['03-09 10:30 – 03-11 10:00']],
];

const seconds: Example[] = [
  ['03-09 10:00', '1 h', '03-09 11:00', 'within the morning'],
  ['03-09 11:30', '1 h', '03-09 14:00', 'half an hour before noon, half an hour after 13:30'],
  ['03-09 12:15', '1 h', '03-09 14:30', 'accepted at lunch: from 13:30'],
  ['03-09 11:00', '1 h', '03-09 12:00', 'it ends with the morning, not at 13:30'],
  ['03-09 16:30', '1 h', '03-10 09:30', 'half an hour today, half an hour tomorrow'],
  ['03-09 16:00', '1 h', '03-09 17:00', 'it ends with the day, not in the next morning'],
  ['03-09 09:00', '390 m', '03-09 17:00', '6.5 h are the whole day'],
  ['03-09 10:00', '390 m', '03-10 10:00', '5.5 h today, 1 h tomorrow'],
  ['03-09 07:00', '1 h', '03-09 10:00', 'before opening: from 9'],
  ['03-13 16:00', '2 h', '03-16 10:00', 'Fri 1 h; Saturday service is no working time; Mon 1 h'],
  ['03-14 10:00', '1 h', '03-16 10:00', 'accepted in Saturday service: from Monday 9'],
  ['02-13 16:30', '1 h', '02-14 09:30', 'the make-up Saturday is worked as a Monday'],
  ['02-14 16:30', '1 h', '02-24 09:30', 'over the Spring Festival'],
  ['04-30 16:59:59', '2 s', '05-06 09:00:01', 'one second before the Labour Day, one after it'],
  ['03-09 16:59:59', '1 s', '03-09 17:00', 'the last second of the day'],
  ['03-09 17:00', '1 s', '03-10 09:00:01', 'closed: the first second of the next'],
  ['03-09 09:00', '2 h', '03-09 12:00', '9–10, stop, 11–12', ['03-09 10:00 – 03-09 11:00']],
  ['03-09 09:00', '3 h', '03-09 15:00', '9–11; the stop reaches over lunch; 14–15', ['03-09 11:00 – 03-09 14:00']],
  [
    '03-09 09:00',
    '2 h',
    '03-09 14:00',
    '9–10, 11:30–12, 13:30–14: what overlaps counts once',
    ['03-09 10:00 – 03-09 11:00', '03-09 10:30 – 03-09 11:30'],
  ],
  ['03-13 15:00', '2 h', '03-16 11:00', 'Fri 15–16, Mon 10–11', ['03-13 16:00 – 03-16 10:00']],
  ['09-30 16:00', '2 h', '10-08 11:00', 'Wed 1 h; Thu 8 from 10', ['10-01 00:00 – 10-08 10:00']],
  ['03-09 09:00', '2 h', 'stopped 03-09 10:00', 'an hour counted, then it stands', ['03-09 10:00']],
  ['12-31 16:30', '1 h', '2027-01-01 09:30 provisional', 'New Year is taken for a plain Friday'],
  ['12-31 16:30', '1 h', '2027-01-04 09:30', 'off until Sunday, says its notice', [], 'hall 2027'],
  ['03-09 16:30', '1 h', '03-11 09:30', 'Tuesday closed: no working time', [], 'power cut'],
  ['03-09 16:30', '3 h', '03-11 09:30', '30 min, 2 h on the short Tuesday, 30 min', [], 'short day'],
  ['03-09 10:00', '1 h', 'unknown 03-09 00:00', 'nobody has said when it is open', [], 'no timetable'],
];

function judged(accepted: string, limit: string, stops: string[], where: Place | undefined): string {
  const { clock, count } = clockOf(accepted, limit, stops, where);
  const { is, at, provisional } = clock.ending(count);
  return `${is === 'due' ? '' : `${is} `}${shown(at)}${provisional ? ' provisional' : ''}`;
}

describe.each([
  ['plain weeks', plainWeeks],
  ['at once', immediate],
  ['short holidays', shortHolidays],
  ['long holidays', longHolidays],
  ['days without a notice', withoutNotice],
  ['timetables', timetables],
  ['days and special procedures', stopsOfDays],
  ['working seconds', seconds],
])('%s', (_, examples) => {
  it.each(examples)('%s and %s: %s (%s)', (accepted, limit, expected, _why, stops = [], where = undefined) => {
    expect(judged(accepted, limit, stops, where)).toBe(expected);
  });
});
