import { describe, expect, it } from 'vitest';
import type { ProfileRole, VideoCodec } from '#contract/cameras.ts';
import {
  chooseProfile,
  fittingRole,
  offeredRoles,
  type Place,
  type ProfileChoice,
  type ProfileQuestion,
} from '../../../client/player/profile-choice.ts';
import { planStreams, type StreamHealth } from '../../../client/player/stream-plan.ts';

const profile = (role: ProfileRole, width: number, height: number, codec: VideoCodec = 'h264', streamUri = role) => ({
  ...{ role, width, height, codec, streamUri },
});
const sub = profile('sub', 640, 360);
const main = profile('main', 2560, 1440);
const place = (width: number, rest: Partial<Place> = {}): Place => ({
  size: { width, height: (width * 9) / 16 },
  enlarged: false,
  h265: true,
  ...rest,
});

describe('the streams that a camera offers', () => {
  it('are those that it has, the smaller first, and one where both names mean the same', () => {
    expect(offeredRoles([main, sub])).toEqual(['sub', 'main']);
    expect(offeredRoles([main])).toEqual(['main']);
    expect(offeredRoles([sub])).toEqual(['sub']);
    expect(offeredRoles([{ ...main, role: 'sub' }, main])).toEqual(['sub']);
    // A device that has not said anything yet is looked at by its sub stream.
    expect(offeredRoles([])).toEqual(['sub']);
  });
});

describe('the stream that fits a tile', () => {
  it.each<[string, Place, ProfileRole]>([
    ['a small tile', place(320), 'sub'],
    ['a tile as large as the sub stream', place(640), 'sub'],
    ['a tile a quarter larger, where nobody sees the difference', place(800), 'sub'],
    ['a larger one', place(801), 'main'],
    ['a tile larger than any stream', place(9000), 'main'],
    ['an enlarged picture of which every pixel counts', place(641, { enlarged: true }), 'main'],
    ['an enlarged picture on a small screen', place(600, { enlarged: true }), 'sub'],
    // The picture keeps its shape: bars at its sides need no pixels.
    ['a wide tile', { ...place(2000), size: { width: 2000, height: 360 } }, 'sub'],
  ])('is for %s the smallest that fills it', (_, at, role) => {
    expect(fittingRole([main, sub], at)).toBe(role);
  });

  it('is taken as a usual one where the camera has not said its size', () => {
    const unknown = [profile('main', 0, 0), profile('sub', 0, 0)];
    expect(fittingRole(unknown, place(640))).toBe('sub');
    expect(fittingRole(unknown, place(1200))).toBe('main');
  });

  it('is not converted for a tile as long as another is decoded, but for an enlarged picture it is', () => {
    const newer = { ...main, codec: 'h265' as const };
    expect(fittingRole([newer, sub], place(1200, { h265: false }))).toBe('sub');
    expect(fittingRole([newer, sub], place(1200))).toBe('main');
    expect(fittingRole([newer, sub], place(1200, { h265: false, enlarged: true }))).toBe('main');
    expect(fittingRole([main, { ...sub, codec: 'h265' }], place(320, { h265: false }))).toBe('main');
    const both = [newer, { ...sub, codec: 'h265' as const }];
    expect(fittingRole(both, place(320, { h265: false }))).toBe('sub');
  });

  it('is never the larger one where both are of a size', () => {
    expect(fittingRole([profile('main', 640, 360), sub], place(1200))).toBe('sub');
    expect(fittingRole([profile('main', 640, 360), sub], place(500))).toBe('sub');
  });
});

