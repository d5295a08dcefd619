import { expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import { RuleReplay } from '../../../server/features/alerts/rule-replay.ts';
import { HallReplay } from '../../../server/features/queues/hall-replay.ts';
import { watchTwin } from '../../helpers/alert-score.ts';
import { truthKinds } from '../../helpers/alert-truth.ts';
import { shippedRules } from '../../helpers/shipped-rules.ts';
import { smallHall } from '../../helpers/small-hall.ts';
import { FIRST_DAY, DAY_MS, hallOf, workdays } from '../../helpers/watched-twin.ts';

const DAYS = 2;
const about = ({ kind, windowId, queueId, ticketId, severity }: Alert) => {
  return { kind, windowId, queueId, ticketId, severity };
};
const instants = ({ conditionSince, raisedAt, clearedAt }: Alert) =>
  [conditionSince, raisedAt, clearedAt].map((instant) => (instant === null ? 0 : Date.parse(instant)));
/** The live engine looks twenty times a second at most. */
const LOOK_MS = 50;

it('a rule over recorded events raises what the engine raised of the same events', { timeout: 60_000 }, async () => {
  const { alerts, events } = await watchTwin(smallHall, { days: DAYS, seed: 5, calm: false });
  for (const kind of truthKinds) {
    const replay = new RuleReplay({
      ...{ hall: hallOf(smallHall), rule: shippedRules.find((rule) => rule.kind === kind)!, from: FIRST_DAY - 60_000 },
      ...{ calendar: workdays, cameras: { camerasSeeing: () => [], camerasAround: () => [] } },
      past: { again: (hall, clock) => new HallReplay(hall, clock) },
    });
    for (const step of replay.take(events)) expect(step).toBeUndefined();
    const again = replay.end(FIRST_DAY + DAYS * DAY_MS);
    const live = alerts.filter((alert) => alert.kind === kind);
    expect(again.map(about)).toEqual(live.map(about));
    const apart = again.flatMap((alert, i) => instants(alert).map((at, j) => Math.abs(at - instants(live[i]!)[j]!)));
    expect(Math.max(0, ...apart)).toBeLessThanOrEqual(LOOK_MS);
  }
});
