import { describe, expect, it } from 'vitest';
import { LIVE_FLAG_KEY, LIVE_HEADER_BYTES, type LiveMessage } from '#contract/live.ts';
import { readAccessUnit } from '../../../client/player/access-unit.ts';
import { readText } from '../../../client/player/live-text.ts';
import { LagGuard } from '../../../client/player/lag-guard.ts';
import { chase } from '../../../client/player/mse-chase.ts';
import { choosePath } from '../../../client/player/path-choice.ts';
import { errorMessages } from '../../../client/i18n/errors.ts';
import type { PlayerState, WaitReason } from '../../../client/player/machine.ts';
import { messages } from '../../../client/player/messages.ts';
import { tileWords } from '../../../client/player/tile-words.ts';
import { ErrorCode } from '../../../server/contract/errors.ts';

function unit(flags: number, ptsMs: number, wallclockMs: number, payload: number[]): ArrayBuffer {
  const message = new ArrayBuffer(LIVE_HEADER_BYTES + payload.length);
  const view = new DataView(message);
  view.setUint8(0, flags);
  view.setFloat64(1, ptsMs);
  view.setFloat64(9, wallclockMs);
  new Uint8Array(message, LIVE_HEADER_BYTES).set(payload);
  return message;
}

describe('access unit', () => {
  it('is read as the gateway writes it', () => {
    const read = readAccessUnit(unit(LIVE_FLAG_KEY, 40.5, 1_772_413_200_000, [0, 0, 0, 1, 0x65]));
    expect(read).toMatchObject({ key: true, ptsMs: 40.5, wallclockMs: 1_772_413_200_000 });
    expect([...read!.data]).toEqual([0, 0, 0, 1, 0x65]);
  });

  it('has no wall clock where the camera has not said', () => {
    expect(readAccessUnit(unit(0, 80, NaN, [1]))).toMatchObject({ key: false, wallclockMs: null });
  });

  it('is nothing without a picture', () => {
    expect(readAccessUnit(unit(0, 80, NaN, []))).toBeNull();
  });
});

describe('words of the gateway inside a worker', () => {
  it('tell the decoder its configuration', () => {
    const config = { codec: 'avc1.42c016', description: 'AULAFv8=', width: 640, height: 360 };
    const message: LiveMessage = { type: 'config', fps: 15, ...config };
    expect(readText(JSON.stringify(message))).toEqual({ config, stateOf: null });
  });

  it('tell that the camera is away', () => {
    const since = '2026-03-02T09:00:00+08:00';
    const message: LiveMessage = {
      type: 'state',
      cameraId: 'c',
      role: 'sub',
      status: 'lost',
      since,
      code: null,
      source: null,
    };
    expect(readText(JSON.stringify(message))).toEqual({ config: null, stateOf: 'lost' });
  });

  it('are passed over where they say nothing of that', () => {
    expect(readText('{"type":"skipped","units":3}')).toEqual({ config: null, stateOf: null });
    expect(readText('{"type":"config","codec":7}')).toEqual({ config: null, stateOf: null });
  });
});

describe('lag guard', () => {
  it('does not take a quickly decoded group of pictures for lag', () => {
    const guard = new LagGuard();
    for (let i = 0; i < 50; i += 1) guard.entered(i * 40_000, 0, null);
    for (let i = 0; i < 50; i += 1) guard.left(i * 40_000);
    expect(guard.isBehind(5000)).toBe(false);
  });

  it('is behind when the oldest picture has waited for more than a second', () => {
    const guard = new LagGuard();
    guard.entered(0, 0, null);
    guard.entered(40_000, 900, null);
    expect(guard.isBehind(1000)).toBe(false);
    expect(guard.isBehind(1001)).toBe(true);
    guard.left(0);
    expect(guard.isBehind(1001)).toBe(false);
  });

  it('gives back when the camera took a picture, also where pictures leave in another order', () => {
    const guard = new LagGuard();
    guard.entered(0, 0, 100);
    guard.entered(80_000, 1, 180);
    guard.entered(40_000, 2, 140);
    expect(guard.left(0)).toBe(100);
    expect(guard.left(40_000)).toBe(140);
    expect(guard.left(80_000)).toBe(180);
    expect(guard.pending).toBe(0);
  });

  it('forgets pictures that the decoder swallowed', () => {
    const guard = new LagGuard();
    guard.entered(0, 0, null);
    guard.entered(40_000, 40, null);
    guard.left(40_000);
    expect(guard.pending).toBe(0);
  });
});

