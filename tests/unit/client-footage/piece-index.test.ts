import { describe, expect, it } from 'vitest';
import type { FootageSegment, SegmentsAnswer } from '../../../server/contract/footage.ts';
import { ApiError } from '../../../client/api/http.ts';
import { joined, PieceIndex } from '../../../client/features/footage/playback/piece-index.ts';

const T = Date.parse('2026-03-09T12:00:00+08:00');
const HOUR = 3_600_000;
const run = '01JQ0000000000000000000000';

function segment(at: number, change: Partial<FootageSegment> = {}): FootageSegment {
  return {
    ...{ cameraId: 'c1', role: 'main', run, number: (at - T) / 10_000 + 100_000, bytes: 1, frames: 250, initBytes: 1 },
    ...{ startedAt: new Date(at).toISOString(), endedAt: new Date(at + 10_000).toISOString() },
    ...{ startTicks: 0, finished: true },
    ...change,
  };
}

/** A camera that has been recorded without a gap but for the minute after T. */
function recorded(from: number, until: number): FootageSegment[] {
  const found: FootageSegment[] = [];
  for (let at = Math.floor(from / 10_000) * 10_000; at < until; at += 10_000) {
    if (at < T || at >= T + 60_000) found.push(segment(at));
  }
  return found;
}

function stage(now = T + HOUR) {
  const asked: { from: number; until: number; signal: AbortSignal }[] = [];
  type Told = Omit<SegmentsAnswer, 'knownUntil'> & { knownUntil?: string };
  let answer: (span: { from: number; until: number }) => Told | Error = ({ from, until }) => ({
    ...{ segments: recorded(from, until), runs: [], more: false },
  });
  const state = { now };
  const index = new PieceIndex({
    ask(span, signal) {
      asked.push({ ...span, signal });
      const told = answer(span);
      const knownUntil = new Date(state.now).toISOString();
      return told instanceof Error ? Promise.reject(told) : Promise.resolve({ knownUntil, ...told });
    },
    now: () => state.now,
    changed: () => undefined,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const want = async (at: number) => {
    index.want({ from: at - 30_000, until: at + 30_000 }, at);
    await settle();
  };
  return { index, asked, want, settle, state, answers: (next: typeof answer) => (answer = next) };
}

describe('the index of pieces', () => {
  it('asks once for what is around the moment, and no more while that lasts', async () => {
    const { index, asked, want } = stage();
    expect(index.find(T + 120_000)).toBeNull();
    await want(T + 120_000);
    expect(index.find(T + 125_000)).toMatchObject({ is: 'footage' });
    const questions = asked.length;
    await want(T + 130_000);
    await want(T + 300_000);
    expect(asked).toHaveLength(questions);
  });

  it('tells a hole with both its ends', async () => {
    const { index, want } = stage();
    await want(T + 20_000);
    expect(index.find(T + 20_000)).toEqual({ is: 'hole', from: T, until: T + 60_000 });
  });

  it('gives up a question when another moment is wanted, and drops its answer', async () => {
    const { index, asked, want, settle } = stage();
    index.want({ from: T - HOUR, until: T - HOUR + 1000 }, T - HOUR);
    index.want({ from: T + 120_000, until: T + 150_000 }, T + 120_000);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await settle();
    expect(index.knows(T - HOUR)).toBe(false);
    await want(T + 120_000);
    expect(index.knows(T + 120_000)).toBe(true);
  });

  it('asks again and again for the end of time, and follows a file that grows until it is whole', async () => {
    const { index, want, state, answers } = stage();
    const startedAt = new Date(state.now - 6000).toISOString();
    const grown = (finished: boolean) =>
      segment(state.now - 6000, { number: 7, startedAt, endedAt: new Date(state.now - 1000).toISOString(), finished });
    answers(() => ({ segments: [grown(false)], runs: [], more: false }));
    await want(state.now - 5000);
    expect(index.find(state.now - 3000)).toMatchObject({ is: 'footage', piece: { finished: false } });
    expect(index.growing(state.now - 3000)?.number).toBe(7);
    answers(() => ({ segments: [{ ...grown(true), startedAt }], runs: [], more: false }));
    state.now += 1000;
    await want(state.now - 5000);
    expect(index.growing(state.now - 3000)).toBeNull();
  });

  it('takes nothing for a hole where the server does not know yet what there is', async () => {
    const { index, want, state, answers } = stage();
    const from = state.now - 20_000;
    const rows = { segments: [segment(from)], runs: [], more: false };
    answers(() => ({ ...rows, knownUntil: new Date(from + 10_000).toISOString() }));
    await want(state.now - 5000);
    expect(index.find(state.now - 5000)).toBeNull();
    state.now += 1000;
    answers(() => rows);
    await want(state.now - 5000);
    expect(index.find(state.now - 5000)).toEqual({ is: 'hole', from: from + 10_000, until: null });
  });

  it('asks for the last seconds first where those are watched, then for what lies before', async () => {
    const { index, asked, want, state } = stage();
    await want(state.now - 7000);
    expect(asked.at(-1)?.until).toBe(state.now);
    expect(index.find(state.now - 7000)).toMatchObject({ is: 'footage' });
    await want(state.now - 7000);
    expect(index.find(state.now - 30_000)).toMatchObject({ is: 'footage' });
    const questions = asked.length;
    await want(state.now - 7000);
    expect(asked).toHaveLength(questions);
  });

  it('tells why it was refused, and asks again after a while only', async () => {
    const { index, asked, want, state, answers } = stage();
    answers(() => new ApiError('NOT_FOUND', 404));
    await want(T);
    await want(T);
    expect(index.failure?.code).toBe('NOT_FOUND');
    expect(asked).toHaveLength(1);
    state.now += 3000;
    answers(() => ({ segments: [], runs: [], more: false }));
    await want(T);
    expect(index.failure).toBeNull();
  });

  it('believes an answer that was cut off only as far as it reaches', async () => {
    const { index, want, answers } = stage();
    answers(({ from }) => ({ segments: [segment(from)], runs: [], more: true }));
    await want(T - HOUR);
    expect(index.knows(T - HOUR - 25_000)).toBe(true);
    expect(index.knows(T - HOUR)).toBe(false);
  });

  it('joins what it knows', () => {
    expect(
      joined([
        { from: 5, until: 9 },
        { from: 1, until: 3 },
        { from: 3, until: 4 },
        { from: 8, until: 12 },
        { from: 2, until: 2 },
      ]),
    ).toEqual([
      { from: 1, until: 4 },
      { from: 5, until: 12 },
    ]);
  });
});
