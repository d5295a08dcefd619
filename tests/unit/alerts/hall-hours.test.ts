import { describe, expect, it } from 'vitest';
import { Emitter } from '#lib/emitter.ts';
import { HallHours, hoursAt, withinHours } from '../../../server/features/alerts/hall-hours.ts';
import { hall, minutes, TEN } from '../../helpers/hall-fixture.ts';

const morning = { from: TEN, until: TEN + minutes(120) };
const afternoon = { from: TEN + minutes(180), until: TEN + minutes(420) };

describe('hours of a hall', () => {
  it('name the span that it is open or closed in', () => {
    const begins = TEN - minutes(600);
    const of = (at: number) => hoursAt([morning, afternoon], begins, at);
    expect(of(TEN - 1)).toEqual({ open: false, from: begins, until: TEN });
    expect(of(TEN)).toEqual({ open: true, ...morning });
    expect(of(morning.until)).toEqual({ open: false, from: morning.until, until: afternoon.from });
    expect(of(afternoon.until)).toEqual({ open: false, from: afternoon.until, until: null });
  });

  it('are asked for once a span, and again when the calendar changes', () => {
    const changed = new Emitter<string | null>();
    let asked = 0;
    const spans = () => ((asked += 1), [morning, afternoon]);
    const hours = new HallHours({ calendar: { spans, changed }, halls: { list: () => [hall], get: () => hall } });
    const told: string[] = [];
    hours.changed.on((id) => told.push(id));
    hours.start();
    for (const at of [TEN, TEN + 1, morning.until - 1]) expect(hours.of(hall.id, at)).toMatchObject({ open: true });
    expect(asked).toBe(1);
    expect(hours.of(hall.id, morning.until)).toMatchObject({ open: false });
    changed.emit(null);
    expect(told).toEqual([hall.id]);
    hours.of(hall.id, morning.until);
    expect(asked).toBe(3);
    hours.stop();
  });

  it('make a condition of them: none in a closed hall, and none before the opening', () => {
    const present = { is: 'present', since: TEN - minutes(30), armed: true } as const;
    expect(withinHours(present, { open: true, ...morning })).toEqual({ ...present, since: TEN });
    expect(withinHours(present, { open: false, from: 1, until: TEN })).toEqual({
      is: 'absent',
      since: 1,
      beginsAt: TEN,
    });
    expect(withinHours({ is: 'unknown' }, { open: true, ...morning })).toEqual({ is: 'unknown' });
    expect(withinHours({ is: 'unknown' }, { open: false, from: 1, until: null })).toMatchObject({ is: 'absent' });
  });
});
