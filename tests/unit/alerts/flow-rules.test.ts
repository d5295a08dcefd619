import { describe, expect, it } from 'vitest';
import type { HallLive } from '#contract/hall-state.ts';
import { hallCrowding } from '../../../server/features/alerts/rules/hall-crowding.ts';
import { idleWithQueue } from '../../../server/features/alerts/rules/idle-with-queue.ts';
import { pauseOverrun } from '../../../server/features/alerts/rules/pause-overrun.ts';
import { ofHall } from '../../../server/features/alerts/condition.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { queueOverflow } from '../../../server/features/alerts/rules/queue-overflow.ts';
import { at, hallView, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const timing = { ladder: [{ afterSec: 300, severity: 'yellow' as const }], clearAfterSec: 0 };

describe('queue overflow', () => {
  const judge = (live: Partial<HallLive>, held: number | null = null) =>
    findings(queueOverflow, hallView(live), { ...timing, perWindow: 10 }, () => held)[0]!;
  const crowd = (waiting: number, staffedWindows: number) => ({ queues: [queueRow({ waiting, staffedWindows })] });

  it('is more people than the limit for each staffed window', () => {
    expect(judge(crowd(20, 2)).condition).toEqual({ is: 'absent', since: null, beginsAt: null });
    expect(judge(crowd(21, 2))).toMatchObject({
      condition: { is: 'present', since: TEN, armed: true },
      facts: { waiting: 21, staffedWindows: 2 },
    });
  });

  it('counts a queue that nobody serves as one window has it', () => {
    expect(judge(crowd(10, 0)).condition.is).toBe('absent');
    expect(judge(crowd(11, 0)).condition.is).toBe('present');
  });

  it('goes on since it was first seen', () => {
    expect(judge(crowd(30, 1), TEN - minutes(4)).condition).toMatchObject({ since: TEN - minutes(4) });
  });

  it('is unknown where nothing is known of the queue, or every caller of it is lost', () => {
    expect(judge({ queues: [] }).condition.is).toBe('unknown');
    const windows = [windowRow({ stale: true }), windowRow({ windowId: 'w02', stale: true })];
    expect(judge({ ...crowd(30, 1), windows }).condition.is).toBe('unknown');
  });
});

describe('idle with queue', () => {
  const judge = (window: Parameters<typeof windowRow>[0], waitingMin: number | null, held: number | null = null) => {
    const waiting = waitingMin === null ? {} : { waiting: 2, longestSince: at(TEN - minutes(waitingMin)) };
    const live = { windows: [windowRow(window)], queues: [queueRow(waiting)] };
    return findings(idleWithQueue, hallView(live), timing, () => held)[0]!.condition;
  };
  const idle = (min: number) => ({ state: 'idle' as const, since: at(TEN - minutes(min)) });

  it('lasts since the window became idle or someone came, whichever was later', () => {
    expect(judge(idle(3), 9)).toEqual({ is: 'present', since: TEN - minutes(3), armed: true });
    expect(judge(idle(9), 3)).toEqual({ is: 'present', since: TEN - minutes(3), armed: true });
  });

  it('goes on when another window calls the one who waited longest, and begins anew after a call of its own', () => {
    expect(judge(idle(9), 1, TEN - minutes(4))).toMatchObject({ since: TEN - minutes(4) });
    expect(judge(idle(2), 9, TEN - minutes(4))).toMatchObject({ since: TEN - minutes(2) });
  });

  it('counts from when the clerk is back at his seat', () => {
    const back = { ...idle(9), seatSince: at(TEN - minutes(2)) };
    expect(judge(back, 8)).toEqual({ is: 'present', since: TEN - minutes(2), armed: true });
  });

  it('is over when nobody waits, or the window does anything else', () => {
    expect(judge(idle(3), null).is).toBe('absent');
    for (const state of ['calling', 'serving', 'paused', 'closed'] as const) {
      expect(judge({ ...idle(1), state }, 9)).toEqual({ is: 'absent', since: TEN - minutes(1), beginsAt: null });
    }
  });

  it('is unknown where the caller is lost, and where the seat is empty: that is its cause', () => {
    expect(judge({ ...idle(3), stale: true }, 9).is).toBe('unknown');
    expect(judge({ state: 'unknown' }, 9).is).toBe('unknown');
    expect(judge({ ...idle(3), seat: 'empty' }, 9).is).toBe('unknown');
    expect(judge({ ...idle(3), seat: 'unknown' }, 9).is).toBe('present');
  });
});

describe('pause overrun', () => {
  const judge = (window: Parameters<typeof windowRow>[0]) =>
    findings(pauseOverrun, hallView({ windows: [windowRow(window)] }), { ...timing, unplannedSec: 900 }, () => null)[0]!
      .condition;
  const paused = (min: number, pausePlannedMin: number | null) =>
    ({ state: 'paused', since: at(TEN - minutes(min)), pausePlannedMin }) as const;

  it('begins when the planned pause ends, and knows that beforehand', () => {
    expect(judge(paused(4, 10))).toEqual({ is: 'absent', since: null, beginsAt: TEN + minutes(6) });
    expect(judge(paused(10, 10))).toEqual({ is: 'present', since: TEN, armed: true });
    expect(judge(paused(25, 10))).toEqual({ is: 'present', since: TEN - minutes(15), armed: true });
  });

  it('gives a pause of unknown length what the rule grants', () => {
    expect(judge(paused(14, null))).toMatchObject({ is: 'absent', beginsAt: TEN + minutes(1) });
    expect(judge(paused(16, null))).toMatchObject({ is: 'present', since: TEN - minutes(1) });
  });

  it('is over when the window goes on, and unknown while its caller is lost', () => {
    expect(judge({ state: 'idle', since: at(TEN) })).toEqual({ is: 'absent', since: TEN, beginsAt: null });
    expect(judge({ ...paused(25, 10), stale: true }).is).toBe('unknown');
  });
});

describe('hall crowding', () => {
  const judge = (inside: number | null, held: number | null = null) =>
    findings(hallCrowding, hallView({ inside }), { ...timing, share: 0.8 }, () => held)[0]!;

  it('lasts while more are inside than the share of what the hall holds', () => {
    expect(judge(161)).toEqual({
      subject: ofHall,
      condition: { is: 'present', since: TEN, armed: true },
      facts: { inside: 161, capacity: 200 },
    });
    expect(judge(190, TEN - minutes(3)).condition).toMatchObject({ since: TEN - minutes(3) });
    expect(judge(160).condition.is).toBe('absent');
  });

  it('is unknown while nobody counts', () => {
    expect(judge(null).condition.is).toBe('unknown');
  });
});
