import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { liveToken } from '../../../client/player/live-tokens.ts';

/** What the server was asked, one entry a request. */
let asked: string[][] = [];

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
  vi.stubGlobal('fetch', (_path: string, { body }: { body: string }) => {
    const streams = (JSON.parse(body) as { cameraId: string }[]).map(({ cameraId }) => cameraId);
    asked.push(streams);
    const answers = streams.map((id) => ({ token: `for ${id}`, expiresAt: '2026-11-27T08:00:00.000Z' }));
    return Promise.resolve(new Response(JSON.stringify(answers), { headers: { 'content-type': 'application/json' } }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('a tile that comes alone asks in a few milliseconds', async () => {
  const token = liveToken('a', 'main');
  await vi.advanceTimersByTimeAsync(4);
  expect(asked).toEqual([['a']]);
  expect(await token).toBe('for a');
});

it('tiles that come one behind the other ask together', async () => {
  const tokens = [];
  for (const id of ['a', 'b', 'c']) {
    tokens.push(liveToken(id, 'sub'));
    await vi.advanceTimersByTimeAsync(3);
  }
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toEqual([['a', 'b', 'c']]);
  expect(await Promise.all(tokens)).toEqual(['for a', 'for b', 'for c']);
});

it('a burst without end keeps its first tile waiting no longer than 20 ms', async () => {
  for (let at = 0; at < 30; at += 2) {
    void liveToken(`at ${at}`, 'sub');
    await vi.advanceTimersByTimeAsync(2);
  }
  expect(asked[0]).toContain('at 18');
  expect(asked[0]).not.toContain('at 22');
});
