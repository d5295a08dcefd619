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
  /** The camera's words when it refused its stored credentials; null where it has not. */
  refusal: string | null;
  /** Why nothing is heard of what the camera notices by itself; null where it is heard, or has nothing to say. */
  unheard: string | null;
  /** What picture diagnosis says is wrong, in its words; empty where nothing is. */
  pictureFaults: readonly string[];
}

export type Reason = CameraCondition['reasons'][number];

/** A judgement, and what about it is about to change if nothing else happens. */
export interface Judged {
  condition: CameraCondition;
  /** Reasons that will come or go, by their code, and since when they have been about to (epoch ms). */
  turning: ReadonlyMap<ErrorCode, number>;
  /** When it has to be judged anew, though nothing was heard: epoch ms. */
  dueAt: number | null;
}

/** What one look says of a reason; null: nothing can be said, and what was said stands. */
type Finding = { wrong: false } | { wrong: true; detail: string | null } | null;

interface Rule {
  code: ErrorCode;
  /** `stands`: it is said already. */
  look: (facts: ConditionFacts, stands: boolean) => Finding;
  /** How long it must be so before it is said, and not be so before it is said no more. */
  comesAfterMs: number;
  goesAfterMs: number;
}

/** Streams are measured once a minute: it takes two bad measurements to come, and three good ones to go. */
const MEASURED = { comesAfterMs: 90_000, goesAfterMs: 150_000 };
const AT_ONCE = { comesAfterMs: 0, goesAfterMs: 0 };

/** Enters above `enter`, leaves below `leave`: a figure at the limit must not flicker. */
interface Limit {
  code: ErrorCode;
  /** How bad it is, grows with it; null: nothing was measured. */
  badness: (facts: ConditionFacts) => number | null;
  enter: number;
  leave: number;
  /** Figures alone: they are shown in every language. */
  detail: (badness: number, facts: ConditionFacts) => string;
}

function limit({ code, badness, enter, leave, detail }: Limit, holds = MEASURED): Rule {
  const look = (facts: ConditionFacts, stands: boolean): Finding => {
    const value = badness(facts);
    if (value === null) return null;
    const wrong = stands ? value > leave : value >= enter;
    return wrong ? { wrong, detail: detail(value, facts) } : { wrong };
  };
  return { code, look, ...holds };
}

const said = (wrong: boolean, detail: string | null): Finding => (wrong ? { wrong, detail } : { wrong });

/** In the order in which they are told. */
const rules: readonly Rule[] = [
  { code: 'CAMERA_CREDENTIALS_REFUSED', look: ({ refusal }) => said(refusal !== null, refusal), ...AT_ONCE },
  limit({
    code: 'CAMERA_FRAMES_MISSING',
    badness: ({ health, ratedFps }) =>
      !health || health.fps === null ? null : ratedFps > 0 ? 1 - Math.min(1, health.fps / ratedFps) : 0,
    enter: 0.4,
    leave: 0.25,
    detail: (_, { health, ratedFps }) => `${health!.fps!.toFixed(1)} / ${ratedFps} fps`,
  }),
  limit({
    code: 'CAMERA_LOSSY',
    badness: ({ health }) => (health === null ? null : (health.lossRatio ?? 0)),
    enter: 0.02,
    leave: 0.01,
    detail: (ratio) => `${(100 * ratio).toFixed(1)} %`,
  }),
  limit({
    code: 'CAMERA_KEY_FRAMES_RARE',
    badness: ({ health }) => health?.keyIntervalSec ?? null,
    enter: 6,
    leave: 5,
    detail: (seconds) => `${seconds.toFixed(1)} s`,
  }),
  limit({
    code: 'CAMERA_CLOCK_OFF',
    badness: ({ health }) => (!health || health.clockOffsetMs === null ? null : Math.abs(health.clockOffsetMs)),
    enter: 2000,
    leave: 1500,
    detail: (_, { health }) =>
      `${health!.clockOffsetMs! > 0 ? '+' : ''}${(health!.clockOffsetMs! / 1000).toFixed(1)} s`,
  }),
  // Counted over ten minutes: that is its duration.
  limit(
    {
      code: 'CAMERA_FLAPPING',
      badness: ({ losses }) => losses,
      enter: 3,
      leave: 0.5,
      detail: (times) => `${times}×`,
    },
    AT_ONCE,
  ),
  // A camera that starts up garbles its first answers: ffmpeg carries it for some seconds, which is worth no word.
  {
    code: 'CAMERA_FELL_BACK',
    look: ({ sourceChoice, watched }) => said(sourceChoice === 'auto' && watched?.source === 'ffmpeg', null),
    comesAfterMs: 60_000,
    goesAfterMs: 10_000,
  },
  {
    code: 'CAMERA_MAIN_LOST',
    look: ({ other }) => said(other?.status === 'lost', other?.detail ?? null),
    comesAfterMs: 15_000,
    goesAfterMs: 30_000,
  },
  // Most cameras need a minute to answer ONVIF after a start, and subscriptions end all the time.
  {
    code: 'CAMERA_EVENTS_UNHEARD',
    look: ({ unheard }) => said(unheard !== null, unheard),
    comesAfterMs: 5 * 60_000,
    goesAfterMs: 30_000,
  },
  // The machine of verdicts has durations of its own.
  {
    code: 'CAMERA_PICTURE_FAULT',
    look: ({ pictureFaults }) => said(pictureFaults.length > 0, pictureFaults.join(', ')),
    ...AT_ONCE,
  },
];

