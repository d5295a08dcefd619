import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import {
  planRetention,
  type HeldSpan,
  type KeptSegment,
  type RetentionFacts,
  type VolumeNeed,
} from '../../../server/features/storage/retention.ts';

const MIN = 1000;
const MAX = 3000;
const NOW = 5000;
/** Camera `cam-0` keeps a minimum of nothing, the others more and more. */
const limitsOf = (cameraId: string) => ({
  protectedFrom: NOW - Number(cameraId.at(-1)) * MIN,
  removedBefore: NOW - MAX,
});

const segments = fc
  .array(
    fc.record({
      cameraId: fc.constantFrom('cam-0', 'cam-1', 'cam-2'),
      startedAt: fc.integer({ min: 0, max: NOW - 100 }),
      volumeId: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.integer({ min: 1, max: 50 }),
    }),
    { maxLength: 60 },
  )
  .map((list) =>
    list.map((each, number): KeptSegment => ({
      ...each,
      role: 'main',
      endedAt: each.startedAt + 100,
      run: 'run',
      number,
    })),
  );
const holds = fc.array(
  fc
    .record({
      cameraId: fc.constantFrom('cam-0', 'cam-1'),
      from: fc.integer({ min: 0, max: NOW }),
      length: fc.integer({ min: 1, max: 1500 }),
    })
    .map(({ cameraId, from, length }): HeldSpan => ({ cameraId, from, until: from + length })),
  { maxLength: 4 },
);
const volumes = fc
  .tuple(
    ...(['a', 'b', 'c'] as const).map((id, i) =>
      fc.record({
        id: fc.constant(id),
        tier: fc.constant(i + 1),
        overBytes: fc.integer({ min: 0, max: 800 }),
        roomBytes: fc.integer({ min: 0, max: 400 }),
      }),
    ),
  )
  .map((list): VolumeNeed[] => list);
const facts = fc
  .record({ segments, holds, volumes })
  .map((each): RetentionFacts => ({ ...each, limitsOf, mostMoves: Infinity }));

const isHeld = (segment: KeptSegment, list: readonly HeldSpan[]) =>
  list.some(
    ({ cameraId, from, until }) => cameraId === segment.cameraId && segment.startedAt < until && segment.endedAt > from,
  );
const isProtected = (segment: KeptSegment, list: readonly HeldSpan[]) =>
  isHeld(segment, list) || segment.endedAt > limitsOf(segment.cameraId).protectedFrom;

describe('the plan of retention', () => {
  it('never removes what a hold or a minimum protects, whatever the need', () => {
    fc.assert(
      fc.property(facts, (given) => {
        for (const { segment } of planRetention(given).removals) expect(isProtected(segment, given.holds)).toBe(false);
      }),
    );
  });

  it('removes everything that is beyond its maximum and not held, even without need', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const removed = new Set(planRetention(given).removals.map(({ segment }) => segment));
        for (const segment of given.segments) {
          if (segment.endedAt <= NOW - MAX && !isHeld(segment, given.holds)) expect(removed).toContain(segment);
        }
      }),
    );
  });

  it('frees what is needed, or leaves nothing on the volume that could have gone', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { removals, moves, short } = planRetention(given);
        const gone = new Set([...removals, ...moves].map(({ segment }) => segment));
        for (const { id, overBytes } of given.volumes) {
          const freed = given.segments
            .filter((segment) => segment.volumeId === id && gone.has(segment))
            .reduce((sum, { bytes }) => sum + bytes, 0);
          expect(short.get(id) ?? 0).toBe(Math.max(0, overBytes - freed));
          if (!short.has(id)) continue;
          const left = given.segments.filter((segment) => segment.volumeId === id && !gone.has(segment));
          expect(left.filter((segment) => !isProtected(segment, given.holds))).toEqual([]);
        }
      }),
    );
  });

  it('takes the oldest first: nothing older that could have gone for space stays on the volume', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { removals, moves } = planRetention(given);
        const gone = new Set([...removals, ...moves].map(({ segment }) => segment));
        for (const { segment, cause } of removals) {
          if (cause === 'max-age') continue;
          const older = given.segments.filter(
            (other) =>
              other.volumeId === segment.volumeId &&
              other.startedAt < segment.startedAt &&
              !isProtected(other, given.holds),
          );
          expect(older.filter((other) => !gone.has(other))).toEqual([]);
        }
      }),
    );
  });

  it('removes no more than is needed, and each segment leaves once', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { removals, moves } = planRetention(given);
        const gone = [...removals, ...moves].map(({ segment }) => segment);
        expect(new Set(gone).size).toBe(gone.length);
        for (const { id, overBytes } of given.volumes) {
          const forSpace = [...removals.filter(({ cause }) => cause === 'space'), ...moves].filter(
            ({ segment }) => segment.volumeId === id,
          );
          const last = forSpace.at(-1);
          const aged = removals.filter(({ segment, cause }) => cause === 'max-age' && segment.volumeId === id);
          const freed = [...aged, ...forSpace].reduce((sum, { segment }) => sum + segment.bytes, 0);
          const most = Math.max(...forSpace.map(({ segment }) => segment.bytes));
          const isTarget = moves.some(({ to }) => to === id);
          if (last && !isTarget) expect(freed - most).toBeLessThan(overBytes);
        }
      }),
    );
  });

  it('moves only to a tier further down that has the room, or where what is older went for it', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { moves, removals } = planRetention(given);
        const tierOf = (id: string) => given.volumes.find((volume) => volume.id === id)!.tier;
        for (const { segment, to } of moves) expect(tierOf(to)).toBeGreaterThan(tierOf(segment.volumeId));
        for (const { id, roomBytes } of given.volumes) {
          const put = moves.filter(({ to }) => to === id).reduce((sum, { segment }) => sum + segment.bytes, 0);
          const made = removals
            .filter(({ segment, cause }) => segment.volumeId === id && cause === 'space')
            .reduce((sum, { segment }) => sum + segment.bytes, 0);
          expect(put).toBeLessThanOrEqual(roomBytes + made);
        }
      }),
    );
  });

  it('copies no more in one go than it may, and removes nothing that could move next time', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: 1, max: 4 }), (given, mostMoves) => {
        const { moves, removals } = planRetention({ ...given, mostMoves });
        expect(moves.length).toBeLessThanOrEqual(mostMoves);
        const full = planRetention(given);
        const movedInAll = new Set(full.moves.map(({ segment }) => segment));
        if (moves.length < mostMoves) expect({ moves, removals }).toMatchObject({ moves: full.moves });
        expect(removals.filter(({ segment, cause }) => cause === 'space' && movedInAll.has(segment))).toEqual([]);
      }),
    );
  });

  it('gives protected footage to the next tier, but never away', () => {
    const held: KeptSegment = {
      ...{ cameraId: 'cam-2', role: 'main', run: 'run', number: 0, volumeId: 'a', bytes: 10 },
      ...{ startedAt: NOW - 500, endedAt: NOW - 400 },
    };
    const need = { overBytes: 10 };
    const plan = planRetention({
      segments: [held],
      limitsOf,
      holds: [],
      mostMoves: Infinity,
      volumes: [
        { id: 'a', tier: 1, roomBytes: 0, ...need },
        { id: 'b', tier: 2, roomBytes: 10, overBytes: 0 },
      ],
    });
    expect(plan).toMatchObject({ removals: [], moves: [{ segment: held, to: 'b' }] });
  });
});
