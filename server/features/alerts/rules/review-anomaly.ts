import type { ReviewAnomalyParams } from '#contract/alert-rules.ts';
import { absent, present, presentUntil, type Condition } from '../condition.ts';
import type { Review } from '../ports.ts';
import { aboutWindows } from '../rule-logic.ts';

const TOP_SCORE = 5;

/**
 * Review anomaly 异常评价: reviews that visitors hardly gave. A burst of top scores within seconds at one window (somebody
 * presses for them), or a long run of visitors who were asked and did not answer (the rater is covered, or turned away).
 *
 * A burst is over when it is so long ago; a run when somebody rates.
 */
export const reviewAnomaly = aboutWindows<ReviewAnomalyParams>(
  ({ row, view }, params) => {
    const reviews = view.journal.reviewsAt(row.windowId);
    const burst = burstOf(reviews, params, view.now);
    const unrated = reviews.length - 1 - reviews.findLastIndex(({ score }) => score !== null);
    const run = unrated >= params.unrated ? present(reviews[reviews.length - unrated]!.at) : absent();
    return {
      condition: burst ?? run,
      facts: burst ? { topScores: params.topScores, withinSec: params.withinSec } : { unrated },
    };
  },
  { reviews: true },
);

/** The last burst that is not too long ago. */
function burstOf(
  reviews: readonly Review[],
  { topScores, withinSec, holdSec }: ReviewAnomalyParams,
  now: number,
): Condition | null {
  const tops = reviews.filter(({ score }) => score === TOP_SCORE);
  for (let last = tops.length - 1; last >= topScores - 1; last--) {
    const endsAt = tops[last]!.at + holdSec * 1000;
    if (endsAt <= now) return null;
    const first = tops[last - topScores + 1]!.at;
    if (tops[last]!.at - first <= withinSec * 1000) return presentUntil(first, endsAt);
  }
  return null;
}
