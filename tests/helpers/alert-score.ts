import type { Alert } from '#contract/alerts.ts';
import type { SimulatedHall } from '../../devices/simulators/city.ts';
import { dueAlerts, truthKinds, type Due, type TruthKind } from './alert-truth.ts';
import { shippedRules } from './shipped-rules.ts';
import { CLOSES_SEC, DAY_MS, twinDay, WatchedTwin, type Logged, type TwinDay } from './watched-twin.ts';

/** How the alerts of a rule stand to what really happened. */
export interface Score {
  kind: TruthKind;
  due: number;
  /** Raised, and due. */
  right: number;
  /** Raised, and nothing was the matter. */
  wrong: number;
  /** Due, and not raised. */
  missed: number;
  /** How long after it was due the last of them was raised, ms. */
  worstDelayMs: number;
}

export interface Watched {
  scores: Score[];
  alerts: Alert[];
  events: Logged[];
  /** What was raised wrongly or missed, for people. */
  faults: string[];
}

interface Watch {
  days: number;
  seed: number;
  calm: boolean;
  /** What is told of a day; as its terminals do, where it is left out. */
  told?: (day: TwinDay) => Promise<Logged[]>;
  kinds?: readonly TruthKind[];
  toleranceMs?: number;
}

/** An alert may be told so much beside the instant at which it is due: terminals tell milliseconds, truth has fractions. */
const TOLERANCE_MS = 1_000;

/** Days of a simulated hall at high speed under the shipped rules, and every alert held against the truth. */
export async function watchTwin(
  hall: SimulatedHall,
  { days, seed, calm, told, kinds = truthKinds, toleranceMs = TOLERANCE_MS }: Watch,
): Promise<Watched> {
  const twin = new WatchedTwin(
    hall,
    shippedRules.filter(({ kind }) => (kinds as readonly string[]).includes(kind)),
  );
  await twin.start();
  const due: (Due & { epochMs: number })[] = [];
  const events: Logged[] = [];
  const services = new Map<string, number[]>();
  for (let day = 0; day < days; day += 1) {
    const twinned = twinDay(hall, day, seed, calm);
    const { begins, truth } = twinned;
    const heard = told ? await told(twinned) : twinned.events;
    await twin.play(heard);
    events.push(...heard);
    const hours = { opens: 0, closes: CLOSES_SEC, services };
    due.push(...dueAlerts(hall, truth, hours).map((each) => ({ ...each, epochMs: begins + each.at * 1000 })));
    for (const { queue, sec } of servicesOf(truth))
      services.set(queue, [...(services.get(queue) ?? []), sec].slice(-200));
  }
  twin.clock.advance(DAY_MS / 4);
  await twin.stop();
  const alerts = [...twin.alerts.values()];
  return { ...compare(alerts, due, kinds, toleranceMs), alerts, events };
}

function servicesOf(truth: ReturnType<typeof twinDay>['truth']): { queue: string; sec: number }[] {
  const started = new Map<string, number>();
  return truth.flatMap((entry) => {
    if (entry.what === 'started') started.set(entry.ticket, entry.at);
    const from = entry.what === 'completed' ? started.get(entry.ticket) : undefined;
    return entry.what === 'completed' && from !== undefined ? [{ queue: entry.queue, sec: entry.at - from }] : [];
  });
}

function compare(
  alerts: readonly Alert[],
  due: (Due & { epochMs: number })[],
  kinds: readonly TruthKind[],
  toleranceMs: number,
): Pick<Watched, 'scores' | 'faults'> {
  const faults: string[] = [];
  const scores = kinds.map((kind): Score => {
    const open = new Set(due.filter((each) => each.kind === kind));
    const score: Score = { kind, due: open.size, right: 0, wrong: 0, missed: 0, worstDelayMs: 0 };
    for (const alert of alerts.filter((each) => each.kind === kind)) {
      const at = Date.parse(alert.raisedAt);
      const subject = alert.ticketId ?? alert.windowId ?? alert.queueId ?? 'hall';
      const match = [...open].find((each) => each.subject === subject && Math.abs(at - each.epochMs) <= toleranceMs);
      if (!match) {
        score.wrong += 1;
        faults.push(`wrong: ${kind} ${subject} raised ${alert.raisedAt} since ${alert.conditionSince}`);
        continue;
      }
      open.delete(match);
      score.right += 1;
      score.worstDelayMs = Math.max(score.worstDelayMs, at - match.epochMs);
    }
    score.missed = open.size;
    for (const { subject, epochMs } of open)
      faults.push(`missed: ${kind} ${subject} ${new Date(epochMs).toISOString()}`);
    return score;
  });
  return { scores, faults };
}
