import { matterLives, type MatterActName, type MatterStep } from '#contract/matter-kinds.ts';
import type { MatterDetail } from '#contract/matters.ts';

export interface PossibleAct {
  act: Exclude<MatterActName, 'make' | 'escalate' | 'rate'>;
  /** It goes nowhere without words. */
  noteNeeded: boolean;
  asks: MatterStep['asks'];
}

/** What somebody may do with a matter as it stands; the server has the last word. */
export function possibleActs(
  { kind, state, sides, history }: Pick<MatterDetail, 'kind' | 'state' | 'sides' | 'history'>,
  username: string,
): PossibleAct[] {
  return Object.entries(matterLives[kind].steps)
    .filter(([, { by, from, notBy }]) => {
      const isOurs = by !== 'citizen' && by !== 'clock' && sides.includes(by);
      const last = notBy && history.findLast(({ act }) => act === notBy);
      return isOurs && from.includes(state) && last?.by !== username;
    })
    .map(([act, { note, asks }]) => ({ act: act as PossibleAct['act'], noteNeeded: note === true, asks }));
}
