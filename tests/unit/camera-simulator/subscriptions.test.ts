import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { EventBoard } from '../../../devices/simulators/camera/device/event-board.ts';
import { MAX_SUBSCRIPTIONS, Subscriptions } from '../../../devices/simulators/camera/onvif/subscriptions.ts';

let clock: ManualClock;
let board: EventBoard;
let points: Subscriptions;
let listened: boolean[];

beforeEach(() => {
  clock = new ManualClock(1000);
  board = new EventBoard();
  listened = [];
  points = new Subscriptions({ clock, now: () => clock.now(), board, onListened: (is) => listened.push(is) });
});

const topics = async (pulled: ReturnType<Subscriptions['pull']>) =>
  (await pulled)?.notifications.map(({ topic, operation }) => `${operation} ${topic.replace(/^.*\//, '')}`);

describe('a pull point', () => {
  it('tells how everything is, then what changes', async () => {
    const { id } = points.create(60_000)!;
    expect(await topics(points.pull(id, 1000, 2))).toEqual(['Initialized Motion', 'Initialized Tamper']);
    await points.pull(id, 1000, 100);
    board.trigger('digital-input', true);
    board.trigger('digital-input', true);
    expect(await topics(points.pull(id, 1000, 100))).toEqual(['Changed DigitalInput']);
  });

  it('waits for something to tell, but not longer than asked', async () => {
    const { id } = points.create(60_000)!;
    await points.pull(id, 0, 100);
    const first = topics(points.pull(id, 5000, 100));
    board.trigger('tamper', true);
    expect(await first).toEqual(['Changed Tamper']);
    const second = topics(points.pull(id, 5000, 100));
    clock.advance(5000);
    expect(await second).toEqual([]);
  });

  it('ends when its time is over, unless it is renewed', async () => {
    const { id } = points.create(10_000)!;
    clock.advance(9000);
    expect(points.renew(id, 10_000)?.until).toBe(20_000);
    clock.advance(9000);
    const waiting = points.pull(id, 1, 100);
    await waiting;
    clock.advance(1000);
    expect(await points.pull(id, 0, 100)).toBeNull();
    expect(listened).toEqual([true, false]);
  });

  it('holds a bounded amount, as there are a bounded number of them', async () => {
    const { id } = points.create(60_000)!;
    for (let turn = 0; turn < 600; turn++) board.motion(turn % 2 === 0);
    expect((await points.pull(id, 0, 1000))!.notifications.length).toBe(256);
    for (let more = 1; more < MAX_SUBSCRIPTIONS; more++) expect(points.create(1000)).not.toBeNull();
    expect(points.create(1000)).toBeNull();
  });
});
