import { beforeEach, describe, expect, it } from 'vitest';
import type { HallDelta, HallLive, WindowLive } from '#contract/hall-state.ts';
import { seatViewOf } from '#contract/seats.ts';
import type { Terminal } from '#contract/terminals.ts';
import { ManualClock } from '#lib/clock.ts';
import { hall, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { HallKeeper } from '../../../server/features/queues/hall-keeper.ts';
import { newHallState } from '../../../server/features/queues/hall-reducer.ts';
import { event, issued, ticket } from './events.ts';

const terminal = (kind: Terminal['kind'], deviceId: string, change: Partial<Terminal> = {}): Terminal => ({
  hallId: hall.id,
  kind,
  deviceId,
  windowId: 'w01',
  name: '',
  model: '',
  firmware: '',
  link: 'online',
  lastHeardAt: new Date(TEN).toISOString(),
  clockSkewMs: 0,
  missingEvents: 0,
  keyIssuedAt: null,
  ...change,
});

const login = (second: number, window = 'w01') => event(second, { type: 'staff.login', window, staff: 'u1' });
const seatEmpty = (second: number) => ({
  ...event(second, { type: 'seat.empty' as const }, 'seat-1'),
  windowId: 'w01',
});

describe('the keeper of a hall', () => {
  let clock: ManualClock;
  let terminals: Terminal[];
  let keeper: HallKeeper;

  beforeEach(() => {
    clock = new ManualClock(TEN);
    terminals = [
      terminal('caller', 'd1'),
      terminal('sensor', 'seat-1'),
      terminal('sensor', 'door', { windowId: null }),
    ];
    keeper = new HallKeeper(hall, newHallState(hall.timeZone, TEN), {
      clock,
      terminals: {
        all: () => terminals,
        find: (kind, deviceId) => terminals.find((one) => one.kind === kind && one.deviceId === deviceId),
      },
    });
    keeper.delta();
  });

  const change = (deviceId: string, to: Partial<Terminal>) => {
    terminals = terminals.map((one) => (one.deviceId === deviceId ? { ...one, ...to } : one));
    keeper.touchAll();
  };

  it('tells only the rows that changed, and counts its deltas', () => {
    keeper.event(issued(0, 'A1'));
    const delta = keeper.delta()!;
    expect(delta).toMatchObject({ hallId: hall.id, queues: [{ queueId: 'soc', waiting: 1 }] });
    expect(delta.windows).toBeUndefined();
    expect(delta.terminals).toBeUndefined();
    expect(keeper.delta()).toBeNull();
    keeper.event(login(1));
    expect(keeper.delta()).toMatchObject({
      revision: delta.revision + 1,
      windows: [{ windowId: 'w01', state: 'idle' }],
    });
  });

  it('tells nothing of what changes nothing', () => {
    const once = issued(0, 'A1');
    keeper.event(once);
    keeper.delta();
    keeper.event(once);
    expect(keeper.delta()).toBeNull();
  });

  it('counts a staffed window in each of its queues, unless its seat is empty', () => {
    const staffed = () => keeper.live().queues.map(({ staffedWindows }) => staffedWindows);
    keeper.event(login(0));
    keeper.event(login(0, 'w02'));
    expect(keeper.delta()!.queues?.map(({ staffedWindows }) => staffedWindows)).toEqual([2, 1]);
    keeper.event(seatEmpty(10));
    expect(keeper.delta()).toMatchObject({
      windows: [{ seat: 'empty' }],
      queues: [{ queueId: 'soc', staffedWindows: 1 }],
    });
    keeper.event(event(20, { type: 'window.paused', window: 'w02', reason: 'lunch' }));
    keeper.delta();
    expect(staffed()).toEqual([0, 0]);
  });

  it('shows the last known state of a lost caller as stale', () => {
    keeper.event(login(0));
    keeper.delta();
    change('d1', { link: 'lost' });
    expect(keeper.delta()).toMatchObject({
      windows: [{ windowId: 'w01', state: 'idle', stale: true }],
      terminals: { lost: 1 },
    });
  });

  it('takes what a caller kept while it was offline for how things were, until it says how they are', () => {
    keeper.event({ ...login(-3600), backfilled: true });
    expect(keeper.delta()).toMatchObject({ windows: [{ windowId: 'w01', state: 'idle', stale: true }] });
    keeper.event(ticket(0, 'called', 'A1'));
    expect(keeper.delta()).toMatchObject({ windows: [{ windowId: 'w01', state: 'calling', stale: false }] });
  });

  it('does not believe a sensor that is lost, gone or moved', () => {
    keeper.event(seatEmpty(0));
    expect(keeper.live().windows[0]).toMatchObject({ seat: 'empty', seatSince: new Date(TEN).toISOString() });
    for (const to of [{ link: 'lost' }, { link: 'online', windowId: 'w02' }] as const) {
      change('seat-1', to);
      expect(keeper.live().windows[0]).toMatchObject({ seat: 'unknown', seatSince: null });
    }
  });

  it('has an empty seat where sensor or camera says so, and believes a camera until it takes that back', () => {
    const seen = (second: number, type: 'seat.occupied' | 'seat.empty' | 'seat.unknown', device = seatViewOf('w01')) =>
      keeper.event({ ...event(second, { type }, device), windowId: 'w01' });
    const seat = () => {
      const [{ seat, seatSince }] = keeper.live().windows as [WindowLive];
      return [seat, seatSince && (Date.parse(seatSince) - TEN) / 1000];
    };
    seen(0, 'seat.occupied', 'seat-1');
    seen(5, 'seat.occupied');
    expect(seat()).toEqual(['occupied', 5]);
    seen(10, 'seat.empty');
    expect(seat()).toEqual(['empty', 10]);
    seen(20, 'seat.empty', 'seat-1');
    expect(seat()).toEqual(['empty', 10]);
    seen(30, 'seat.unknown');
    expect(seat()).toEqual(['empty', 20]);
    change('seat-1', { link: 'lost' });
    expect(seat()).toEqual(['unknown', null]);
  });

  it('adds up the people that its sensors count, and knows none when they are lost', () => {
    expect(keeper.live().inside).toBeNull();
    keeper.inside({ hallId: hall.id, deviceId: 'door', inside: 84, at: TEN });
    expect(keeper.delta()).toMatchObject({ inside: 84 });
    change('door', { link: 'lost' });
    expect(keeper.delta()).toMatchObject({ inside: null });
  });

  it('lets an hour pass, and the day end', () => {
    keeper.event(issued(0, 'A1'));
    keeper.event(ticket(60, 'called', 'A1'));
    keeper.event(issued(60, 'A2'));
    keeper.delta();
    clock.advance(minutes(62));
    keeper.tick();
    expect(keeper.delta()).toMatchObject({ queues: [{ queueId: 'soc', servedWaitSec: null, waiting: 1 }] });
    clock.advance(minutes(14 * 60));
    keeper.tick();
    expect(keeper.delta()).toMatchObject({ queues: [{ queueId: 'soc', waiting: 0, issuedToday: 0 }] });
    expect(keeper.live().windows[0]).toMatchObject({ state: 'calling', ticketNo: 'A1' });
  });

  it('tells deltas that, put onto what was told first, give the live state', () => {
    let told: HallLive = keeper.live();
    const take = (delta: HallDelta | null) => {
      if (delta === null) return;
      const { windows = [], queues = [], inside = told.inside, terminals: count = told.terminals, ...rest } = delta;
      told = {
        ...rest,
        inside,
        terminals: count,
        windows: told.windows.map((row) => windows.find(({ windowId }) => windowId === row.windowId) ?? row),
        queues: told.queues.map((row) => queues.find(({ queueId }) => queueId === row.queueId) ?? row),
      };
    };
    for (const each of [
      issued(0, 'A1'),
      login(1),
      login(2, 'w02'),
      ticket(3, 'called', 'A1'),
      seatEmpty(4),
      ticket(5, 'started', 'A1'),
    ]) {
      keeper.event(each);
      take(keeper.delta());
      clock.advance(1_000);
    }
    expect(told).toEqual({ ...keeper.live(), at: told.at });
  });

  it('sums a hall up', () => {
    keeper.event(issued(0, 'A1'));
    keeper.event(login(0));
    expect(keeper.summary()).toEqual({
      hallId: hall.id,
      waiting: 1,
      longestSince: new Date(TEN).toISOString(),
      windowsOpen: 1,
      windowsTotal: 2,
      inside: null,
      terminalsLost: 0,
    });
  });
});
