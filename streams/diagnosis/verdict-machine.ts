import type { PictureFault } from '#contract/picture-check.ts';
import type { Opinions } from './judging/judge.ts';

/** A fault is there from this on, and over below the other. */
const RAISE_FROM = 0.5;
const CLEAR_BELOW = 0.35;
/** Seen for so long without a break, it counts: people walk by, and lights are switched. */
const RAISE_AFTER_MS: Readonly<Record<PictureFault, number>> = {
  black: 4_000,
  'over-exposed': 14_000,
  frozen: 0, // counts its time itself
  blurred: 19_000,
  covered: 14_000,
  'colour-cast': 19_000,
  moved: 14_000,
  noise: 14_000,
};
const CLEAR_AFTER_MS = 9_000;

/** One fault on its way: suspected, raised, or raised and perhaps over. */
interface Suspicion {
  readonly since: number;
  readonly raised: boolean;
  readonly confidence: number;
  /** Since when it looks as if it were over. */
  readonly overSince: number | null;
}

export type Verdict = Readonly<Partial<Record<PictureFault, Suspicion>>>;

export interface RaisedFault {
  fault: PictureFault;
  since: number;
  confidence: number;
}

/** One more look: the new verdict. Pure. */
export function consider(verdict: Verdict, opinions: Opinions, at: number): Verdict {
  const next: Partial<Record<PictureFault, Suspicion>> = {};
  for (const fault of Object.keys(opinions) as PictureFault[]) {
    const suspicion = follow(verdict[fault], opinions[fault], at, RAISE_AFTER_MS[fault]);
    if (suspicion) next[fault] = suspicion;
  }
  return next;
}

function follow(before: Suspicion | undefined, sure: number, at: number, raiseAfter: number): Suspicion | null {
  if (!before) {
    if (sure < RAISE_FROM) return null;
    return { since: at, raised: raiseAfter === 0, confidence: sure, overSince: null };
  }
  if (!before.raised) {
    if (sure < RAISE_FROM) return null;
    return { ...before, raised: at - before.since >= raiseAfter, confidence: (before.confidence + sure) / 2 };
  }
  if (sure >= CLEAR_BELOW) return { ...before, confidence: 0.7 * before.confidence + 0.3 * sure, overSince: null };
  const overSince = before.overSince ?? at;
  return at - overSince >= CLEAR_AFTER_MS ? null : { ...before, overSince };
}

/** What is raised, the surest first. */
export function raisedIn(verdict: Verdict): RaisedFault[] {
  return (Object.entries(verdict) as [PictureFault, Suspicion][])
    .filter(([, { raised }]) => raised)
    .map(([fault, { since, confidence }]) => ({ fault, since, confidence }))
    .sort((a, b) => b.confidence - a.confidence);
}

/** The verdict in which just these are raised. */
export function verdictOf(raised: readonly RaisedFault[]): Verdict {
  return Object.fromEntries(
    raised.map(({ fault, since, confidence }) => [fault, { since, raised: true, confidence, overSince: null }]),
  );
}
