import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { LimitClock } from '../../../server/features/cases/limits/limit-clock.ts';
import { countedLimit } from '../../../server/features/cases/limits/trace.ts';
import { at, clockOf, places, shown } from './limit-stage.ts';

describe('so many working days before and after the end', () => {
  it.each([
    ['03-09 10:00', '5 d', -2, '03-12 17:00', 'Mon 16, Fri 13, Thu 12'],
    ['03-09 10:00', '5 d', 1, '03-17 17:00', 'the day after'],
    ['03-09 10:00', '2 d', -2, '03-09 17:00', 'Wed 11, Tue 10: when work ends on the day of acceptance'],
    ['03-09 10:00', '1 d', -2, '03-09 10:00', 'never before acceptance'],
    ['02-13 10:00', '2 d', -1, '02-14 17:00', 'over the Spring Festival back to the make-up day'],
    ['09-29 10:00', '1 d', 1, '10-08 17:00', 'Wed 30, and on over the National Day'],
    ['03-09 09:00', '1170 m', -2, '03-09 17:00', '19.5 h end Wed 17:00; two days before that, Mon 17:00'],
    ['03-09 09:00', '780 m', -2, '03-09 09:00', '13 h are two days: at acceptance'],
    ['03-09 10:00', '600 m', -1, '03-09 15:00', '10 h end Tue 15:00; a day before, the same time'],
    ['03-09 10:00', '600 m', 1, '03-11 15:00', 'a day after, the same time'],
    ['03-12 10:00', '600 m', 1, '03-16 15:00', 'Fri 15:00; Saturday service is none; Mon 15:00'],
  ])('%s and %s, %i: %s (%s)', (accepted, limit, shift, expected) => {
    const { clock, count } = clockOf(accepted, limit);
    expect(shown(clock.ending(count, shift).at)).toBe(expected);
  });
});

describe('overage', () => {
  const late = (accepted: string, limit: string, finished: string, stops: string[] = []) => {
    const { clock, count } = clockOf(accepted, limit, stops);
    return clock.overage(count, at(finished));
  };

  it.each([
    ['03-16 17:00', 0, 'in the last second'],
    ['03-16 17:00:01', 1, 'one second late is one day'],
    ['03-17 17:00', 1, 'to the end of the next working day'],
    ['03-17 17:00:01', 2, 'and one more'],
    ['03-21 10:00', 5, 'on a Saturday: 17, 18, 19, 20 and the Monday that begins'],
    ['03-23 17:00', 5, 'Monday'],
  ])('of five days from Monday 9 March, finished %s: %i (%s)', (finished, days) => {
    expect(late('03-09 10:00', '5 d', finished)).toBe(days);
  });

  it('counts working days over holidays, and make-up days among them', () => {
    expect(late('09-29 10:00', '1 d', '10-08 10:00')).toBe(1);
    expect(late('02-12 10:00', '1 d', '02-14 10:00')).toBe(1);
    expect(late('02-12 10:00', '1 d', '02-24 10:00')).toBe(2);
  });

  it('is none for the time that a special procedure takes after the end', () => {
    expect(late('03-09 10:00', '5 d', '03-19 10:00', ['03-17 09:00 – 03-18 17:00'])).toBe(1);
    expect(late('03-09 10:00', '5 d', '03-19 10:00')).toBe(3);
    expect(late('03-09 10:00', '5 d', '06-01 10:00', ['03-10 10:00'])).toBe(0);
  });

  it('of working seconds is told in days as well', () => {
    expect(late('03-09 09:00', '1 h', '03-09 10:00')).toBe(0);
    expect(late('03-09 09:00', '1 h', '03-09 10:00:01')).toBe(1);
    expect(late('03-09 09:00', '1 h', '03-10 10:00')).toBe(1);
    expect(late('03-09 09:00', '1 h', '03-10 10:00:01')).toBe(2);
  });

  it('finds years as well as days', () => {
    expect(late('2024-03-04 10:00', '1 d', '2026-03-09 10:00')).toBeGreaterThan(490);
  });
});

describe('the trace', () => {
  const rowsOf = (accepted: string, limit: string, stops: string[] = []) => {
    const { clock, count } = clockOf(accepted, limit, stops);
    return countedLimit(clock, count).trace.map(
      ({ day, because, counted, total }) => `${day.slice(5)} ${because} ${+counted.toFixed(3)} ${+total.toFixed(3)}`,
    );
  };

  it('has a row for each day, from acceptance to the end', () => {
    expect(rowsOf('02-12 10:00', '3 d')).toEqual([
      '02-12 accepted 0 0',
      '02-13 counted 1 1',
      '02-14 counted 1 2',
      ...['15', '16', '17', '18', '19', '20', '21', '22', '23'].map((day) => `02-${day} not-working 0 2`),
      '02-24 counted 1 3',
    ]);
  });

  it('says which part of a day the clock stood', () => {
    const stops = ['03-10 10:00 – 03-12 10:00', '03-16 10:00 – 03-16 11:00'];
    expect(rowsOf('03-09 16:00', '2 d', stops)).toEqual([
      '03-09 accepted 0 0',
      '03-10 part 0.154 0.154',
      '03-11 stopped 0 0.154',
      '03-12 part 0.846 1',
      '03-13 counted 1 2',
    ]);
    expect(rowsOf('03-13 16:00', '2 h', stops)).toEqual([
      '03-13 counted 3600 3600',
      '03-14 not-working 0 3600',
      '03-15 not-working 0 3600',
      '03-16 part 3600 7200',
    ]);
  });

  it('goes on over days on which the limit could not end, as its clock stood', () => {
    expect(rowsOf('03-09 10:00', '1 d', ['03-10 11:00 – 03-10 12:00', '03-11 15:00 – 03-12 10:00'])).toEqual([
      '03-09 accepted 0 0',
      '03-10 part 0.846 0.846',
      '03-11 part 0.154 1',
      '03-12 part 0 1',
    ]);
  });

  it('names holidays, the notice that says so, and the hours', () => {
    const { clock, count } = clockOf('09-30 10:00', '1 d', ['10-08 11:00 – 10-08 12:00']);
    const trace = countedLimit(clock, count).trace;
    expect(trace[1]).toMatchObject({ kind: 'holiday', name: { zh: '国庆节' }, provisional: false, hours: [] });
    expect(trace[1]!.noticeId).not.toBeNull();
    expect(trace[8]!.hours).toHaveLength(2);
    expect(trace[8]!.stopped).toEqual([{ from: '2026-10-08T03:00:00.000Z', until: '2026-10-08T04:00:00.000Z' }]);
  });
});

