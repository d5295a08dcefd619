import { describe, expect, it } from 'vitest';
import type { CameraCondition, StreamState } from '#contract/cameras.ts';
import { judge, type ConditionFacts, type Judged } from '../../../server/features/cameras/condition.ts';

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
  refusal: null,
  unheard: null,
  pictureFaults: [],
};
type Status = CameraCondition['status'];
const was = (status: Status, reasons: CameraCondition['reasons'] = []): CameraCondition => ({
  status,
  since: T0,
  reasons,
});
const still = (condition: CameraCondition): Judged => ({ condition, turning: new Map(), dueAt: null });

/** Lets these facts hold for an hour, looking whenever something is due; what it is in the end. */
function judged(more: Partial<ConditionFacts>, before: CameraCondition | null = was('live')): CameraCondition {
  const facts = { ...good, ...more };
  let end = judge(before && still(before), facts, Date.parse(T1));
  while (end.dueAt !== null) end = judge(end, facts, end.dueAt);
  return end.condition;
}
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
    expect(judged({ watched: stream('connecting') }, lost)).toEqual(lost);
    expect(judged({}, lost).status).toBe('live');
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

  it('says that its password was refused beside whatever else is wrong', () => {
    expect(judged({ refusal: '401' })).toMatchObject({
      status: 'degraded',
      reasons: [{ code: 'CAMERA_CREDENTIALS_REFUSED', detail: '401' }],
    });
    const away = { watched: stream('lost', { code: 'CAMERA_UNREACHABLE' }), refusal: '401' };
    expect(codes(judged(away))).toEqual(['CAMERA_UNREACHABLE', 'CAMERA_CREDENTIALS_REFUSED']);
    const refused = { watched: stream('lost', { code: 'CAMERA_CREDENTIALS_REFUSED' }), refusal: '401' };
    expect(codes(judged(refused))).toEqual(['CAMERA_CREDENTIALS_REFUSED']);
  });
});

describe('a reason', () => {
  const start = Date.parse(T1);
  const bad = { ...good, health: { ...good.health!, fps: 3 } };
  /** Says these facts at these seconds, one after the other. */
  const course = (steps: [seconds: number, facts: ConditionFacts][]): (Judged & { codes: string[] })[] => {
    let before: Judged | null = still(was('live'));
    return steps.map(([seconds, facts]) => {
      before = judge(before, facts, start + seconds * 1000);
      return { ...before, codes: codes(before.condition) };
    });
  };

  it('that is measured comes with the second bad measurement and goes with the third good one', () => {
    const said = course([
      ...[0, 60, 89].map((at): [number, ConditionFacts] => [at, bad]),
      [90, bad],
      ...[120, 180, 240, 269].map((at): [number, ConditionFacts] => [at, good]),
      [270, good],
    ]).map((each) => each.codes.length);
    expect(said).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 0]);
  });

  it('says when it has to be looked at again', () => {
    const [first, second, third] = course([
      [0, bad],
      [90, bad],
      [100, good],
    ]);
    expect([first!.dueAt, second!.dueAt, third!.dueAt]).toEqual([start + 90_000, null, start + 250_000]);
  });

  it('does not come of what is bad now and then, nor go of what is good now and then', () => {
    const turns = Array.from({ length: 60 }, (_, minute): [number, ConditionFacts] => [
      60 * minute,
      minute % 2 === 0 ? bad : good,
    ]);
    expect(course(turns).every((each) => each.codes.length === 0)).toBe(true);
    const degraded = course([
      [0, bad],
      [90, bad],
      ...turns.map(([at, facts]): [number, ConditionFacts] => [at + 120, facts]),
    ]);
    expect(degraded.slice(1).every((each) => each.codes.length === 1)).toBe(true);
  });

  it.each<[string, Partial<ConditionFacts>, number, number]>([
    ['CAMERA_FELL_BACK', { watched: stream('live', { source: 'ffmpeg' }) }, 60, 10],
    ['CAMERA_MAIN_LOST', { other: stream('lost', { role: 'main' }) }, 15, 30],
    ['CAMERA_EVENTS_UNHEARD', { unheard: 'no answer' }, 300, 30],
    ['CAMERA_PICTURE_FAULT', { pictureFaults: ['covered'] }, 0, 0],
    ['CAMERA_CREDENTIALS_REFUSED', { refusal: '401' }, 0, 0],
  ])('%s has durations of its own', (code, facts, comes, goes) => {
    const wrong = { ...good, ...facts };
    const before =
      comes > 0
        ? [
            [0, wrong],
            [comes - 0.001, wrong],
          ]
        : [];
    const steps = [
      ...before,
      [comes, wrong],
      ...(goes > 0
        ? [
            [comes, good],
            [comes + goes - 0.001, good],
          ]
        : []),
      [comes + goes, good],
    ];
    const said = course(steps as [number, ConditionFacts][]).map((each) => each.codes.join());
    const shown = steps.map((_, i) => (i < before.length || i === steps.length - 1 ? '' : code));
    expect(said).toEqual(shown);
  });

  it('begins anew after a loss', () => {
    const lost = { ...bad, watched: stream('lost') };
    const said = course([
      [0, bad],
      [60, lost],
      [70, bad],
      [100, bad],
      [160, bad],
    ]).map((each) => each.codes.at(-1));
    expect(said).toEqual([undefined, 'CAMERA_SILENT', undefined, undefined, 'CAMERA_FRAMES_MISSING']);
  });
});
