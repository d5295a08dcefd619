import { describe, expect, it, vi } from 'vitest';
import { bytesText } from '../../../client/features/footage/bytes-text.ts';
import { firstStart } from '../../../client/features/footage/moments.ts';
import { footageOf, placeOf } from '../../../client/features/footage/use-address.ts';
import { actionOf, type KeyActions } from '../../../client/features/footage/use-keys.ts';
import { gapWords, markWords } from '../../../client/features/footage/words.ts';
import { parseZoned, preciseTime, zonedText, zoneOffset } from '../../../client/features/footage/zone-time.ts';

const NOON = Date.parse('2026-03-09T12:00:00+08:00');
const zone = 'Asia/Shanghai';

describe('time on the clock of the hall', () => {
  it('is written and read alike, whatever the browser lives by', () => {
    expect(zonedText(NOON, zone)).toBe('2026-03-09 12:00:00');
    expect(parseZoned('2026-03-09 12:00:00', zone, 0)).toBe(NOON);
    expect(parseZoned(' 2026-03-09 12:00:00.48 ', zone, 0)).toBe(NOON + 480);
    expect(preciseTime(NOON + 480, zone)).toBe('12:00:00.480');
    expect(zoneOffset(NOON, zone)).toBe(8 * 3_600_000);
  });

  it('takes a time alone as of the same day', () => {
    expect(parseZoned('9:30', zone, NOON)).toBe(NOON - 2.5 * 3_600_000);
  });

  it('refuses what is none', () => {
    for (const text of ['', 'noon', '25:00', '2026-13-01 10:00', '2026-03-09']) {
      expect(parseZoned(text, zone, NOON), text).toBeNull();
    }
  });

  it('stands right on both sides of a change to summer time', () => {
    const berlin = 'Europe/Berlin';
    expect(parseZoned('2026-03-29 01:30', berlin, 0)).toBe(Date.parse('2026-03-29T00:30:00Z'));
    expect(parseZoned('2026-03-29 03:30', berlin, 0)).toBe(Date.parse('2026-03-29T01:30:00Z'));
  });
});

describe('an address of the page', () => {
  it('names cameras and a moment, and is read as it was written', () => {
    const to = footageOf(['a', 'b'], NOON) as { query: Record<string, string> };
    expect(placeOf(to.query, 9)).toEqual({ cameras: ['a', 'b'], at: NOON });
  });

  it('with anything else in it is read as far as it goes', () => {
    expect(placeOf({ cameras: 'a,,a,b,c', at: 'tomorrow' }, 2)).toEqual({ cameras: ['a', 'b'], at: null });
    expect(placeOf({}, 9)).toEqual({ cameras: [], at: null });
  });
});

describe('keys', () => {
  const pressed = (key: string, shiftKey = false) => {
    const calls: string[] = [];
    const actions = new Proxy({} as KeyActions, {
      get: (_, name: string) => vi.fn((...given: unknown[]) => calls.push([name, ...given].join(' '))),
    });
    actionOf({ key, shiftKey })?.(actions);
    return calls;
  };

  it.each([
    [' ', 'toggle'],
    ['ArrowLeft', 'step -1'],
    ['j', 'run -1'],
    ['K', 'pause'],
    ['L', 'run 1'],
    ['+', `zoom ${1 / 1.5}`],
    ['-', 'zoom 1.5'],
    ['Home', 'home'],
    ['End', 'live'],
    ['b', 'bookmark'],
    ['[', 'from'],
    [']', 'until'],
    ['9', 'choose 8'],
  ])('%s: %s', (key, call) => {
    expect(pressed(key)).toEqual([call]);
  });

  it('with shift go by ten seconds, and others mean nothing', () => {
    expect(pressed('ArrowRight', true)).toEqual(['skip 10000']);
    expect(actionOf({ key: 'x', shiftKey: false })).toBeNull();
    expect(actionOf({ key: '0', shiftKey: false })).toBeNull();
  });
});

describe('words', () => {
  const t = (key: string, params: Record<string, unknown> = {}) => `${key}${JSON.stringify(params)}`;

  it('say of a gap its cause, its ends and its length', () => {
    const gap = {
      from: '2026-03-09T04:00:00Z',
      until: '2026-03-09T04:00:43Z',
      cause: 'camera-lost',
      detail: null,
    } as const;
    expect(gapWords(gap, t, NOON, zone)).toBe(
      'footage.cause.camera-lost{} · footage.gap.span{"from":"12:00:00","until":"12:00:43","length":"0:43"}',
    );
  });

  it('of a mark are those of the rest of the product, else its own label', () => {
    const mark = { id: '1', from: '2026-03-09T04:00:00Z', until: null, severity: null } as const;
    const te = (key: string) => key === 'rules.kind.wait-overtime';
    expect(markWords({ ...mark, kind: 'alert', label: 'wait-overtime' }, t, te)).toBe('rules.kind.wait-overtime{}');
    expect(markWords({ ...mark, kind: 'ticket', label: 'A012' }, t, te)).toBe(
      'footage.timeline.mark.ticket{"label":"A012"}',
    );
  });

  it('of bytes have three digits at most', () => {
    expect([0, 999, 12_400, 3_210_000_000].map(bytesText)).toEqual(['0 B', '999 B', '12.4 kB', '3.2 GB']);
  });
});

describe('the next footage', () => {
  const row = (...starts: number[]) => ({
    ...{ cameraId: 'c', role: 'main' as const, gaps: [], marks: [] },
    footage: starts.map((at) => ({
      from: new Date(at).toISOString(),
      until: new Date(at + 1).toISOString(),
      held: false,
    })),
  });

  it('is the earliest beginning of any camera after the moment', () => {
    expect(firstStart([row(NOON - 5, NOON + 9000), row(NOON, NOON + 7000)], NOON)).toBe(NOON + 7000);
    expect(firstStart([row(NOON)], NOON)).toBeNull();
  });
});
