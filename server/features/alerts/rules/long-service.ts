import type { LongServiceParams } from '#contract/alert-rules.ts';
import { absent, epoch, from } from '../condition.ts';
import { aboutWindows } from '../rule-logic.ts';
import { quantile } from './quantile.ts';

/**
 * Long service 办理超时: someone is served for longer than a multiple of the 90th percentile of that queue's services.
 *
 * The percentile is of the last services of the queue, as many as are remembered; before there are enough of them the
 * rule's own time holds. Since when: since that limit was passed, which is known beforehand.
 */
export const longService = aboutWindows<LongServiceParams>(({ row, view }, { factor, leastServices, otherwiseSec }) => {
  const since = epoch(row.since);
  const serving = row.state === 'serving' && since !== null;
  const queueId = serving ? view.journal.queueAt(row.windowId) : null;
  const took = queueId === null ? [] : view.journal.services(queueId);
  const limitSec = took.length >= leastServices ? factor * quantile(took, 0.9) : otherwiseSec;
  return {
    condition: serving ? from(since + Math.round(limitSec * 1000), view.now) : absent(since),
    facts: { ticketNo: row.ticketNo, staff: row.staff, limitSec: Math.round(limitSec) },
  };
});
