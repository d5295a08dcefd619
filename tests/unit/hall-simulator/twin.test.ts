import { describe, expect, it } from 'vitest';
import { HallTwin, type Notice } from '../../../devices/simulators/hall/twin.ts';
import type { SimulatedHall } from '../../../devices/simulators/city.ts';

const extras: ('rater' | 'seat')[] = ['rater', 'seat'];
const hall: SimulatedHall = {
  id: 'test',
  region: 'test',
  seed: 7,
  queues: [
    { id: 'soc', prefix: 'A', arrivalsPerHour: 40, meanServiceMin: 8 },
    { id: 'tax', prefix: 'B', arrivalsPerHour: 20, meanServiceMin: 6 },
  ],
  windows: [
    ...['w01', 'w02', 'w03', 'w04', 'w05', 'w06'].map((id) => ({
      id,
      label: id.slice(1),
      queueIds: ['soc'],
      staff: `u-${id}`,
      extras,
    })),
    ...['w07', 'w08', 'w09'].map((id) => ({
      id,
      label: id.slice(1),
      queueIds: ['tax', 'soc'],
      staff: `u-${id}`,
      extras,
    })),
    { id: 'w10', label: '10', queueIds: ['tax'], staff: null, extras },
  ],
  kiosks: ['k1', 'k2'],
};

function openTwin(changes: { seed?: number; walkOffEverySec?: number; openingCrowd?: number } = {}): {
  twin: HallTwin;
  notices: Notice[];
} {
  const twin = new HallTwin({
    hall: { ...hall, seed: changes.seed ?? hall.seed },
    hourAt: () => 10,
    wallAt: (sec) => 1_700_000_000_000 + sec * 1000,
    walkOffEverySec: changes.walkOffEverySec ?? 0,
    openingCrowd: changes.openingCrowd ?? 0,
  });
  const notices: Notice[] = [];
  twin.noticed.on((notice) => notices.push(notice));
  twin.open();
  return { twin, notices };
}

const DAY = 8 * 3600;

describe('hall twin', () => {
  it('is the same hall for the same seed, and another for another', () => {
    const [a, b, c] = [openTwin(), openTwin(), openTwin({ seed: 8 })];
    for (const { twin } of [a, b, c]) twin.advanceTo(3600);
    expect(a.notices).toEqual(b.notices);
    expect(a.notices).not.toEqual(c.notices);
  });

  it('does not depend on how time is sliced', () => {
    const [whole, sliced] = [openTwin(), openTwin()];
    whole.twin.advanceTo(3600);
    for (let sec = 0; sec <= 3600; sec += 0.7) sliced.twin.advanceTo(sec);
    sliced.twin.advanceTo(3600);
    expect(sliced.notices).toEqual(whole.notices);
  });

  it('loses nobody: whoever arrived waits, is at a window, or has left', () => {
    const { twin } = openTwin({ walkOffEverySec: 900, openingCrowd: 15 });
    twin.advanceTo(DAY);
    const { truth } = twin;
    const waiting = twin.waiting('soc') + twin.waiting('tax');
    const atWindow = hall.windows.filter(({ id }) => twin.ticketAt(id) !== null).length;
    const left = truth.count('completed') + truth.count('skipped') + truth.count('gave-up');
    expect(truth.count('arrived')).toBe(waiting + atWindow + left);
    expect(twin.inside).toBe(waiting + atWindow);
    expect(truth.count('arrived')).toBeGreaterThan(300);
  });

  it('sees arrivals at about the rate that was asked for', () => {
    const { twin } = openTwin();
    twin.advanceTo(DAY);
    expect(twin.truth.count('arrived') / 8).toBeGreaterThan(50);
    expect(twin.truth.count('arrived') / 8).toBeLessThan(70);
  });

  it('lets a clerk walk off an open window and come back, and knows it', () => {
    const { twin, notices } = openTwin({ openingCrowd: 30 });
    twin.advanceTo(600);
    expect(twin.view('w03').staffPresent).toBe(true);
    expect(twin.walkOff('w03', 120)).toBe(true);
    expect(twin.view('w03')).toMatchObject({ staffPresent: false });
    expect(twin.view('w03').windowState).not.toBe('closed');
    twin.advanceTo(719);
    expect(twin.view('w03').staffPresent).toBe(false);
    twin.advanceTo(721);
    expect(twin.view('w03').staffPresent).toBe(true);
    expect(twin.truth.absences()).toEqual([{ window: 'w03', from: 600, to: 720 }]);
    const seats = notices.filter(
      (n) => n.device === 'window' && n.window === 'w03' && n.action.type.startsWith('seat'),
    );
    expect(seats.map((n) => n.device === 'window' && n.action.type)).toEqual(['seat-taken', 'seat-left', 'seat-taken']);
  });

  it('serves nobody from an empty seat', () => {
    const { twin, notices } = openTwin({ openingCrowd: 40 });
    twin.advanceTo(300);
    twin.walkOff('w01', 1800);
    const from = notices.length;
    twin.advanceTo(2000);
    const work = notices.slice(from).filter((n) => n.device === 'window' && n.window === 'w01');
    expect(work).toEqual([]);
  });

  it('refuses a walk-off where nobody sits', () => {
    const { twin } = openTwin();
    twin.advanceTo(300);
    expect(twin.walkOff('w10', 60)).toBe(false);
    expect(twin.walkOff('nowhere', 60)).toBe(false);
  });

  it('calls in order: within a queue nobody ordinary is called before one who came earlier', () => {
    const { notices, twin } = openTwin({ openingCrowd: 20 });
    twin.advanceTo(DAY);
    const called = notices.flatMap((n) =>
      n.device === 'window' && n.action.type === 'called' ? [n.action.ticket] : [],
    );
    for (const queue of ['soc', 'tax']) {
      const times = called.filter((t) => t.queue === queue && !t.priority).map((t) => t.issuedAt);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.length).toBeGreaterThan(50);
    }
  });

  it('fills the queue in a rush', () => {
    const { twin } = openTwin();
    twin.advanceTo(600);
    const before = twin.waiting('tax');
    twin.rush('tax', 50);
    twin.advanceTo(740);
    expect(twin.waiting('tax')).toBeGreaterThan(before + 30);
  });

  it('goes home when the doors close', () => {
    const { twin } = openTwin({ openingCrowd: 10 });
    twin.advanceTo(1200);
    twin.close();
    const arrived = twin.truth.count('arrived');
    twin.advanceTo(3 * 3600);
    expect(hall.windows.every(({ id }) => twin.view(id).windowState === 'closed')).toBe(true);
    expect(twin.truth.count('arrived')).toBe(arrived);
  });

  it('leaves nobody behind when the hall is evacuated', () => {
    const { twin, notices } = openTwin({ openingCrowd: 60 });
    twin.advanceTo(300);
    const waiting = twin.waiting('soc') + twin.waiting('tax');
    expect(waiting).toBeGreaterThan(10);
    const from = notices.length;
    twin.evacuate();
    const after = notices.slice(from);
    expect(after.filter((n) => n.device === 'kiosk' && n.type === 'cancelled')).toHaveLength(waiting);
    expect(twin.inside).toBe(0);
    expect(hall.windows.every(({ id }) => twin.view(id).windowState === 'closed')).toBe(true);
    twin.advanceTo(3600);
    expect(twin.truth.count('arrived')).toBe(
      twin.truth.count('completed') + twin.truth.count('skipped') + twin.truth.count('gave-up'),
    );
  });
});
