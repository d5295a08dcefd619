import type { Alert } from '#contract/alerts.ts';
import type { Severity } from '#contract/ids.ts';
import { calls, severityRank } from '../wall/severity.ts';

/** Nothing sounds more often than that, however many alerts come. */
export const REST_MS = 3000;
/** How often what nobody has acknowledged sounds again; a reminder does so once. */
const AGAIN_MS: Record<Severity, number> = { blue: Infinity, yellow: 60_000, red: 15_000 };

/** What calls now: new ones first told by the gravest alone, the rest in the list that is there anyway. */
export class CallWatch {
  /** What each alert called for when it was last seen: since when, how grave, escalated or not. */
  #known: Map<string, string> | null = null;
  #soundedAt = -Infinity;

  /**
   * Alerts that began to call since the last look; those that stood there at the first look began before.
   */
  fresh(alerts: Iterable<Alert>): Alert[] {
    const before = this.#known;
    const calling = [...alerts].filter(calls);
    this.#known = new Map(calling.map((alert) => [alert.id, callOf(alert)]));
    return before === null ? [] : calling.filter((alert) => before.get(alert.id) !== callOf(alert));
  }

  /** Which severity sounds now, if any does: of what is fresh at once, of what has called for long again. */
  sound(fresh: readonly Alert[], alerts: Iterable<Alert>, now: number): Severity | null {
    const rested = now - this.#soundedAt;
    if (rested < REST_MS) return null;
    const again = [...alerts].filter((alert) => calls(alert) && rested >= AGAIN_MS[alert.severity]);
    const severity = gravest([...fresh, ...again]);
    if (severity) this.#soundedAt = now;
    return severity;
  }
}

const callOf = ({ openSince, severity, escalatedAt }: Alert) => `${openSince} ${severity} ${escalatedAt}`;

function gravest(alerts: readonly Alert[]): Severity | null {
  return alerts.reduce<Severity | null>(
    (worst, { severity }) => (worst === null || severityRank[severity] > severityRank[worst] ? severity : worst),
    null,
  );
}
