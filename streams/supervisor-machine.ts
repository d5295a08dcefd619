import type { Camera, StreamState } from '#contract/cameras.ts';
import { paceOf, type Pace } from './retry-pace.ts';
import type { SourceCode, SourceKind } from './source.ts';

export type SourceChoice = Camera['sourceChoice'];

/** Timers the machine asks for. `retry` is a pause between attempts, whose length is the owner's (`retry-pace.ts`). */
export type TimerName = 'linger' | 'settled' | 'trial';
export const TIMER_MS: Readonly<Record<Exclude<TimerName, 'trial'>, number>> = {
  /** A stream nobody watches any more is kept this long: people go back and forth between tiles. */
  linger: 10_000,
  /** Live for this long: the failures before are forgotten. */
  settled: 10_000,
};
/**
 * How long the fallback carries the stream until the rtsp source is tried again beside it. Garbled answers are those of a
 * camera that starts up, so it is tried soon, then ever more rarely, as a second connection is work for the camera; a codec
 * that we cannot read stays one.
 */
export const FIRST_TRIAL_MS = 20_000;
export const LONGEST_TRIAL_MS = 15 * 60_000;
/** One garbled answer may be a camera that just restarts; the second time the other client is tried. */
const PROTOCOL_FAILURES_TO_FALL_BACK = 2;

export type Phase =
  | { name: 'idle' }
  /** The first attempt since somebody wanted the stream. */
  | { name: 'connecting'; source: SourceKind }
  /** Pictures come from `source`; with `trial`, rtsp is tried beside the fallback. */
  | { name: 'live'; source: SourceKind; trial: boolean }
  /** Waiting for the next attempt, or (with a source) making it. It is `lost` to people until pictures come. */
  | { name: 'lost'; source: SourceKind | null; code: SourceCode; detail: string };

export interface SupervisorState {
  readonly phase: Phase;
  readonly choice: SourceChoice;
  /** The source of the next attempt. */
  readonly next: SourceKind;
  /** Of the rtsp source, one after the other. */
  readonly protocolFailures: number;
  /** Until the next trial of rtsp beside the fallback. */
  readonly trialMs: number;
  /** We were not let in and the pause for it is not over; it also holds while nobody wants the stream. */
  readonly refusal: { code: SourceCode; detail: string } | null;
}

export type SupervisorInput =
  | { type: 'wanted' }
  | { type: 'unwanted' }
  /** At once, without lingering. */
  | { type: 'stop' }
  | { type: 'picture'; source: SourceKind }
  | { type: 'failed'; source: SourceKind; code: SourceCode; detail: string }
  | { type: 'retry' }
  | { type: 'timer'; timer: TimerName };

export type SupervisorEffect =
  | { do: 'run'; source: SourceKind }
  | { do: 'halt'; source: SourceKind }
  /** Wait before the next attempt, at this pace. */
  | { do: 'retry-later'; pace: Exclude<Pace, 'refused'> }
  /** Wait until a person has done something about the refused password. */
  | { do: 'await-leave' }
  | { do: 'cancel-retry' }
  | { do: 'forget-failures' }
  | { do: 'start-timer'; timer: Exclude<TimerName, 'trial'> }
  | { do: 'start-timer'; timer: 'trial'; ms: number }
  | { do: 'cancel-timer'; timer: TimerName }
  /** What the hub keeps does not lead to the pictures that come next. */
  | { do: 'clear-hub' };

export type Transition = readonly [SupervisorState, readonly SupervisorEffect[]];

export function initialState(choice: SourceChoice): SupervisorState {
  const next = choice === 'auto' ? 'rtsp' : choice;
  return { phase: { name: 'idle' }, choice, next, protocolFailures: 0, trialMs: FIRST_TRIAL_MS, refusal: null };
}

/** The state in the words of the contract. */
export function describe({ phase }: SupervisorState): Pick<StreamState, 'status' | 'source' | 'code' | 'detail'> {
  return {
    status: phase.name,
    source: phase.name === 'live' ? phase.source : null,
    code: phase.name === 'lost' ? phase.code : null,
    detail: phase.name === 'lost' ? phase.detail : null,
  };
}

/** The life of a pull: pure, so that every case stands in a table of its test. */
export function step(state: SupervisorState, input: SupervisorInput): Transition {
  switch (input.type) {
    case 'wanted':
      return wanted(state);
    case 'unwanted':
      return state.phase.name === 'idle' ? [state, []] : [state, [{ do: 'start-timer', timer: 'linger' }]];
    case 'stop':
      return idle({ ...state, refusal: null });
    case 'picture':
      return picture(state, input.source);
    case 'failed':
      return failed(state, input);
    case 'retry':
      return retry(state);
    case 'timer':
      return timer(state, input.timer);
  }
}

function wanted(state: SupervisorState): Transition {
  if (state.phase.name !== 'idle') return [state, [{ do: 'cancel-timer', timer: 'linger' }]];
  if (state.refusal !== null) {
    return [{ ...state, phase: { name: 'lost', source: null, ...state.refusal } }, []];
  }
  return [{ ...state, phase: { name: 'connecting', source: state.next } }, [{ do: 'run', source: state.next }]];
}

