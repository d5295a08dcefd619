import type { Timing } from '#contract/alert-rules.ts';
import { absent, present, unknown } from '../condition.ts';
import { aboutHall } from '../rule-logic.ts';

/**
 * Output dead 通知出口失效: alerts of this hall wait to be told by an output that gets nothing through. Whoever relies on
 * a mail or a message must hear on the wall that it does not come.
 *
 * Since when: since the first try that failed. A hall whose alerts none of the dead outputs has to tell misses nothing. After
 * a restart it is unknown until the output was tried again.
 */
export const outputDead = aboutHall<Timing>(
  ({ view: { deadOutputs } }) => {
    const [first] = deadOutputs?.toSorted((a, b) => a.since - b.since) ?? [];
    if (!first) return { condition: deadOutputs ? absent() : unknown, facts: {} };
    return {
      condition: present(first.since),
      facts: { outputs: deadOutputs!.map(({ name }) => name).join(', '), code: first.code },
    };
  },
  { unseen: true },
);
