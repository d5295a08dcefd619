import type { PlayerState, WaitReason } from './machine.ts';

/** What stands over a tile that has no live picture. `key` is a message; `since` an instant. */
export interface TileWords {
  key: string;
  params: Record<string, string>;
  /** What a person can do about it, as a message key. */
  adviceKey: string | null;
  since: string | null;
  /** It opens to whoever says why. */
  asksWhy: boolean;
  /** Something is wrong, not merely on its way. */
  fault: boolean;
}

const words = (key: string, rest: Partial<Omit<TileWords, 'key'>> = {}): TileWords => ({
  key,
  params: {},
  adviceKey: null,
  since: null,
  asksWhy: false,
  fault: true,
  ...rest,
});

const onItsWay = (key: string): TileWords => words(key, { fault: false });

/** The state of a tile in words; null while its picture is live. */
export function tileWords(state: PlayerState, enabled: boolean): TileWords | null {
  if (!enabled) return words('errors.CAMERA_DISABLED.title', { adviceKey: 'errors.CAMERA_DISABLED.advice' });
  switch (state.name) {
    case 'paused':
    case 'playing':
      return null;
    case 'queued':
    case 'authorising':
      return onItsWay('player.connecting');
    case 'unsupported':
      return state.codec === ''
        ? words('player.noPlayer')
        : words('player.codec', { params: { codec: state.codec }, adviceKey: 'player.codecAdvice' });
    case 'waiting':
      return waiting(state.reason);
    case 'joining':
      if (state.source?.status === 'lost') return lost(state.source.since, state.source.code);
      return onItsWay(state.source?.status === 'connecting' ? 'player.cameraConnecting' : 'player.connecting');
  }
}

function lost(since: string, code: string | null): TileWords {
  if (code === null) return words('player.offline', { since });
  return words(`errors.${code}.title`, { since, adviceKey: `errors.${code}.advice` });
}

function waiting(reason: WaitReason): TileWords {
  if (reason === 'CONNECTION_CLOSED') return words('player.reconnecting');
  if (reason === 'DECODER_FAILED') return words('player.decoderFailed');
  if (reason === 'REASON_REQUIRED') return words('player.asksWhy', { asksWhy: true, fault: false });
  return words(`errors.${reason}.title`, { adviceKey: `errors.${reason}.advice` });
}
