import type { Card, CardActName } from '#contract/cards.ts';
import type { ErrorCode } from '#contract/errors.ts';

export type CardLife = Pick<Card, 'state' | 'feedback' | 'appeal' | 'revokeBy'>;

export interface CardEvent {
  act: Exclude<CardActName, 'propose'>;
  by: string | null;
  /** Epoch ms. */
  at: number;
  /** Something may excuse the card, and no reason was given to issue it all the same. */
  excused?: boolean;
  /** Of an appeal: until when it may be lodged, or taken to the level above. */
  appealUntil?: number | null;
  /** Who acts stands above the level that issued the card. */
  above?: boolean;
}

export type CardStep = { ok: true; life: CardLife } | { ok: false; code: ErrorCode; why: string };

export const proposed: CardLife = { state: 'proposed', feedback: 'none', appeal: 'none', revokeBy: null };

/** Cards in these states are active: the highest of a subject counts. */
export const ACTIVE = ['issued', 'supervised', 'closed'] as const satisfies readonly Card['state'][];

/** By which an appeal is decided. */
const DECIDES: readonly CardEvent['act'][] = ['reject-appeal', 'revoke', 'confirm-revoke', 'decline-revoke'];

/**
 * The life of a card: proposed -> issued -> (supervised) -> closed, when the feedback of the carded side is accepted. A
 * proposed one is cancelled, an active one revoked, for which it takes two people. An appeal changes nothing by itself:
 * it is rejected, or upheld by revoking the card. One that was rejected goes once to the level above, which alone then has
 * the say.
 */
export function step(life: CardLife, event: CardEvent): CardStep {
  const { act } = event;
  if (!allowed(life, act)) return no('CARD_ACT_REFUSED', `${act} of a card that is ${wordOf(life)}`);
  if (life.appeal === 'escalated' && DECIDES.includes(act) && !event.above)
    return no('CARD_ACT_REFUSED', 'the appeal is with the level above');
  switch (act) {
    case 'issue':
      return event.excused ? no('CARD_EXCUSED', 'something may excuse it') : yes({ ...life, state: 'issued' });
    case 'cancel':
      return yes({ ...life, state: 'cancelled' });
    case 'supervise':
      return yes({ ...life, state: 'supervised' });
    case 'feedback':
      return yes({ ...life, feedback: 'given' });
    case 'return':
      return yes({ ...life, feedback: 'returned' });
    case 'accept':
      return yes({ ...life, feedback: 'accepted', state: 'closed' });
    case 'appeal':
      if (event.at > (event.appealUntil ?? Infinity)) return no('CARD_ACT_REFUSED', 'the time to appeal is over');
      return yes({ ...life, appeal: 'lodged' });
    case 'escalate-appeal':
      if (event.at > (event.appealUntil ?? Infinity)) return no('CARD_ACT_REFUSED', 'the time to appeal is over');
      return yes({ ...life, appeal: 'escalated' });
    case 'reject-appeal':
      return yes({ ...life, appeal: life.appeal === 'escalated' ? 'dismissed' : 'rejected' });
    case 'revoke':
      return yes({ ...life, revokeBy: event.by });
    case 'confirm-revoke':
      if (event.by === life.revokeBy) return no('CARD_SECOND_PERSON', 'by the same person');
      return yes({ ...life, state: 'revoked', appeal: isHeard(life.appeal) ? 'upheld' : life.appeal });
    case 'decline-revoke':
      return yes({ ...life, revokeBy: null });
  }
}

function allowed({ state, feedback, appeal, revokeBy }: CardLife, act: CardEvent['act']): boolean {
  const open = state === 'issued' || state === 'supervised';
  const active = open || state === 'closed';
  switch (act) {
    case 'issue':
    case 'cancel':
      return state === 'proposed';
    case 'supervise':
      return state === 'issued';
    case 'feedback':
      return open && (feedback === 'none' || feedback === 'returned');
    case 'return':
    case 'accept':
      return open && feedback === 'given';
    case 'appeal':
      return active && appeal === 'none';
    case 'escalate-appeal':
      return active && appeal === 'rejected';
    case 'reject-appeal':
      return active && isHeard(appeal);
    case 'revoke':
      return active && revokeBy === null;
    case 'confirm-revoke':
    case 'decline-revoke':
      return active && revokeBy !== null;
  }
}

/** Somebody is to decide it. */
function isHeard(appeal: CardLife['appeal']): boolean {
  return appeal === 'lodged' || appeal === 'escalated';
}

function wordOf({ state, feedback, appeal, revokeBy }: CardLife): string {
  return `${state}, feedback ${feedback}, appeal ${appeal}, ${revokeBy === null ? 'not to be revoked' : 'to be revoked'}`;
}

function yes(life: CardLife): CardStep {
  return { ok: true, life };
}

function no(code: ErrorCode, why: string): CardStep {
  return { ok: false, code, why };
}
