import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { StoredCredentials, unguarded, type Refusal } from '#lib/credential-guard.ts';

const AT = Date.UTC(2026, 0, 1);
const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setImmediate(resolve));

let told: (Refusal | null)[];
let guard: StoredCredentials;
beforeEach(() => {
  told = [];
  guard = new StoredCredentials({ clock: new ManualClock(AT), onChange: (refusal) => told.push(refusal) });
});

/** Somebody who shows the credentials; `words` is the camera's refusal. */
async function show(log: string[], name: string, words: string | null): Promise<void> {
  const leave = await guard.enter(never);
  log.push(`${name} shows`);
  await settle();
  if (words !== null) guard.refused(words);
  leave();
}

describe('the guard of stored credentials', () => {
  it('lets one show them after the other while the camera takes them', async () => {
    const log: string[] = [];
    await Promise.all(['a', 'b', 'c'].map((name) => show(log, name, null)));
    expect(log).toEqual(['a shows', 'b shows', 'c shows']);
    expect(told).toEqual([]);
  });

  it('of many who come at once has one show what is refused, and tells all the same', async () => {
    const log: string[] = [];
    const ends = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => show(log, name, '401')));
    expect(log).toEqual(['a shows']);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(ends[3]).toMatchObject({
      reason: { code: 'CAMERA_CREDENTIALS_REFUSED', details: '401' },
    });
    expect(told).toEqual([{ at: AT, words: '401' }]);
    expect(() => guard.check()).toThrow('refused the stored user');
  });

  it('knows what was refused before the program started', async () => {
    guard = new StoredCredentials({ clock: new ManualClock(AT), refusal: { at: AT - 1000, words: '401' } });
    await expect(guard.enter(never)).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
  });

  it('opens when a person says so, for all who wait', async () => {
    guard.refused('401');
    const open = Promise.all([guard.untilOpen(never), guard.untilOpen(never)]);
    guard.lift();
    await open;
    await expect(show([], 'a', null)).resolves.toBeUndefined();
    expect(told.at(-1)).toBeNull();
    guard.refused('401 again');
    await expect(guard.enter(never)).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
  });

  it('lets whoever holds it up be left: a wait ends with its signal', async () => {
    const leave = await guard.enter(never);
    const ending = new AbortController();
    const waiting = guard.enter(ending.signal);
    ending.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    leave();
    await expect(show([], 'next', null)).resolves.toBeUndefined();
  });

  it('that is retired has nobody show them any more, and takes no word of them', async () => {
    const leave = await guard.enter(never);
    const waiting = guard.enter(never);
    guard.retire();
    guard.refused('401');
    leave();
    await expect(waiting).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    expect(told).toEqual([]);
  });

  it('is none for what somebody has just typed', async () => {
    unguarded.refused('401');
    const leave = await unguarded.enter(never);
    expect(leave).toBeTypeOf('function');
    unguarded.check();
  });
});