describe('the choice of a stream', () => {
  const asked = (rest: Partial<ProfileQuestion> = {}): ProfileQuestion => ({
    ...{ offered: ['sub', 'main'], fits: 'sub', pinned: null, enlarged: false, slow: false },
    ...rest,
  });
  const small: ProfileChoice = { role: 'sub', shrinkAt: null, restUntil: null };
  const large = chooseProfile(small, asked({ fits: 'main' }), 0);

  it('grows at once', () => {
    expect(large).toEqual({ role: 'main', shrinkAt: null, restUntil: null });
  });

  it('shrinks after five seconds, and not at all where the tile grew again', () => {
    const shrinking = chooseProfile(large, asked(), 1000);
    expect(shrinking).toEqual({ role: 'main', shrinkAt: 6000, restUntil: null });
    expect(chooseProfile(shrinking, asked(), 5999).role).toBe('main');
    expect(chooseProfile(shrinking, asked(), 6000)).toEqual(small);
    const grown = chooseProfile(shrinking, asked({ fits: 'main' }), 4000);
    expect(chooseProfile(grown, asked(), 6000)).toMatchObject({ role: 'main', shrinkAt: 11_000 });
  });

  it('is what a person pinned, at once, as far as the camera has it', () => {
    expect(chooseProfile(large, asked({ fits: 'main', pinned: 'sub' }), 0).role).toBe('sub');
    expect(chooseProfile(small, asked({ pinned: 'main' }), 0).role).toBe('main');
    expect(chooseProfile(small, asked({ pinned: 'main', offered: ['sub'] }), 0).role).toBe('sub');
  });

  it('is the only stream where there is one', () => {
    expect(chooseProfile(small, asked({ offered: ['main'] }), 0).role).toBe('main');
    expect(chooseProfile(large, asked({ offered: ['sub'], fits: 'main' }), 0).role).toBe('sub');
  });

  it('spares a computer that cannot keep up the larger stream for a minute', () => {
    const resting = chooseProfile(large, asked({ fits: 'main', slow: true }), 0);
    expect(resting).toEqual({ role: 'sub', shrinkAt: null, restUntil: 60_000 });
    expect(chooseProfile(resting, asked({ fits: 'main' }), 59_999).role).toBe('sub');
    expect(chooseProfile(resting, asked({ fits: 'main' }), 60_000).role).toBe('main');
    // Who enlarges it wants it all the same.
    expect(chooseProfile(resting, asked({ fits: 'main', enlarged: true }), 1).role).toBe('main');
    expect(chooseProfile(large, asked({ fits: 'main', enlarged: true, slow: true }), 1).role).toBe('main');
  });
});

describe('the streams that a tile holds', () => {
  const both = ['sub', 'main'] as const;
  const plan = (chosen: ProfileRole, sub: StreamHealth, main: StreamHealth, offered: readonly ProfileRole[] = both) => {
    const { open, shown } = planStreams(chosen, offered, { sub, main });
    return `${open.join('+')} shows ${shown}`;
  };

  it('are one as soon as its picture is there', () => {
    expect(plan('main', 'none', 'good')).toBe('main shows main');
    expect(plan('main', 'good', 'good')).toBe('main shows main');
    expect(plan('sub', 'good', 'good')).toBe('sub shows sub');
  });

  it('keep the old picture until then', () => {
    expect(plan('main', 'good', 'none')).toBe('sub+main shows sub');
    expect(plan('sub', 'none', 'good')).toBe('sub+main shows main');
  });

  it('begin with the small one, which needs no pull of its own', () => {
    expect(plan('main', 'none', 'none')).toBe('sub+main shows sub');
    expect(plan('sub', 'none', 'none')).toBe('sub shows sub');
  });

  it('leave a picture that stands still in its place until another is there', () => {
    expect(plan('main', 'none', 'standing')).toBe('sub+main shows main');
    expect(plan('main', 'good', 'standing')).toBe('sub+main shows sub');
    expect(plan('sub', 'standing', 'none')).toBe('sub shows sub');
  });

  it('go on with the other one where the chosen one cannot be decoded', () => {
    expect(plan('main', 'good', 'undecodable')).toBe('sub+main shows sub');
    expect(plan('sub', 'undecodable', 'none')).toBe('sub+main shows sub');
    expect(plan('sub', 'undecodable', 'good')).toBe('sub+main shows main');
  });

  it('are no more than the camera has', () => {
    expect(plan('main', 'none', 'none', ['main'])).toBe('main shows main');
    expect(plan('sub', 'undecodable', 'none', ['sub'])).toBe('sub shows sub');
  });
});
