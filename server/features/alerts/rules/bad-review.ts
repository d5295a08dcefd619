import type { BadReviewParams } from '#contract/alert-rules.ts';
import { absent, presentUntil } from '../condition.ts';
import { aboutReviews } from '../rule-logic.ts';

/**
 * Bad review 差评: a visitor gave one of the lowest scores (GB/T 39735: the last two of five are bad).
 *
 * Every one is an alert of its own, as every one asks for a call back. It has no duration: it waits so long for somebody
 * to take it in hand, and then stays in the history.
 */
export const badReview = aboutReviews<BadReviewParams>(({ review, view }, { worstScore, holdSec }) => {
  const { at, score, ticketNo } = review;
  const endsAt = at + holdSec * 1000;
  const bad = score !== null && score <= worstScore;
  return {
    condition: bad && view.now < endsAt ? presentUntil(at, endsAt) : absent(bad ? endsAt : null),
    facts: { score, ticketNo },
  };
});
