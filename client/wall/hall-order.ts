import type { HallSummary } from '#contract/hall-state.ts';
import type { Severity } from '#contract/ids.ts';
import { severityRank } from './severity.ts';

export interface HallLine {
  summary: HallSummary;
  severity: Severity | null;
}

/** Worst first: by severity, then by the longest wait. Halls alike keep the order of their ids, so that none jumps about. */
export function worstFirst(a: HallLine, b: HallLine): number {
  const rank = (line: HallLine) => (line.severity ? severityRank[line.severity] : 0);
  const since = (line: HallLine) => (line.summary.longestSince ? Date.parse(line.summary.longestSince) : Infinity);
  if (rank(a) !== rank(b)) return rank(b) - rank(a);
  const wait = since(a) - since(b);
  return wait || a.summary.hallId.localeCompare(b.summary.hallId);
}
