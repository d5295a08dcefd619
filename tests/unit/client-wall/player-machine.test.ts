import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '#contract/live.ts';
import { step, type PlayerInput, type PlayerState } from '../../../client/player/machine.ts';

const since = '2026-03-02T09:00:00+08:00';
const news = (status: 'live' | 'lost' | 'connecting', code: 'CAMERA_UNAUTHORIZED' | null = null): PlayerInput => ({
  type: 'message',
  message: { type: 'state', cameraId: 'c1', role: 'sub', status, since, code, source: null } satisfies LiveMessage,
});

/** Runs inputs from a paused player; gives the last state and every effect as a word. */
function play(...inputs: PlayerInput[]): { state: PlayerState; did: string[] } {
  let state: PlayerState = { name: 'paused' };
  const did: string[] = [];
  for (const input of inputs) {
    const next = step(state, input);
    state = next.state;
    did.push(...next.effects.map((effect) => effect.do));
  }
  return { state, did };
}

const joining: PlayerInput[] = [{ type: 'show' }, { type: 'authorised', token: 't' }, { type: 'slot-granted' }];
const playing: PlayerInput[] = [...joining, news('live'), { type: 'first-frame' }];

describe('player machine', () => {
  it('authorises, queues, opens and plays, and holds its slot until the first picture', () => {
    const { state, did } = play(...playing);
    expect(state).toMatchObject({ name: 'playing', slow: false, source: { status: 'live' } });
    expect(did).toEqual(['authorise', 'request-slot', 'open', 'release-slot']);
  });

  it.each<[string, PlayerInput[]]>([
    ['authorising', [{ type: 'show' }]],
    ['queued', joining.slice(0, 2)],
    ['joining', joining],
    ['playing', playing],
    ['waiting', [...playing, { type: 'closed' }]],
  ])('lets go of everything when hidden while %s', (_name, inputs) => {
    const before = play(...inputs);
    const { effects } = step(before.state, { type: 'hide' });
    expect(effects.map((effect) => effect.do)).toEqual(['cancel-retry', 'release-slot', 'close']);
  });

  it('shows a lost camera with its reason, keeps the connection, and plays again by itself', () => {
    const lost = play(...playing, news('lost', 'CAMERA_UNAUTHORIZED'));
    expect(lost.state).toMatchObject({ name: 'joining', slot: false, source: { code: 'CAMERA_UNAUTHORIZED', since } });
    expect(lost.did).not.toContain('close');
    const back = step(step(lost.state, news('live')).state, { type: 'first-frame' });
    expect(back.state.name).toBe('playing');
  });

  it('gives its slot away at once when the camera it joins is lost', () => {
    expect(play(...joining, news('lost')).did).toEqual(['authorise', 'request-slot', 'open', 'release-slot']);
  });

  it('gives its slot away when joining takes too long, once', () => {
    const { state, did } = play(...joining, { type: 'join-overdue' }, { type: 'join-overdue' });
    expect(state.name).toBe('joining');
    expect(did.filter((effect) => effect === 'release-slot')).toHaveLength(1);
  });

  it.each<[PlayerInput, string]>([
    [{ type: 'closed' }, 'CONNECTION_CLOSED'],
    [{ type: 'stalled' }, 'CONNECTION_CLOSED'],
    [{ type: 'decoder-failed' }, 'DECODER_FAILED'],
    [{ type: 'message', message: { type: 'end', code: 'LIVE_VIEWER_SLOW' } }, 'LIVE_VIEWER_SLOW'],
  ])('after %o waits and tries again', (input, reason) => {
    const { state, did } = play(...playing, input);
    expect(state).toEqual({ name: 'waiting', attempt: 0, reason });
    expect(did.slice(-3)).toEqual(['release-slot', 'close', 'retry-later']);
  });

  it('asks for a reason once, and not again until somebody has said it', () => {
    const asked = play(...playing, { type: 'message', message: { type: 'end', code: 'REASON_REQUIRED' } });
    expect(asked.did.slice(-2)).toEqual(['release-slot', 'close']);
    expect(step(asked.state, { type: 'retry' }).state).toMatchObject({ name: 'authorising' });
  });

  it('waits longer after each attempt in vain, and from the beginning after a picture', () => {
    const refused: PlayerInput[] = [{ type: 'refused', reason: 'LIVE_VIEWERS_FULL' }];
    const twice = play({ type: 'show' }, ...refused, { type: 'retry' }, ...refused);
    expect(twice.state).toMatchObject({ name: 'waiting', attempt: 1, reason: 'LIVE_VIEWERS_FULL' });
    const played = play(...playing, { type: 'closed' });
    expect(played.state).toMatchObject({ attempt: 0 });
  });

  it('can be told to try again at once, and then does not wait for its pause as well', () => {
    const { did } = play(...playing, { type: 'closed' }, { type: 'retry' });
    expect(did.slice(-3)).toEqual(['retry-later', 'cancel-retry', 'authorise']);
  });

  it('says so while pictures are skipped', () => {
    const slow = play(...playing, { type: 'fell-behind' });
    expect(slow.state).toMatchObject({ name: 'playing', slow: true });
    expect(step(slow.state, { type: 'kept-up' }).state).toMatchObject({ slow: false });
    expect(play(...playing, { type: 'message', message: { type: 'skipped', units: 9 } }).state).toMatchObject({
      slow: true,
    });
  });

  it('keeps the connection of a stream it cannot decode, for the camera may be set to another codec', () => {
    const { state, did } = play(...joining, { type: 'unsupported', codec: 'hvc1.1.6.L93.B0' });
    expect(state).toEqual({ name: 'unsupported', codec: 'hvc1.1.6.L93.B0' });
    expect(did).not.toContain('close');
    expect(step(state, { type: 'first-frame' }).state.name).toBe('playing');
  });

  it('ignores what comes too late', () => {
    expect(play({ type: 'authorised', token: 't' }).state.name).toBe('paused');
    expect(play(...playing, { type: 'hide' }, { type: 'first-frame' }).state.name).toBe('paused');
    expect(play(...playing, { type: 'closed' }, { type: 'first-frame' }).state.name).toBe('waiting');
  });
});