function picture(state: SupervisorState, source: SourceKind): Transition {
  const { phase } = state;
  const live: Phase = { name: 'live', source, trial: false };
  const settling = { do: 'start-timer', timer: 'settled' } as const;
  if (phase.name === 'live') {
    if (phase.source === source) return [state, []];
    // The trial succeeded: rtsp takes over from the fallback without a hole.
    const handOver = [{ do: 'clear-hub' }, { do: 'halt', source: phase.source }, settling] as const;
    return [{ ...state, phase: live, next: source, protocolFailures: 0 }, handOver];
  }
  if (phase.name === 'idle' || phase.source !== source) return [state, []];
  const trial = state.choice === 'auto' && source === 'ffmpeg';
  return [{ ...state, phase: live }, trial ? [settling, trialOf(state)] : [settling]];
}

function failed(state: SupervisorState, input: Extract<SupervisorInput, { type: 'failed' }>): Transition {
  const { phase } = state;
  const { source, code, detail } = input;
  if (phase.name === 'live' && phase.trial && source !== phase.source) {
    const later = { ...state, phase: { ...phase, trial: false }, trialMs: trialAfter(code, 2 * state.trialMs) };
    return [later, [trialOf(later)]];
  }
  if (phase.name === 'idle' || phase.source !== source) return [state, []];
  const effects: SupervisorEffect[] = [];
  if (phase.name === 'live') effects.push({ do: 'cancel-timer', timer: 'settled' }, { do: 'clear-hub' });
  if (phase.name === 'live' && source === 'ffmpeg') effects.push({ do: 'cancel-timer', timer: 'trial' });
  if (phase.name === 'live' && phase.trial) effects.push({ do: 'halt', source: 'rtsp' });
  const pace = paceOf(code);
  effects.push(pace === 'refused' ? { do: 'await-leave' } : { do: 'retry-later', pace });
  const lost: Phase = { name: 'lost', source: null, code, detail };
  const refusal = pace === 'refused' || pace === 'unwelcome' ? { code, detail } : null;
  return [{ ...afterFailure(state, source, code), phase: lost, refusal }, effects];
}

/** Chooses the source of the next attempt. */
function afterFailure(state: SupervisorState, source: SourceKind, code: SourceCode): SupervisorState {
  if (state.choice !== 'auto') return state;
  if (source === 'ffmpeg') {
    // It carried the stream, so it is the one that can; where it never could, rtsp has its turn again.
    return state.phase.name === 'live' ? state : { ...state, next: 'rtsp', protocolFailures: 0 };
  }
  if (code === 'CAMERA_CODEC_UNSUPPORTED') return { ...state, next: 'ffmpeg', trialMs: LONGEST_TRIAL_MS };
  if (code !== 'CAMERA_PROTOCOL') return { ...state, protocolFailures: 0 };
  const protocolFailures = state.protocolFailures + 1;
  return { ...state, protocolFailures, next: protocolFailures < PROTOCOL_FAILURES_TO_FALL_BACK ? 'rtsp' : 'ffmpeg' };
}

function trialAfter(code: SourceCode, ms: number): number {
  return code === 'CAMERA_CODEC_UNSUPPORTED' ? LONGEST_TRIAL_MS : Math.min(ms, LONGEST_TRIAL_MS);
}

function trialOf({ trialMs }: SupervisorState): SupervisorEffect {
  return { do: 'start-timer', timer: 'trial', ms: trialMs };
}

function retry(state: SupervisorState): Transition {
  const { phase, next } = state;
  if (phase.name !== 'lost' || phase.source !== null) return [{ ...state, refusal: null }, []];
  return [{ ...state, phase: { ...phase, source: next }, refusal: null }, [{ do: 'run', source: next }]];
}

function timer(state: SupervisorState, name: TimerName): Transition {
  const { phase } = state;
  if (name === 'linger') return phase.name === 'idle' ? [state, []] : idle(state);
  if (phase.name !== 'live') return [state, []];
  if (name === 'settled') {
    const trialMs = phase.source === 'ffmpeg' ? state.trialMs : FIRST_TRIAL_MS;
    return [{ ...state, protocolFailures: 0, trialMs }, [{ do: 'forget-failures' }]];
  }
  if (phase.source !== 'ffmpeg' || phase.trial) return [state, []];
  return [{ ...state, phase: { ...phase, trial: true } }, [{ do: 'run', source: 'rtsp' }]];
}

function idle(state: SupervisorState): Transition {
  const { phase } = state;
  const effects: SupervisorEffect[] = [
    ...(state.refusal === null ? [{ do: 'cancel-retry' } as const] : []),
    { do: 'cancel-timer', timer: 'linger' },
    { do: 'cancel-timer', timer: 'settled' },
    { do: 'cancel-timer', timer: 'trial' },
    { do: 'clear-hub' },
  ];
  if (phase.name !== 'idle' && phase.source !== null) effects.push({ do: 'halt', source: phase.source });
  if (phase.name === 'live' && phase.trial) effects.push({ do: 'halt', source: 'rtsp' });
  return [{ ...state, phase: { name: 'idle' } }, effects];
}