describe('staying live on media source extensions', () => {
  it.each([
    ['jumps to the first buffered second', 0, [{ start: 5000, end: 5001 }], 5000.75, 1],
    ['plays on while it is close', 5000.8, [{ start: 5000, end: 5001 }], null, 1],
    ['lingers where it is about to run dry', 5000.9, [{ start: 5000, end: 5001 }], null, 0.9],
    ['hurries when it drifts', 5000.5, [{ start: 5000, end: 5001 }], null, 1.1],
    ['jumps when it is more than a second late', 5000, [{ start: 4999, end: 5001.5 }], 5001.25, 1],
    [
      'leaps over a gap',
      5000.9,
      [
        { start: 4999, end: 5001 },
        { start: 5001.2, end: 5001.3 },
      ],
      5001.2,
      1,
    ],
  ])('%s', (_name, currentTime, ranges, seekTo, rate) => {
    const answer = chase(currentTime, ranges);
    expect(answer.rate).toBe(rate);
    if (seekTo === null) expect(answer.seekTo).toBeNull();
    else expect(answer.seekTo).toBeCloseTo(seekTo);
  });

  it('comes away from the newest picture within two seconds after it ran dry there', () => {
    const pictureSec = 1 / 15;
    let end = 5000;
    let playhead = end - 0.01;
    for (let pictures = 0; pictures < 2 / pictureSec; pictures += 1) {
      end += pictureSec;
      const { seekTo, rate } = chase(playhead, [{ start: 4990, end }]);
      expect(seekTo).toBeNull();
      // it cannot play what is not there
      playhead = Math.min(end, playhead + rate * pictureSec);
    }
    // when the next picture is there
    expect(end + pictureSec - playhead).toBeGreaterThan(0.14);
  });

  it('lets go of what has been played', () => {
    expect(chase(5000, [{ start: 4999, end: 5000.1 }]).removeBefore).toBeNull();
    expect(chase(5010, [{ start: 5000, end: 5010.1 }]).removeBefore).toBe(5008);
  });
});

describe('choice of the path', () => {
  const all = { videoDecoder: true, trackGenerator: true, offscreenCanvas: true, mediaSource: true };

  it.each([
    [all, null, 'webcodecs'],
    [{ ...all, trackGenerator: false }, null, 'canvas'],
    [{ ...all, videoDecoder: false }, null, 'mse'],
    [{ ...all, trackGenerator: false, offscreenCanvas: false }, null, 'mse'],
    [{ ...all, videoDecoder: false, mediaSource: false }, null, null],
    [all, 'mse', 'mse'],
    [{ ...all, videoDecoder: false }, 'webcodecs', 'mse'],
  ] as const)('%o wanted %s: %s', (can, wanted, chosen) => {
    expect(choosePath(can, wanted)).toBe(chosen);
  });
});

describe('words over a tile', () => {
  const since = '2026-03-02T09:00:00+08:00';

  it('has none while the picture is live', () => {
    expect(tileWords({ name: 'playing', source: null, slow: true }, true)).toBeNull();
  });

  it('says why a camera is away, since when, and what to do', () => {
    const source = { status: 'lost', since, code: 'CAMERA_UNAUTHORIZED' } as const;
    expect(tileWords({ name: 'joining', attempt: 0, slot: false, source }, true)).toEqual({
      key: 'errors.CAMERA_UNAUTHORIZED.title',
      params: {},
      adviceKey: 'errors.CAMERA_UNAUTHORIZED.advice',
      since,
      asksWhy: false,
      fault: true,
    });
  });

  it('does not call it a fault while a picture is on its way', () => {
    const joining = { name: 'joining', attempt: 0, slot: true, source: null } as const;
    expect(tileWords(joining, true)).toMatchObject({ key: 'player.connecting', fault: false });
  });

  it('names the codec that the browser lacks', () => {
    const words = tileWords({ name: 'unsupported', codec: 'hvc1.1.6.L93.B0' }, true);
    expect(words).toMatchObject({ key: 'player.codec', params: { codec: 'hvc1.1.6.L93.B0' } });
  });

  it('has words in both languages for every state', () => {
    const lost = (code: ErrorCode | null): PlayerState => ({
      ...{ name: 'joining', attempt: 0, slot: false },
      source: { status: 'lost', since, code },
    });
    const reasons = [
      ...ErrorCode.options,
      'SERVER_UNREACHABLE',
      'ANSWER_UNREADABLE',
      'CONNECTION_CLOSED',
      'DECODER_FAILED',
    ];
    const states: PlayerState[] = [
      { name: 'authorising', attempt: 0 },
      { name: 'queued', attempt: 0, token: 't' },
      ...(['connecting', 'live'] as const).map((status) => ({ ...lost(null), source: { status, since, code: null } })),
      ...[null, ...ErrorCode.options].map(lost),
      { name: 'unsupported', codec: '' },
      { name: 'unsupported', codec: 'hvc1' },
      ...reasons.map((reason) => ({ name: 'waiting', attempt: 0, reason: reason as WaitReason }) as const),
    ];
    for (const language of ['zh-CN', 'en'] as const) {
      const known: unknown = { errors: errorMessages[language], ...messages[language] };
      for (const state of states) {
        const { key, adviceKey } = tileWords(state, true)!;
        for (const path of [key, ...(adviceKey ? [adviceKey] : [])]) {
          const text = path.split('.').reduce((at, step) => (at as Record<string, unknown> | undefined)?.[step], known);
          expect(text, `${language} ${path}`).toEqual(expect.any(String));
        }
      }
    }
  });

  it('says that a camera is switched off, whatever its player does', () => {
    expect(tileWords({ name: 'paused' }, false)?.key).toBe('errors.CAMERA_DISABLED.title');
  });
});
