import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import { ManualClock } from '#lib/clock.ts';
import { mergeHallDeltas } from '../../../server/realtime/hall-delta.ts';
import { HallFeed } from '../../../server/realtime/hall-feed.ts';
import { at, hallLive, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

/** What a watcher does with a delta: rows replace rows of the same id. */
function apply(live: HallLive, delta: HallDelta): HallLive {
  const windows = new Map(live.windows.map((row) => [row.windowId, row]));
  const queues = new Map(live.queues.map((row) => [row.queueId, row]));
  for (const row of delta.windows ?? []) windows.set(row.windowId, row);
  for (const row of delta.queues ?? []) queues.set(row.queueId, row);
  return {
    ...live,
    ...delta,
    windows: [...windows.values()],
    queues: [...queues.values()],
    inside: delta.inside === undefined ? live.inside : delta.inside,
    terminals: delta.terminals ?? live.terminals,
  };
}

const head = {
  hallId: fc.constant('hall-a'),
  revision: fc.nat(),
  at: fc.nat({ max: 1e9 }).map((ms) => at(TEN + ms)),
};
const windows = fc.uniqueArray(
  fc.record({ windowId: fc.constantFrom('w01', 'w02'), staff: fc.string() }).map((change) => windowRow(change)),
  { selector: (row) => row.windowId },
);
const queues = fc.uniqueArray(
  fc.record({ queueId: fc.constantFrom('soc', 'tax'), waiting: fc.nat() }).map((change) => queueRow(change)),
  { selector: (row) => row.queueId },
);
const delta: fc.Arbitrary<HallDelta> = fc.oneof(
  fc.record(head),
  fc.record({ ...head, windows }),
  fc.record({ ...head, queues }),
  fc.record({ ...head, windows, queues, inside: fc.option(fc.nat()) }),
  fc.record({ ...head, terminals: fc.record({ total: fc.nat(), online: fc.nat(), lost: fc.nat() }) }),
);

describe('merging deltas', () => {
  it('has the effect of one after the other, and is never larger than the hall', () => {
    fc.assert(
      fc.property(fc.array(delta, { minLength: 1, maxLength: 12 }), (deltas) => {
        const merged = deltas.reduce(mergeHallDeltas);
        expect(apply(hallLive(), merged)).toEqual(deltas.reduce(apply, hallLive()));
        expect(merged.windows?.length ?? 0).toBeLessThanOrEqual(2);
        expect(merged.queues?.length ?? 0).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('leaves out what neither says', () => {
    const [older, newer] = [1, 2].map((revision) => ({ hallId: 'hall-a', revision, at: at(TEN) }));
    expect(mergeHallDeltas(older!, newer!)).toEqual({ hallId: 'hall-a', revision: 2, at: at(TEN) });
  });
});

describe('hall feed', () => {
  function stage() {
    const clock = new ManualClock(TEN);
    const sent: HallDelta[] = [];
    const watched = new Set(['hall-a']);
    const feed = new HallFeed({ clock, isWatched: (id) => watched.has(id), send: (delta) => sent.push(delta) });
    const say = (waiting: number) =>
      feed.push({ hallId: 'hall-a', revision: 700 + waiting, at: at(clock.now()), queues: [queueRow({ waiting })] });
    return { clock, sent, feed, say, watched };
  }

  it('numbers what it sends without a gap, however much was merged', () => {
    const { clock, sent, say } = stage();
    for (let i = 0; i < 100; i++) {
      say(i);
      clock.advance(1);
    }
    expect(sent.map(({ revision }) => revision)).toEqual(sent.map((_, i) => i + 1));
    // at once, and then every 4 ms
    expect(sent).toHaveLength(26);
    clock.advance(4);
    expect(sent.at(-1)!.queues).toEqual([queueRow({ waiting: 99 })]);
  });

  it('sends nothing of a hall that nobody watches, and to whoever comes the next change under the next number', () => {
    const { clock, sent, feed, say, watched } = stage();
    say(1);
    watched.clear();
    for (let i = 2; i < 10; i++) {
      clock.advance(4);
      say(i);
    }
    expect(sent).toHaveLength(1);
    watched.add('hall-a');
    const { revision } = feed.snapshot(hallLive({ revision: 709 }));
    say(10);
    expect(sent.at(-1)).toMatchObject({ revision: revision + 1, queues: [queueRow({ waiting: 10 })] });
  });

  it('gives a snapshot the number that the next delta follows', () => {
    const { clock, sent, feed, say } = stage();
    say(1);
    say(2);
    expect(feed.snapshot(hallLive({ revision: 702 })).revision).toBe(1);
    clock.advance(4);
    expect(sent.at(-1)!.revision).toBe(2);
  });

  it('marks a gap for whoever missed one, and none for the others', () => {
    const { feed, sent, say } = stage();
    say(1);
    const seenBefore = 0;
    expect(feed.marker('hall-a')).toEqual({ hallId: 'hall-a', revision: 2, at: at(TEN) });
    expect(feed.marker('hall-a').revision).toBeGreaterThan(seenBefore + 1);
    expect(sent).toHaveLength(1);
  });

  it('goes on counting when a hall comes back', () => {
    const { clock, feed, sent, say } = stage();
    say(1);
    feed.forget('hall-a');
    clock.advance(1000);
    say(2);
    expect(sent.map(({ revision }) => revision)).toEqual([1, 2]);
  });
});
