import { Random } from '#lib/random.ts';

/** Weekdays off in 2026 and weekend days that are worked for them, as the State Council's notice says. */
const OFF = [
  ...['01-01', '01-02', '02-16', '02-17', '02-18', '02-19', '02-20', '02-23', '04-06', '05-01', '05-04', '05-05'],
  ...['06-19', '09-25', '10-01', '10-02', '10-05', '10-06', '10-07'],
];
const WORKED = ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'];
const DAY_MS = 24 * 3600_000;
/** Of no day of 2027 anybody knows yet whether it is worked. */
const KNOWN_UNTIL = Date.parse('2027-01-01T00:00:00+08:00');

/** Working days of 2026 and, by their weekdays, of the January after it. */
export const WORK_DAYS: readonly string[] = Array.from({ length: 396 }, (_, n) => {
  return new Date(Date.UTC(2026, 0, 1) + n * DAY_MS);
})
  .filter((day) => {
    const name = day.toISOString().slice(5, 10);
    const isWeekend = day.getUTCDay() % 6 === 0;
    if (day.getUTCFullYear() > 2026) return !isWeekend;
    return isWeekend ? WORKED.includes(name) : !OFF.includes(name);
  })
  .map((day) => day.toISOString().slice(0, 10));

/** `10:30` of the n-th working day. */
export const on = (day: number, time: string) => Date.parse(`${WORK_DAYS[day]}T${time}:00+08:00`);
const closing = (day: number) => on(day, '17:00');

export type Source = 'city-system' | 'counter-system' | 'street-system';

/** What is true of a case, whatever anybody counts. */
export interface TrueCase {
  number: string;
  source: Source;
  item: 'invoice' | 'refund';
  acceptedAt: number;
  finishedAt: number;
  pauses: { from: number; until: number; plannedDays: number }[];
  /** The evening on which it is first told of, as a working day. */
  firstTold: number;
  /** `number level: issued`, `number level: held why`; both where the excuse passes. */
  truth: string[];
}

export interface CaseYear {
  first: number;
  last: number;
  outage: { from: number; until: number };
  /** Evenings on which the system of the streets says nothing. */
  silent: { from: number; until: number };
  cases: TrueCase[];
}

/** The limits of an invoice, in working days. */
const PROMISED = 5;
const STATUTORY = 20;
/** After its acceptance a case is settled within so many working days. */
const SETTLED = 26;

/**
 * Cases of a city over so many working days up to the end of January 2027, with what is true of each: how it was made late,
 * and what excuses it. Ends are told by the index of working days alone. The same days give the same cases.
 */
