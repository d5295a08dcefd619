import { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import {
  BACKTESTED,
  MOST_BACKTEST_ROWS,
  type BacktestAnswer,
  type BacktestRequest,
  type BacktestRow,
} from '#contract/backtest.ts';
import type { Hall } from '#contract/places.ts';
import { placesIn } from '#contract/rule-places.ts';
import { AppError } from '#lib/app-error.ts';
import { calmly } from '#lib/calmly.ts';
import type { Clock } from '#lib/clock.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { subjectKey } from './condition.ts';
import { firstIdAt } from './pages.ts';
import type { CalendarPort, CamerasPort, HallsPort, LoggedEvent, PastPort, RegionsPort } from './ports.ts';
import { selectAlerts } from './repository.ts';
import { RuleReplay } from './rule-replay.ts';
import { logicOf } from './rules/all.ts';

export interface BacktestDeps {
  db: Database;
  clock: Clock;
  halls: Pick<HallsPort, 'list'>;
  calendar: CalendarPort;
  cameras: Pick<CamerasPort, 'camerasSeeing' | 'camerasAround'>;
  past: PastPort;
  regions: Pick<RegionsPort, 'above'>;
  rule: (ruleId: string) => AlertRule | undefined;
}

const DAY_MS = 24 * 3600_000;
/** So much before the span is lived through as well, so that it begins with what the hall knew then. */
const BEFORE_MS = DAY_MS;

/**
 * A rule over recorded history: what it would have raised, beside what was raised. Nothing is kept or told. One at a time,
 * in slices, so that the wall goes on meanwhile.
 */
export class Backtests {
  readonly #deps: BacktestDeps;
  readonly #runs = new Serial();

  constructor(deps: BacktestDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND, and REQUEST_INVALID for a change that does not fit or a kind whose past is not recorded. */
  run(ruleId: string, request: BacktestRequest): Promise<BacktestAnswer> {
    const rule = this.#ruleOf(ruleId, request);
    return this.#runs.run(() => this.#over(rule, request));
  }

  #ruleOf(ruleId: string, { change }: BacktestRequest): AlertRule {
    const known = this.#deps.rule(ruleId);
    if (!known) throw new AppError('NOT_FOUND', ruleId);
    const refuse = (path: string, message: string) => new AppError('REQUEST_INVALID', [{ path, message }]);
    if (!BACKTESTED.includes(known.kind)) throw refuse('kind', `the past of ${known.kind} is not in the event log`);
    const rule = AlertRule.safeParse({ ...known, ...change });
    if (!rule.success) throw refuse('change', 'the change does not fit the rule');
    return rule.data;
  }

  async #over(rule: AlertRule, request: BacktestRequest): Promise<BacktestAnswer> {
    const { clock, halls, regions } = this.#deps;
    const begun = clock.monotonic();
    const [from, until] = [Date.parse(request.from), Math.min(Date.parse(request.until), clock.now())];
    const chosen = halls.list().flatMap((hall) => {
      const places = placesIn(rule.places, { hallId: hall.id, regionIds: regions.above(hall.id) });
      return places?.length === 0 ? [] : [{ hall, here: { ...rule, places } }];
    });
    const rows: BacktestRow[] = [];
    let events = 0;
    for (const { hall, here } of chosen) {
      const [would, was] = await Promise.all([
        this.#replay(hall, here, from, until, (count) => (events += count)),
        this.#raised(rule.id, hall.id, from, until),
      ]);
      rows.push(...pair(would, was));
    }
    rows.sort((a, b) => instantOf(b) - instantOf(a));
    return {
      ...{ from: request.from, until: iso(until), halls: chosen.length, events },
      would: rows.filter((row) => row.would).length,
      was: rows.filter((row) => row.was).length,
      both: rows.filter((row) => row.would && row.was).length,
      rows: rows.slice(0, MOST_BACKTEST_ROWS),
      tookMs: Math.round(clock.monotonic() - begun),
    };
  }

  /** A day at a time, the next one read while this one is lived through. */
  async #replay(
    hall: Hall,
    rule: AlertRule,
    from: number,
    until: number,
    count: (n: number) => void,
  ): Promise<Alert[]> {
    const { clock, past } = this.#deps;
    const begins = from - BEFORE_MS;
    const replay = new RuleReplay({ ...this.#deps, hall, rule, from: begins });
    const what = { reviews: logicOf(rule.kind).reviews === true };
    const read = (at: number): Promise<LoggedEvent[]> | null =>
      at < until ? past.events(hall.id, at, Math.min(at + DAY_MS, until), what) : null;
    let next = read(begins);
    for (let at = begins; next !== null; at += DAY_MS) {
      const events = await next;
      next = read(at + DAY_MS);
      count(events.length);
      await calmly(clock, replay.take(events));
    }
    return replay.end(until).filter(({ raisedAt }) => Date.parse(raisedAt) >= from);
  }

  #raised(ruleId: string, hallId: string, from: number, until: number): Promise<Alert[]> {
    return selectAlerts(this.#deps.db, 'WHERE rule_id = $1 AND hall_id = $2 AND id >= $3 AND id < $4', [
      ...[ruleId, hallId, firstIdAt(iso(from)), firstIdAt(iso(until))],
    ]);
  }
}

/** Two alerts are one where they are about the same and one began before the other was over. */
function pair(would: readonly Alert[], was: readonly Alert[]): BacktestRow[] {
  const left = new Set(was);
  const rows = would.map((alert) => {
    const twin = [...left].find((each) => subjectKey(each) === subjectKey(alert) && overlap(each, alert));
    if (twin) left.delete(twin);
    return rowOf(alert, twin ?? null);
  });
  return [...rows, ...[...left].map((alert) => rowOf(null, alert))];
}

function overlap(a: Alert, b: Alert): boolean {
  const end = (alert: Alert) => Date.parse(alert.clearedAt ?? alert.closedAt ?? '9999-12-31T00:00:00Z');
  return Date.parse(a.conditionSince) <= end(b) && Date.parse(b.conditionSince) <= end(a);
}

function rowOf(would: Alert | null, was: Alert | null): BacktestRow {
  const { hallId, windowId, queueId, ticketId, cameraIds } = (would ?? was)!;
  return {
    ...{ hallId, windowId, queueId, ticketId, cameraIds },
    would: would && {
      ...{ severity: would.severity, conditionSince: would.conditionSince },
      ...{ raisedAt: would.raisedAt, clearedAt: would.clearedAt },
    },
    was: was && { alertId: was.id, severity: was.severity, raisedAt: was.raisedAt },
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function instantOf({ would, was }: BacktestRow): number {
  return Date.parse((would ?? was)!.raisedAt);
}
