import type { StreamHealth } from '#contract/camera-health.ts';
import type { CameraCondition, SourceChoice, StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';

/** What the condition of a camera is judged by. */
export interface ConditionFacts {
  enabled: boolean;
  sourceChoice: SourceChoice;
  /** Frames a second as the camera's profile promises; 0 where it does not say. */
  ratedFps: number;
  /** The stream that is always pulled. */
  watched: StreamState | undefined;
  /** The other one, pulled while someone needs it. */
  other: StreamState | undefined;
  /** The last measurement of the watched stream; null before the first. */
  health: Pick<StreamHealth, 'fps' | 'lossRatio' | 'keyIntervalSec' | 'clockOffsetMs'> | null;
  /** Times the watched stream was lost in the last ten minutes. */
  losses: number;
  /** What picture diagnosis says is wrong, in its words; empty where nothing is. */
  pictureFaults: readonly string[];
}

export type Reason = CameraCondition['reasons'][number];

/** Enters above `enter`, leaves below `leave`: a figure at the limit must not flicker. */
interface Limit {
  code: ErrorCode;
  /** How bad it is, grows with it; null: nothing was measured, and what was said stands. */
  badness: (facts: ConditionFacts) => number | null;
  enter: number;
  leave: number;
  /** Figures alone: they are shown in every language. */
  detail: (badness: number, facts: ConditionFacts) => string;
}

const limits: readonly Limit[] = [
  {
    code: 'CAMERA_FRAMES_MISSING',
    badness: ({ health, ratedFps }) =>
      !health || health.fps === null ? null : ratedFps > 0 ? 1 - Math.min(1, health.fps / ratedFps) : 0,
    enter: 0.4,
    leave: 0.25,
    detail: (_, { health, ratedFps }) => `${health!.fps!.toFixed(1)} / ${ratedFps} fps`,
  },
  {
    code: 'CAMERA_LOSSY',
    badness: ({ health }) => (health === null ? null : (health.lossRatio ?? 0)),
    enter: 0.02,
    leave: 0.01,
    detail: (ratio) => `${(100 * ratio).toFixed(1)} %`,
  },
  {
    code: 'CAMERA_KEY_FRAMES_RARE',
    badness: ({ health }) => health?.keyIntervalSec ?? null,
    enter: 6,
    leave: 5,
    detail: (seconds) => `${seconds.toFixed(1)} s`,
  },
  {
    code: 'CAMERA_CLOCK_OFF',
    badness: ({ health }) => (!health || health.clockOffsetMs === null ? null : Math.abs(health.clockOffsetMs)),
    enter: 2000,
    leave: 1500,
    detail: (_, { health }) =>
      `${health!.clockOffsetMs! > 0 ? '+' : ''}${(health!.clockOffsetMs! / 1000).toFixed(1)} s`,
  },
  {
    code: 'CAMERA_FLAPPING',
    badness: ({ losses }) => losses,
    enter: 3,
    leave: 0.5,
    detail: (times) => `${times}×`,
  },
];

/**
 * How a camera is, from how it was and what is known now. `since` stands as long as the status does. A camera that is
 * away stays `offline` while it is asked again: attempts do not end a loss, only pictures do.
 */
export function judge(before: CameraCondition | null, facts: ConditionFacts, now: string): CameraCondition {
  const { status, reasons } = statusOf(before, facts);
  return { status, since: before?.status === status ? before.since : now, reasons };
}

function statusOf(before: CameraCondition | null, facts: ConditionFacts): Pick<CameraCondition, 'status' | 'reasons'> {
  const { enabled, watched } = facts;
  if (!enabled) return { status: 'off', reasons: [] };
  switch (watched?.status) {
    case 'lost':
      return { status: 'offline', reasons: [{ code: watched.code ?? 'CAMERA_SILENT', detail: watched.detail }] };
    case 'live': {
      const reasons = reasonsOf(before, facts);
      return { status: reasons.length > 0 ? 'degraded' : 'live', reasons };
    }
    default:
      return before?.status === 'offline'
        ? { status: 'offline', reasons: before.reasons }
        : { status: 'connecting', reasons: [] };
  }
}

function reasonsOf(before: CameraCondition | null, facts: ConditionFacts): Reason[] {
  const { watched, other, sourceChoice, pictureFaults } = facts;
  const known = new Map(before?.status === 'degraded' ? before.reasons.map((each) => [each.code, each]) : []);
  const measured = limits.flatMap((limit): Reason[] => {
    const stood = known.get(limit.code);
    const badness = limit.badness(facts);
    if (badness === null) return stood ? [stood] : [];
    const stands = stood ? badness > limit.leave : badness >= limit.enter;
    return stands ? [{ code: limit.code, detail: limit.detail(badness, facts) }] : [];
  });
  const said: (Reason | false)[] = [
    sourceChoice === 'auto' && watched?.source === 'ffmpeg' && { code: 'CAMERA_FELL_BACK', detail: null },
    other?.status === 'lost' && { code: 'CAMERA_MAIN_LOST', detail: other.detail },
    pictureFaults.length > 0 && { code: 'CAMERA_PICTURE_FAULT', detail: pictureFaults.join(', ') },
  ];
  return [...measured, ...said.filter((each) => each !== false)];
}