describe('whatever happens', () => {
  const start = at('01-05 00:00');
  const minute = fc.integer({ min: 0, max: 330 * 1440 }).map((minutes) => start + minutes * 60_000);
  const stop = fc.tuple(minute, fc.integer({ min: 0, max: 30 * 1440 })).map(([from, length]) => ({
    from,
    until: from + length * 60_000,
  }));
  const stops = fc.array(stop, { maxLength: 5 });
  const limit = fc.oneof(
    fc.record({ counting: fc.constant('day' as const), count: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ counting: fc.constant('second' as const), count: fc.integer({ min: 1, max: 400_000 }) }),
  );
  const clock = (acceptedAt: number, counting: 'day' | 'second', stops: { from: number; until: number }[]) =>
    new LimitClock({ acceptedAt, counting, stops, time: places.hall });

  it('no limit ends before acceptance, nor while its clock stands', () => {
    fc.assert(
      fc.property(
        minute,
        limit,
        stops,
        fc.integer({ min: -3, max: 3 }),
        (accepted, { counting, count }, stops, shift) => {
          const of = clock(accepted, counting, stops);
          const end = of.ending(count, shift);
          expect(end.is).toBe('due');
          expect(end.at).toBeGreaterThanOrEqual(accepted);
          // an instant that lies before the count began is that of acceptance itself
          if (end.at > accepted) {
            expect(of.standing.some(({ from, until }) => from < end.at && end.at < until)).toBe(false);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('a longer limit, a later acceptance and a later shift never end earlier', () => {
    const more = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(minute, limit, stops, more, more, (accepted, { counting, count }, stops, longer, later) => {
        const of = clock(accepted, counting, stops);
        const end = of.ending(count).at;
        expect(of.ending(count + (counting === 'day' ? longer % 10 : longer)).at).toBeGreaterThanOrEqual(end);
        expect(clock(accepted + later * 60_000, counting, stops).ending(count).at).toBeGreaterThanOrEqual(end);
        expect(of.ending(count, 1).at).toBeGreaterThanOrEqual(end);
        expect(of.ending(count, -1).at).toBeLessThanOrEqual(end);
      }),
      { numRuns: 150 },
    );
  });

  it('a special procedure never shortens a limit, and its order and repetition change nothing', () => {
    fc.assert(
      fc.property(minute, limit, stops, stop, (accepted, { counting, count }, stops, another) => {
        const end = clock(accepted, counting, stops).ending(count).at;
        const with_ = clock(accepted, counting, [...stops, another]).ending(count).at;
        expect(with_).toBeGreaterThanOrEqual(end);
        expect(clock(accepted, counting, [another, ...stops, another].reverse()).ending(count).at).toBe(with_);
      }),
      { numRuns: 150 },
    );
  });

  it('what is late is late by at least a day, and grows with time', () => {
    fc.assert(
      fc.property(minute, limit, stops, minute, minute, (accepted, { counting, count }, stops, a, b) => {
        const of = clock(accepted, counting, stops);
        const [first, second] = [of.overage(count, Math.min(a, b)), of.overage(count, Math.max(a, b))];
        expect(first).toBeGreaterThanOrEqual(0);
        expect(second).toBeGreaterThanOrEqual(first);
        expect(second > 0).toBe(Math.max(a, b) > of.ending(count).at);
      }),
      { numRuns: 80 },
    );
  });

  it('a limit ends where it ends, whether it is walked to for its trace or known from another case', () => {
    fc.assert(
      fc.property(minute, limit, (accepted, { counting, count }) => {
        const walked = clock(accepted, counting, []).ending(count, 0, () => undefined);
        const of = () => clock(accepted, counting, []).ending(count);
        expect([of(), of()]).toEqual([walked, walked]);
      }),
    );
  });

  it('the trace adds up to the limit', () => {
    fc.assert(
      fc.property(minute, limit, stops, (accepted, { counting, count }, stops) => {
        const counted = countedLimit(clock(accepted, counting, stops), count);
        expect(counted.trace.at(-1)!.total).toBeCloseTo(count, 6);
        expect(counted.trace.every(({ counted }) => counted >= 0)).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});
