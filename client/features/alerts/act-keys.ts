import type { PersonAct, Verdict } from '#contract/alert-acts.ts';
import type { Alert } from '#contract/alerts.ts';

/** What one key does with an alert. */
export interface KeyAct {
  key: string;
  act: Exclude<PersonAct, 'assign' | 'comment'>;
  verdict?: Verdict;
  /** The name of its words. */
  name: 'acknowledge' | 'handle' | Verdict;
}

const acknowledge: KeyAct = { key: 'A', act: 'acknowledge', name: 'acknowledge' };
const handle: KeyAct = { key: 'H', act: 'handle', name: 'handle' };
const verdicts: KeyAct[] = [
  { key: 'C', act: 'close', verdict: 'confirmed', name: 'confirmed' },
  { key: 'X', act: 'close', verdict: 'false-alarm', name: 'false-alarm' },
];

/** What can be done with an alert by one key, in the order of the work. */
export function keyActs({ status, verdict }: Pick<Alert, 'status' | 'verdict'>): KeyAct[] {
  if (status === 'closed') return verdicts.filter((each) => each.verdict !== verdict);
  return [...(status === 'open' ? [acknowledge] : []), ...(status !== 'handled' ? [handle] : []), ...verdicts];
}