export function caseYear(days: number): CaseYear {
  const random = new Random(days);
  const first = WORK_DAYS.length - 1 - days;
  const last = WORK_DAYS.length - 2;
  const year: CaseYear = {
    ...{ first, last, cases: [] },
    outage: { from: on(first + 3, '12:00'), until: on(first + 3, '14:00') },
    silent: { from: first + 4, until: first + 12 },
  };
  const whole = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const add = (day: number, fate: string, told: Omit<Partial<TrueCase>, 'truth'> & { finishedAt: number }) => {
    const number = `${fate}-${year.cases.length}`;
    const one: TrueCase = {
      ...{ number, source: 'city-system', item: 'invoice', acceptedAt: on(day, '09:30'), pauses: [] },
      ...{ firstTold: day, truth: [] },
      ...told,
    };
    year.cases.push(one);
    return one;
  };
  /** A card that is due at that end, with what holds it back, and whether that passes. */
  const due = (one: TrueCase, card: string, end: number, why: string[] = [], passes = false) => {
    // nobody knows yet whether the days on its way are worked: that stays
    const stays = end >= KNOWN_UNTIL ? ['provisional'] : [];
    const held = [[...why, ...stays].sort(), ...(passes ? [stays] : [])];
    for (const each of held)
      one.truth.push(`${one.number}${card}: ${each.length > 0 ? `held ${each.join(', ')}` : 'issued'}`);
  };

  const fates: ((day: number) => void)[] = [
    (day) => add(day, 'in-time', { finishedAt: on(day + whole(1, PROMISED), '10:00') }),
    (day) => {
      const one = add(day, 'late', { finishedAt: on(day + PROMISED + whole(1, 14), '10:00') });
      due(one, ' yellow', closing(day + PROMISED));
    },
    (day) => {
      const one = add(day, 'very-late', { finishedAt: on(day + STATUTORY + whole(1, 4), '10:00') });
      due(one, ' yellow', closing(day + PROMISED));
      due(one, ' red', closing(day + STATUTORY));
    },
    // it stands from one closing to another, twice at once for a part of it
    (day) => {
      const [from, lasts, over] = [day + whole(1, 4), whole(2, 6), whole(0, 1)];
      const pauses = [{ from: closing(from), until: closing(from + lasts), plannedDays: 60 }];
      if (over === 1) pauses.push({ ...pauses[0]!, from: closing(from + 1), until: closing(from + lasts + 1) });
      const end = day + PROMISED + lasts + over;
      if (random.chance(0.5)) add(day, 'paused-in-time', { pauses, finishedAt: on(end, '10:00') });
      else due(add(day, 'paused-late', { pauses, finishedAt: on(end + 2, '10:00') }), ' yellow', closing(end));
    },
    // the procedure itself takes longer than was planned for it
    (day) => {
      const pauses = [{ from: closing(day + 1), until: closing(day + 6), plannedDays: 2 }];
      const one = add(day, 'overrun', { pauses, finishedAt: on(day + 8, '10:00') });
      due(one, '#1 yellow', closing(day + 3));
      due(one, '#1 red', closing(day + 4));
    },
    // the clock is stopped only when it is late: an excuse that passes
    (day) => {
      const end = day + PROMISED;
      const pauses = [{ from: on(end, '17:15'), until: closing(end + 3), plannedDays: 60 }];
      due(
        add(day, 'stopped-late', { pauses, finishedAt: on(end + 5, '10:00') }),
        ' yellow',
        closing(end),
        ['stands'],
        true,
      );
    },
    (day) => {
      const done = day + PROMISED + whole(2, 6);
      const one = add(day, 'backfilled', { finishedAt: on(done, '10:00'), firstTold: done + 1 });
      due(one, ' yellow', closing(day + PROMISED), ['late-data']);
    },
    (day) => {
      const done = day + STATUTORY + whole(1, 3);
      const one = add(day, 'backfilled-very-late', { finishedAt: on(done, '10:00'), firstTold: done + 1 });
      due(one, ' red', closing(day + STATUTORY), ['late-data']);
    },
    // two and ten hours of working time, from 16:00: until 10:00 of the next day, and 11:30 of the one after
    (day) => {
      const told = { item: 'refund' as const, acceptedAt: on(day, '16:00') };
      add(day, 'hours-in-time', { ...told, finishedAt: on(day + 1, '09:50') });
      due(add(day, 'hours-late', { ...told, finishedAt: on(day + 1, '14:00') }), ' yellow', on(day + 1, '10:00'));
      const very = add(day, 'hours-very-late', { ...told, finishedAt: on(day + 2, '15:00') });
      due(very, ' yellow', on(day + 1, '10:00'));
      due(very, ' red', on(day + 2, '11:30'));
    },
  ];
  for (let day = first; day + SETTLED <= last; day += 1) for (const fate of fates) fate(day);

  // a cut cable within the limit excuses; before it and after it, it does not
  for (const [day, why] of [
    ...[first, first + 2, first + 3].map((day) => [day, ['outage']] as const),
    ...[first + 4, first + 5].map((day) => [day, []] as const),
  ]) {
    const told = { source: 'counter-system', finishedAt: on(day + PROMISED + 3, '10:00') } as const;
    due(add(day, 'counter-late', told), ' yellow', closing(day + PROMISED), [...why]);
  }
  // a system that says nothing may have finished in time, and one of two has
  for (const day of [first + 2, first + 3]) {
    const told = { source: 'street-system' } as const;
    const well = add(day, 'silent-in-time', { ...told, finishedAt: on(day + PROMISED, '10:00') });
    due(well, ' yellow', closing(day + PROMISED), ['silent']);
    const late = add(day, 'silent-late', { ...told, finishedAt: on(year.silent.until + 3, '10:00') });
    due(late, ' yellow', closing(day + PROMISED), ['silent'], true);
  }
  // what a system has in its cellar, all at once on the first evening
  for (let n = 0; n < 8; n += 1) {
    const acceptedAt = on(first, '09:30') - (120 + n * 9) * DAY_MS;
    due(add(first, 'cellar', { acceptedAt, finishedAt: acceptedAt + 90 * DAY_MS }), ' red', acceptedAt, ['late-data']);
  }
  return year;
}
