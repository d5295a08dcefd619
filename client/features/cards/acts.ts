import type { CardActName, CardDetail } from '#contract/cards.ts';
import type { Permission } from '#contract/permissions.ts';

type Act = Exclude<CardActName, 'propose'>;

export interface PossibleAct {
  act: Act;
  /** Under the address of the card. */
  path: 'acts' | 'answers' | 'revocation';
  /** It goes nowhere without words. */
  noteNeeded: boolean;
}

const answer = (act: Act, noteNeeded = true): PossibleAct => ({ act, path: 'answers', noteNeeded });
const review = (act: Act, noteNeeded = true): PossibleAct => ({ act, path: 'acts', noteNeeded });
const revocation = (act: Act, noteNeeded = true): PossibleAct => ({ act, path: 'revocation', noteNeeded });
const needs = { acts: 'card.issue', answers: 'card.answer', revocation: 'card.revoke' } as const;

/** What somebody may do with a card as it stands; the server has the last word. */
export function possibleActs(
  card: Pick<CardDetail, 'state' | 'feedback' | 'appeal' | 'revokeBy' | 'above'>,
  who: { username: string; may(permission: Permission): boolean },
  excused: boolean,
): PossibleAct[] {
  const open = card.state === 'issued' || card.state === 'supervised';
  const active = open || card.state === 'closed';
  const acts: PossibleAct[] = [];
  if (card.state === 'proposed') acts.push(review('issue', excused), review('cancel'));
  if (open && card.feedback === 'given') acts.push(review('accept', false), review('return'));
  if (open && (card.feedback === 'none' || card.feedback === 'returned')) acts.push(answer('feedback'));
  if (card.state === 'issued') acts.push(review('supervise'));
  if (active && card.appeal === 'none') acts.push(answer('appeal'));
  if (active && card.appeal === 'rejected') acts.push(answer('escalate-appeal'));
  // what is with the level above is decided there alone
  const decides = card.appeal !== 'escalated' || card.above;
  if (active && decides && (card.appeal === 'lodged' || card.appeal === 'escalated'))
    acts.push(review('reject-appeal'));
  if (active && decides && card.revokeBy === null) acts.push(revocation('revoke'));
  if (active && decides && card.revokeBy !== null) {
    if (card.revokeBy !== who.username) acts.push(revocation('confirm-revoke', false));
    acts.push(revocation('decline-revoke'));
  }
  return acts.filter(({ path }) => who.may(needs[path]));
}
