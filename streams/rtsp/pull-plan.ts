import { AppError } from '#lib/app-error.ts';
import type { RtspAddress } from './address.ts';

const MAX_REDIRECTS = 3;
/** Over TCP; then it is tried over UDP. */
const MAX_CLOSED_AFTER_PLAY = 2;

/** How the next connection of one run is to be made. */
export interface PullPlan {
  readonly address: RtspAddress;
  readonly transport: 'tcp' | 'udp';
  readonly sound: boolean;
  readonly redirects: number;
  /** Connections that ended between PLAY and the first picture. */
  readonly closedAfterPlay: number;
}

/** How a connection ended. Only `over` ends the run at once; whatever else may go better in another way. */
export type PullEnd =
  | { how: 'redirected'; to: RtspAddress }
  | { how: 'transport-refused'; detail: string }
  /** The camera hung up when it was asked for its sound. */
  | { how: 'sound-refused' }
  | { how: 'closed-after-play' }
  | { how: 'over'; error: AppError };

export function firstPlan(address: RtspAddress): PullPlan {
  return { address, transport: 'tcp', sound: true, redirects: 0, closedAfterPlay: 0 };
}

/** The next way to try within the same run, or why there is none left. TCP goes first: it loses nothing. */
export function nextPlan(plan: PullPlan, end: PullEnd): PullPlan | AppError {
  switch (end.how) {
    case 'over':
      return end.error;
    case 'redirected':
      if (plan.redirects === MAX_REDIRECTS) return new AppError('CAMERA_PROTOCOL', 'too many redirections');
      return { ...plan, address: end.to, redirects: plan.redirects + 1 };
    case 'transport-refused':
      if (plan.transport === 'udp') return new AppError('CAMERA_PROTOCOL', `neither TCP nor UDP: ${end.detail}`);
      return { ...plan, transport: 'udp' };
    case 'sound-refused':
      return { ...plan, sound: false };
    case 'closed-after-play': {
      if (plan.transport === 'udp') return new AppError('CAMERA_PROTOCOL', 'the camera closes after each PLAY');
      const closedAfterPlay = plan.closedAfterPlay + 1;
      return { ...plan, closedAfterPlay, transport: closedAfterPlay < MAX_CLOSED_AFTER_PLAY ? 'tcp' : 'udp' };
    }
  }
}
