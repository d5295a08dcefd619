import { describe, expect, it } from 'vitest';
import type { CameraCondition, StreamState } from '#contract/cameras.ts';
import { judge, type ConditionFacts } from '../../../server/features/cameras/condition.ts';

const T0 = '2026-03-02T01:00:00.000Z';
const T1 = '2026-03-02T01:05:00.000Z';

function stream(status: StreamState['status'], more: Partial<StreamState> = {}): StreamState {
  const quiet = { since: T0, source: 'rtsp', code: null, detail: null } as const;
  return { cameraId: 'c1', role: 'sub', status, ...quiet, ...more };
}

const good: ConditionFacts = {
  enabled: true,
  sourceChoice: 'auto',
  ratedFps: 15,
  watched: stream('live'),
  other: stream('idle', { role: 'main', source: null }),
  health: { fps: 14.9, lossRatio: 0, keyIntervalSec: 2, clockOffsetMs: 20 },
  losses: 0,
  pictureFaults: [],
};
const was = (status: CameraCondition['status'], reasons: CameraCondition['reasons'] = []): CameraCondition => ({
  status,
  since: T0,
  reasons,
});
const judged = (more: Partial<ConditionFacts>, before: CameraCondition | null = was('live')) =>
  judge(before, { ...good, ...more }, T1);
const codes = (condition: CameraCondition) => condition.reasons.map(({ code }) => code);

describe('the condition of a camera', () => {
  it('is live with nothing to say, and keeps since when', () => {
    expect(judged({})).toEqual(was('live'));
    expect(judged({}, null)).toEqual({ status: 'live', since: T1, reasons: [] });
  });

  it('is off when switched off, whatever its streams say', () => {
    expect(judged({ enabled: false, watched: stream('lost') }).status).toBe('off');
  });

  it('is offline with the reason of the stream, and stays so while it is asked again', () => {
    const lost = judged({ watched: stream('lost', { code: 'CAMERA_UNREACHABLE', detail: 'ECONNREFUSED' }) });
    expect(lost).toEqual({
      status: 'offline',
      since: T1,
      reasons: [{ code: 'CAMERA_UNREACHABLE', detail: 'ECONNREFUSED' }],
    });
    expect(judge(lost, { ...good, watched: stream('connecting') }, T0)).toEqual(lost);
    expect(judge(lost, good, T0).status).toBe('live');
  });

  it('is connecting before its first picture', () => {
    expect(judged({ watched: stream('connecting') }, null).status).toBe('connecting');
    expect(judged({ watched: undefined }, null).status).toBe('connecting');
  });

  it.each([
    ['CAMERA_FRAMES_MISSING', { fps: 8.9 }, { fps: 10.5 }, { fps: 12 }],
    ['CAMERA_LOSSY', { lossRatio: 0.021 }, { lossRatio: 0.015 }, { lossRatio: 0.005 }],
    ['CAMERA_KEY_FRAMES_RARE', { keyIntervalSec: 8 }, { keyIntervalSec: 5.5 }, { keyIntervalSec: 4 }],
    ['CAMERA_CLOCK_OFF', { clockOffsetMs: -2500 }, { clockOffsetMs: 1800 }, { clockOffsetMs: 900 }],
  ] as const)('%s comes at its limit and goes well below it', (code, bad, between, fine) => {
    const health = (part: object) => ({ ...good.health!, ...part });
    const entered = judged({ health: health(bad) });
    expect(entered.status).toBe('degraded');
    expect(codes(entered)).toEqual([code]);
    expect(codes(judged({ health: health(between) }, entered))).toEqual([code]);
    expect(codes(judged({ health: health(between) }))).toEqual([]);
    expect(judged({ health: health(fine) }, entered).status).toBe('live');
  });

  it('keeps what was said while nothing is measured', () => {
    const slow = judged({ health: { ...good.health!, fps: 3 } });
    expect(codes(judged({ health: null }, slow))).toEqual(['CAMERA_FRAMES_MISSING']);
  });

  it('expects no frame rate of a camera that promised none', () => {
    expect(judged({ ratedFps: 0, health: { ...good.health!, fps: 2 } }).status).toBe('live');
  });

  it('speaks of fall-back only where the source was ours to choose', () => {
    const byFfmpeg = stream('live', { source: 'ffmpeg' });
    expect(codes(judged({ watched: byFfmpeg }))).toEqual(['CAMERA_FELL_BACK']);
    expect(codes(judged({ watched: byFfmpeg, sourceChoice: 'ffmpeg' }))).toEqual([]);
  });

  it('flaps until ten minutes have passed without a loss', () => {
    const flapping = judged({ losses: 3 });
    expect(codes(flapping)).toEqual(['CAMERA_FLAPPING']);
    expect(codes(judged({ losses: 1 }, flapping))).toEqual(['CAMERA_FLAPPING']);
    expect(codes(judged({ losses: 0 }, flapping))).toEqual([]);
  });

  it('names a lost main stream and picture faults beside each other', () => {
    const condition = judged({ other: stream('lost', { role: 'main' }), pictureFaults: ['covered'] });
    expect(codes(condition)).toEqual(['CAMERA_MAIN_LOST', 'CAMERA_PICTURE_FAULT']);
  });
});
