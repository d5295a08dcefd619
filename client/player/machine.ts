import type { LiveMessage } from '#contract/live.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { ClientErrorCode } from '../api/http.ts';

/** What the gateway last said about the camera's stream. */
export type SourceState = Pick<Extract<LiveMessage, { type: 'state' }>, 'status' | 'since' | 'code'>;

/** Why a player has no picture and tries again by itself. */
export type WaitReason = ErrorCode | ClientErrorCode | 'CONNECTION_CLOSED' | 'DECODER_FAILED';

/**
 * The life of one tile's player.
 * paused -> authorising -> queued (for a join slot) -> joining (no picture yet) -> playing; from anywhere in between to
 * waiting, and from there to authorising again. `unsupported`: this browser cannot decode the stream (or, with an empty
 * codec, any stream). Tokens are asked for before the queue, so that those of a whole wall come in one answer and nobody
 * holds a slot while the server is asked.
 */
export type PlayerState =
  | { name: 'paused' }
  | { name: 'authorising'; attempt: number }
  | { name: 'queued'; attempt: number; token: string }
  | { name: 'joining'; attempt: number; source: SourceState | null; slot: boolean }
  | { name: 'playing'; source: SourceState | null; slow: boolean }
  | { name: 'unsupported'; codec: string }
  | { name: 'waiting'; attempt: number; reason: WaitReason };

export type PlayerInput =
  | { type: 'show' }
  | { type: 'hide' }
  | { type: 'authorised'; token: string }
  | { type: 'refused'; reason: WaitReason }
  | { type: 'slot-granted' }
  | { type: 'message'; message: LiveMessage }
  | { type: 'first-frame' }
  | { type: 'join-overdue' }
  | { type: 'fell-behind' }
  | { type: 'kept-up' }
  | { type: 'unsupported'; codec: string }
  | { type: 'decoder-failed' }
  | { type: 'closed' }
  | { type: 'stalled' }
  | { type: 'retry' };

export type PlayerEffect =
  | { do: 'authorise' }
  | { do: 'request-slot' }
  | { do: 'release-slot' }
  | { do: 'open'; token: string }
  | { do: 'close' }
  | { do: 'retry-later'; attempt: number }
  | { do: 'cancel-retry' };

export interface PlayerStep {
  state: PlayerState;
  effects: PlayerEffect[];
}

const stay = (state: PlayerState): PlayerStep => ({ state, effects: [] });

/** Leaves whatever is going on and tries again later; where a reason is asked for, once somebody has given it. */
function wait(reason: WaitReason, attempt: number): PlayerStep {
  return {
    state: { name: 'waiting', reason, attempt },
    effects: [
      { do: 'release-slot' },
      { do: 'close' },
      ...(reason === 'REASON_REQUIRED' ? [] : [{ do: 'retry-later', attempt } as const]),
    ],
  };
}

/** The pure player: what follows from an input, and what the owner must do. Inputs that come too late change nothing. */
export function step(state: PlayerState, input: PlayerInput): PlayerStep {
  if (input.type === 'hide') {
    if (state.name === 'paused') return stay(state);
    return { state: { name: 'paused' }, effects: [{ do: 'cancel-retry' }, { do: 'release-slot' }, { do: 'close' }] };
  }
  switch (state.name) {
    case 'paused':
      return input.type === 'show' ? authorise(0) : stay(state);
    case 'waiting':
      if (input.type !== 'retry') return stay(state);
      return { ...authorise(state.attempt + 1), effects: [{ do: 'cancel-retry' }, { do: 'authorise' }] };
    case 'authorising':
      if (input.type === 'refused') return wait(input.reason, state.attempt);
      if (input.type === 'unsupported') return giveUp(input.codec);
      if (input.type !== 'authorised') return stay(state);
      return {
        state: { name: 'queued', attempt: state.attempt, token: input.token },
        effects: [{ do: 'request-slot' }],
      };
    case 'queued':
      if (input.type !== 'slot-granted') return stay(state);
      return {
        state: { name: 'joining', attempt: state.attempt, source: null, slot: true },
        effects: [{ do: 'open', token: state.token }],
      };
    case 'joining':
    case 'playing':
      return connected(state, input);
    case 'unsupported':
      return unsupported(state, input);
  }
}

function giveUp(codec: string): PlayerStep {
  return { state: { name: 'unsupported', codec }, effects: [{ do: 'release-slot' }] };
}

function authorise(attempt: number): PlayerStep {
  return { state: { name: 'authorising', attempt }, effects: [{ do: 'authorise' }] };
}

function connected(state: Extract<PlayerState, { name: 'joining' | 'playing' }>, input: PlayerInput): PlayerStep {
  const attempt = state.name === 'joining' ? state.attempt : 0;
  switch (input.type) {
    case 'first-frame':
      if (state.name === 'playing') return stay(state);
      return { state: { name: 'playing', source: state.source, slow: false }, effects: [{ do: 'release-slot' }] };
    case 'message':
      return heard(state, input.message, attempt);
    case 'fell-behind':
    case 'kept-up':
      return stay(state.name === 'playing' ? { ...state, slow: input.type === 'fell-behind' } : state);
    case 'join-overdue':
      if (state.name !== 'joining' || !state.slot) return stay(state);
      return { state: { ...state, slot: false }, effects: [{ do: 'release-slot' }] };
    case 'unsupported':
      return giveUp(input.codec);
    case 'decoder-failed':
      return wait('DECODER_FAILED', attempt);
    case 'closed':
    case 'stalled':
      return wait('CONNECTION_CLOSED', attempt);
    default:
      return stay(state);
  }
}

/** The connection is kept, because the camera may be set to another codec any moment. */
function unsupported(state: Extract<PlayerState, { name: 'unsupported' }>, input: PlayerInput): PlayerStep {
  if (input.type === 'first-frame') return stay({ name: 'playing', source: null, slow: false });
  if (input.type === 'unsupported') return stay({ name: 'unsupported', codec: input.codec });
  if (input.type === 'closed') return wait('CONNECTION_CLOSED', 0);
  return stay(state);
}

function heard(
  state: Extract<PlayerState, { name: 'joining' | 'playing' }>,
  message: LiveMessage,
  attempt: number,
): PlayerStep {
  if (message.type === 'end') return wait(message.code, attempt);
  if (message.type === 'skipped') return stay(state.name === 'playing' ? { ...state, slow: true } : state);
  if (message.type !== 'state') return stay(state);
  const source: SourceState = { status: message.status, since: message.since, code: message.code };
  if (message.status === 'live') return stay({ ...state, source });
  // No picture will come for a while: the slot goes to someone who can use it, and the next picture is a first one.
  const slot = state.name === 'joining' && state.slot;
  return {
    state: { name: 'joining', attempt, source, slot: false },
    effects: slot ? [{ do: 'release-slot' }] : [],
  };
}
