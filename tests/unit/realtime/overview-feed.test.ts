import { beforeEach, describe, expect, it } from 'vitest';
import type { HallSummary } from '#contract/hall-state.ts';
import { ManualClock } from '#lib/clock.ts';
import { OverviewFeed } from '../../../server/realtime/overview-feed.ts';

const line = (hallId: string, waiting = 0): HallSummary => ({
  hallId,
  waiting,
  longestSince: null,
  windowsOpen: 0,
  windowsTotal: 2,
  inside: null,
  terminalsLost: 0,
});

describe('overview feed', () => {
  let clock: ManualClock;
  let halls: Map<string, HallSummary>;
  let sent: HallSummary[][];
  let feed: OverviewFeed;

  beforeEach(() => {
    clock = new ManualClock(0);
    halls = new Map(['a', 'b', 'c'].map((id) => [id, line(id)]));
    sent = [];
    feed = new OverviewFeed({ clock, summaries: () => [...halls.values()], send: (lines) => sent.push(lines) });
  });

  it('sends the line of a hall that changed, at once', () => {
    halls.set('b', line('b', 3));
    feed.push('b');
    expect(sent).toEqual([[line('b', 3)]]);
  });

  it('sends the lines of all that changed meanwhile together, as they are then', () => {
    feed.push('a');
    for (let i = 1; i <= 50; i++) {
      halls.set('a', line('a', i));
      feed.push('a');
      feed.push('c');
    }
    clock.advance(250);
    expect(sent.slice(1)).toEqual([[line('a', 50), line('c')]]);
  });

  it('says nothing when the line stayed the same', () => {
    feed.push('a');
    clock.advance(250);
    feed.push('a');
    clock.advance(250);
    expect(sent).toHaveLength(1);
  });
});
