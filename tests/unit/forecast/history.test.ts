import { describe, expect, it } from 'vitest';
import type { QueueSums } from '#contract/figures.ts';
import { dayAt, History, issuedOn, slotsBefore, slotsFrom } from '../../../server/features/forecast/history.ts';
import { at, minutes, TEN } from '../../helpers/hall-fixture.ts';

const zone = 'Asia/Shanghai';
const midnight = TEN - minutes(600);
const sums = (from: number, issued: number, queueId = 'soc') => ({ from: at(from), queueId, issued }) as QueueSums;
const kindOf = (day: string) => (day === '2026-03-08' ? 'rest' : 'working');

describe('the days before today', () => {
  it('are told apart by local date, kind and weekday', () => {
    expect(dayAt(midnight, zone, kindOf)).toEqual({ kind: 'working', weekday: 1 });
    expect(dayAt(midnight - 1, zone, kindOf)).toEqual({ kind: 'rest', weekday: 7 });
  });

  it('make a typical day, in which people come when they came', () => {
    const day = (back: number) => {
      const ten = TEN - minutes(back * 1440);
      return [sums(ten, 8), sums(ten + minutes(180), 0)];
    };
    const tried = [sums(TEN - minutes(1440), 50), sums(TEN - minutes(1400), 50)];
    const history = new History([...day(3), ...day(2), ...tried], zone, kindOf);
    // The last was forty minutes long: the hall was being tried.
    expect(history.days).toBe(2);
    const typical = history.typical('soc', { kind: 'working', weekday: 5 })!;
    // A slot is drawn together with its neighbours; nobody is lost by it.
    expect(typical.indexOf(Math.max(...typical))).toBe(120);
    expect(typical.reduce((sum, people) => sum + people, 0)).toBeGreaterThan(6);
    expect(history.typical('tax', { kind: 'working', weekday: 5 })!.every((people) => people === 0)).toBe(true);
  });

  it('know nothing where there were none', () => {
    expect(new History([], zone, kindOf).typical('soc', { kind: 'working', weekday: 1 })).toBeNull();
  });
});

describe('today', () => {
  it('counts what was issued in each slot', () => {
    const issued = issuedOn([sums(TEN, 3), sums(TEN, 2, 'tax'), sums(TEN + minutes(5), 1)], midnight);
    expect(issued.get('soc')!.slice(119, 123)).toEqual([0, 3, 1, 0]);
    expect(issued.get('tax')![120]).toBe(2);
  });

  it('goes on in the midst of a slot, and what is over is whole slots', () => {
    expect(slotsFrom([4, 8, 0], minutes(2.5))).toEqual([6, 4, 0]);
    expect(slotsBefore([4, 8, 0], minutes(7.5))).toEqual([4]);
  });
});
