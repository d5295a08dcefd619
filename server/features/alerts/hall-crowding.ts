import type { HallCrowdingParams } from '#contract/alerts.ts';
import { ofHall, subjectKey, type Condition, type Evaluate } from './condition.ts';

/**
 * Hall crowding 厅内拥挤: more people are inside than this share of what the hall is made for.
 *
 * Since when: since it was first seen, as sensors tell how many there are and not since when. It is unknown while no
 * sensor counts.
 */
export const hallCrowding: Evaluate<HallCrowdingParams> = ({ hall, live, now }, { share }, heldSince) => {
  const { capacity } = hall;
  const { inside } = live;
  const since = heldSince(subjectKey(ofHall)) ?? now;
  const condition: Condition =
    inside === null
      ? { is: 'unknown' }
      : inside > share * capacity
        ? { is: 'present', since, armed: true }
        : { is: 'absent', since: null, beginsAt: null };
  return [{ subject: ofHall, condition, facts: { inside, capacity } }];
};
