import type { Alert } from '#contract/alerts.ts';
import type { HallSummary } from '#contract/hall-state.ts';
import type { Severity } from '#contract/ids.ts';
import type { Hall } from '#contract/places.ts';
import { calls, severityRank } from '../wall/severity.ts';

/** A hall as the map shows it. */
export interface HallLine {
  hall: Hall;
  /** Undefined while nothing is known of it. */
  summary: HallSummary | undefined;
  /** Of its alerts that last and are not silenced. */
  worst: Severity | null;
  /** An alert of the worst severity that nobody acknowledged yet. */
  calling: boolean;
}

/** The worst severity among alerts, and whether one of that severity still waits for a person. */
export function worstOf(alerts: Iterable<Alert>): Pick<HallLine, 'worst' | 'calling'> {
  let worst: Severity | null = null;
  let calling = false;
  for (const alert of alerts) {
    const { severity, outcome, silenceId } = alert;
    if (alert.status === 'closed' || outcome !== null || silenceId !== null) continue;
    if (worst === null || severityRank[severity] > severityRank[worst]) {
      worst = severity;
      calling = calls(alert);
    } else if (severity === worst) calling ||= calls(alert);
  }
  return { worst, calling };
}

/** One line a hall, the worst last so that it is drawn on top. */
export function hallLines(
  halls: Iterable<Hall>,
  overview: ReadonlyMap<string, HallSummary>,
  alerts: Iterable<Alert>,
): HallLine[] {
  const byHall = Map.groupBy(alerts, (alert) => alert.hallId);
  return [...halls]
    .map((hall) => ({ hall, summary: overview.get(hall.id), ...worstOf(byHall.get(hall.id) ?? []) }))
    .toSorted((a, b) => rankIn(a) - rankIn(b) || a.hall.id.localeCompare(b.hall.id));
}

const rankIn = (line: HallLine) => (line.worst === null ? 0 : severityRank[line.worst]);
