import type { ErrorCode } from '#contract/errors.ts';
import {
  isOver,
  matterLives,
  type MatterActName,
  type MatterKind,
  type MatterState,
  type MatterStep,
  type Side,
} from '#contract/matter-kinds.ts';

export interface MatterEvent {
  act: MatterActName;
  by: string | null;
  /** For whom he may act. */
  sides: readonly Side[];
  note: string;
  verdict?: string | undefined;
  rating?: number | undefined;
  departmentId?: string | undefined;
}

export type MatterStepped =
  | { ok: true; state: MatterState; over: boolean; owed: MatterStep['owed'] }
  | { ok: false; code: ErrorCode; why: string };

/** From this on a citizen is content. */
const CONTENT = 3;

/**
 * What becomes of a matter when somebody acts. Pure.
 * @param lastBy who did an act last; undefined: nobody did
 */
export function stepMatter(
  { kind, state }: { kind: MatterKind; state: MatterState },
  event: MatterEvent,
  lastBy: (act: MatterActName) => string | null | undefined,
): MatterStepped {
  const step = matterLives[kind].steps[event.act];
  if (!step || !step.from.includes(state))
    return no('MATTER_ACT_REFUSED', `${event.act} of a ${kind} that is ${state}`);
  if (!event.sides.includes(step.by)) return no('FORBIDDEN', `${event.act} is for the ${step.by}`);
  if (step.note && event.note === '') return no('REQUEST_INVALID', 'a note is needed');
  const said = { verdict: event.verdict, rating: event.rating, department: event.departmentId };
  if (step.asks && said[step.asks] === undefined) return no('REQUEST_INVALID', `a ${step.asks} is needed`);
  if (step.notBy && event.by !== null && lastBy(step.notBy) === event.by)
    return no('MATTER_SAME_PERSON', `${step.notBy} was by ${event.by} as well`);
  const to = event.act === 'rate' ? (event.rating! >= CONTENT ? 'closed' : 'unsatisfied') : (step.to ?? state);
  const over = isOver(kind, to);
  return { ok: true, state: to, over, owed: step.owed };
}

function no(code: ErrorCode, why: string): MatterStepped {
  return { ok: false, code, why };
}