/**
 * How a camera is, from how it was and what is known now (epoch ms). `since` stands as long as the status does. A camera
 * that is away stays `offline` while it is asked again: attempts do not end a loss, only pictures do.
 */
export function judge(before: Judged | null, facts: ConditionFacts, now: number): Judged {
  const known = before?.condition;
  const { status, reasons, turning = new Map<ErrorCode, number>() } = statusOf(before, facts, now);
  const since = known?.status === status ? known.since : new Date(now).toISOString();
  const due = [...turning].map(([code, from]) => dueOf(code, from, reasons));
  return { condition: { status, since, reasons }, turning, dueAt: due.length > 0 ? Math.min(...due) : null };
}

type Told = Pick<CameraCondition, 'status' | 'reasons'> & { turning?: Map<ErrorCode, number> };

function statusOf(before: Judged | null, facts: ConditionFacts, now: number): Told {
  const { enabled, watched } = facts;
  const known = before?.condition;
  if (!enabled) return { status: 'off', reasons: [] };
  switch (watched?.status) {
    case 'lost':
      return { status: 'offline', reasons: reasonsOfLoss(watched, facts) };
    case 'live': {
      const { reasons, turning } = reasonsOf(before, facts, now);
      return { status: reasons.length > 0 ? 'degraded' : 'live', reasons, turning };
    }
    default:
      return known?.status === 'offline'
        ? { status: 'offline', reasons: known.reasons }
        : { status: 'connecting', reasons: [] };
  }
}

function reasonsOfLoss({ code, detail }: StreamState, { refusal }: ConditionFacts): Reason[] {
  const reasons: Reason[] = [{ code: code ?? 'CAMERA_SILENT', detail }];
  if (refusal !== null && code !== 'CAMERA_CREDENTIALS_REFUSED') {
    reasons.push({ code: 'CAMERA_CREDENTIALS_REFUSED', detail: refusal });
  }
  return reasons;
}

function reasonsOf(
  before: Judged | null,
  facts: ConditionFacts,
  now: number,
): { reasons: Reason[]; turning: Map<ErrorCode, number> } {
  const { condition, turning: turned } = before ?? { condition: null, turning: new Map<ErrorCode, number>() };
  const known = new Map(condition?.status === 'degraded' ? condition.reasons.map((each) => [each.code, each]) : []);
  const turning = new Map<ErrorCode, number>();
  const reasons = rules.flatMap(({ code, look, comesAfterMs, goesAfterMs }): Reason[] => {
    const stood = known.get(code);
    const asBefore = stood ? [stood] : [];
    const finding = look(facts, stood !== undefined);
    if (finding === null) return asBefore;
    const told = finding.wrong ? [{ code, detail: finding.detail }] : [];
    if (finding.wrong === (stood !== undefined)) return told;
    const from = turned.get(code) ?? now;
    if (now >= from + (finding.wrong ? comesAfterMs : goesAfterMs)) return told;
    turning.set(code, from);
    return asBefore;
  });
  return { reasons, turning };
}

/** When what is turning will have turned. */
function dueOf(code: ErrorCode, from: number, reasons: readonly Reason[]): number {
  const { comesAfterMs, goesAfterMs } = rules.find((rule) => rule.code === code)!;
  return from + (reasons.some((reason) => reason.code === code) ? goesAfterMs : comesAfterMs);
}
