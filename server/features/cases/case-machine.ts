import type { CaseOutcome, CaseState, ProcedureKind } from '#contract/cases.ts';
import type { RowRefusal } from '#contract/exchange.ts';

/** What happens to a case. Times are epoch ms. */
export type CaseEvent =
  | { do: 'accept' | 'refuse' | 'return' | 'void'; at: number }
  | { do: 'begin'; at: number; procedure: number; kind: ProcedureKind }
  | { do: 'end'; at: number; procedure: number }
  | { do: 'step'; at: number; step: string }
  | { do: 'finish'; at: number; outcome: CaseOutcome };

export interface CaseLife {
  state: CaseState;
  acceptedAt: number | null;
  finishedAt: number | null;
  outcome: CaseOutcome | null;
  step: string | null;
  /** Special procedures that have begun and not ended, by their number. */
  running: ReadonlyMap<number, ProcedureKind>;
}

export type Lived = { ok: true; life: CaseLife } | { ok: false; why: RowRefusal; detail: string };

export const unborn: CaseLife = {
  state: 'draft',
  acceptedAt: null,
  finishedAt: null,
  outcome: null,
  step: null,
  running: new Map(),
};

/**
 * The life of a case: draft -> accepted -> finished, with special procedures in between, during which it is in correction
 * or suspended. Refused, finished and voided are ends; what was returned may come again.
 */
export function live(life: CaseLife, event: CaseEvent): Lived {
  if (isEnd(life.state)) return no('after-its-end', `${event.do} after it was ${life.state}`);
  switch (event.do) {
    case 'accept':
      if (life.acceptedAt !== null) return no('not-from-this-state', 'accepted twice');
      return yes({ ...life, state: 'accepted', acceptedAt: event.at });
    case 'refuse':
    case 'return':
      if (life.acceptedAt !== null) return no('not-from-this-state', `${event.do} of an accepted case`);
      return yes({ ...life, state: event.do === 'refuse' ? 'refused' : 'returned' });
    case 'void':
      return yes({ ...life, state: 'voided', finishedAt: event.at, running: new Map() });
    default:
      return life.acceptedAt === null
        ? no('not-accepted', `${event.do} of a case that is not accepted`)
        : go(life, event);
  }
}

function go(life: CaseLife, event: Extract<CaseEvent, { do: 'begin' | 'end' | 'step' | 'finish' }>): Lived {
  if (event.at < life.acceptedAt!) return no('before-acceptance', `${event.do} lies before acceptance`);
  switch (event.do) {
    case 'begin':
      return yes(waiting(life, new Map([...life.running, [event.procedure, event.kind]])));
    case 'end': {
      const running = new Map(life.running);
      if (!running.delete(event.procedure))
        return no('not-from-this-state', `procedure ${event.procedure} does not run`);
      return yes(waiting(life, running));
    }
    case 'step':
      return yes({ ...life, step: event.step });
    case 'finish':
      // Who withdraws need not wait for an expert; a decision cannot be taken while the clock stands.
      if (life.running.size > 0 && event.outcome !== 'withdrawn')
        return no('not-from-this-state', 'finished while a special procedure runs');
      return yes({ ...life, state: 'finished', finishedAt: event.at, outcome: event.outcome, running: new Map() });
  }
}

/** Several run at once: that the applicant is asked for papers is what the desk must know. */
function waiting(life: CaseLife, running: ReadonlyMap<number, ProcedureKind>): CaseLife {
  if (running.size === 0) return { ...life, state: 'accepted', running };
  return { ...life, state: [...running.values()].includes('correction') ? 'correction' : 'suspended', running };
}

const order: readonly CaseEvent['do'][] = ['return', 'accept', 'begin', 'step', 'end', 'refuse', 'finish', 'void'];

/** Lives through events in the order of their time; at the same instant in that in which they can happen. */
export function liveThrough(events: readonly CaseEvent[]): Lived {
  const sorted = [...events].sort((a, b) => a.at - b.at || order.indexOf(a.do) - order.indexOf(b.do));
  let life = unborn;
  for (const event of sorted) {
    // Said of the whole row, it is clearer than of the first event that does not fit.
    const accepted = events.find((each) => each.do === 'accept');
    if (accepted && event.at < accepted.at && event.do !== 'return') {
      return no('before-acceptance', `${event.do} at ${iso(event.at)}, accepted at ${iso(accepted.at)}`);
    }
    const next = live(life, event);
    if (!next.ok) return next;
    life = next.life;
  }
  return yes(life);
}

export function isEnd(state: CaseState): boolean {
  return state === 'refused' || state === 'finished' || state === 'voided';
}

function yes(life: CaseLife): Lived {
  return { ok: true, life };
}

function no(why: RowRefusal, detail: string): Lived {
  return { ok: false, why, detail };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
