import type { HallCrowdingParams } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutHall } from '../rule-logic.ts';

/**
 * Hall crowding 厅内拥挤: more people are inside than this share of what the hall is made for.
 *
 * Since when: since it was first seen, as sensors tell how many there are and not since when. It is unknown while no
 * sensor counts.
 */
export const hallCrowding = aboutHall<HallCrowdingParams>(({ view }, { share }, held) => {
  const { capacity } = view.hall;
  const { inside, now } = view;
  const crowded = inside !== null && inside > share * capacity;
  return {
    condition: inside === null ? unknown : crowded ? present(held ?? now) : absent(),
    facts: { inside, capacity },
  };
});
