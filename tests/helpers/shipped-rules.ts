import { AlertRule } from '#contract/alert-rules.ts';

const rungs = (...ladder: [number, string][]) => ladder.map(([afterSec, severity]) => ({ afterSec, severity }));
/** What the people at a window do. */
const ACCOUNTABLE = [
  ...['window-unattended', 'window-never-opened', 'early-close', 'idle-with-queue', 'pause-overrun', 'long-service'],
  ...['bad-review', 'review-anomaly'],
];

const shipped = (kind: string, hours: 'always' | 'opening', params: object) => ({
  ...{ id: kind, version: 1, kind, enabled: true, places: null, hours, params },
  escalation: { afterSec: 600, levelUp: false },
  ...{ telling: null, cardAllowed: ACCOUNTABLE.includes(kind) },
});
/** The rules as migrations put them into a new database. */
export const shippedRules: AlertRule[] = [
  shipped('window-unattended', 'opening', {
    ladder: rungs([300, 'blue'], [600, 'yellow']),
    ...{ clearAfterSec: 15, onlyWhileWaiting: true },
  }),
  shipped('window-never-opened', 'opening', { ladder: rungs([600, 'yellow']), clearAfterSec: 0 }),
  shipped('early-close', 'opening', { ladder: rungs([120, 'yellow']), clearAfterSec: 0 }),
  shipped('idle-with-queue', 'opening', { ladder: rungs([180, 'blue']), clearAfterSec: 5 }),
  shipped('pause-overrun', 'opening', {
    ladder: rungs([120, 'blue'], [600, 'yellow']),
    ...{ clearAfterSec: 0, unplannedSec: 900 },
  }),
  shipped('long-service', 'opening', {
    ladder: rungs([60, 'blue'], [900, 'yellow']),
    ...{ clearAfterSec: 0, factor: 2, leastServices: 20, otherwiseSec: 3600 },
  }),
  shipped('wait-overtime', 'opening', { ladder: rungs([1200, 'yellow'], [1800, 'red']), clearAfterSec: 60 }),
  shipped('queue-overflow', 'opening', { ladder: rungs([300, 'yellow']), clearAfterSec: 60, perWindow: 10 }),
  shipped('hall-crowding', 'always', { ladder: rungs([60, 'yellow']), clearAfterSec: 60, share: 0.8 }),
  {
    ...shipped('hall-crowding', 'always', { ladder: rungs([60, 'red']), clearAfterSec: 60, share: 1 }),
    id: 'hall-overfull',
  },
  shipped('no-show-rate', 'opening', {
    ...{ ladder: rungs([60, 'blue']), clearAfterSec: 300, share: 0.2, leastCalls: 20 },
  }),
  shipped('late-finish-rate', 'opening', {
    ladder: rungs([60, 'blue']),
    ...{ clearAfterSec: 300, share: 0.2, leastServices: 20, overSec: 1800 },
  }),
  shipped('bad-review', 'always', {
    ...{ ladder: rungs([1, 'blue']), clearAfterSec: 0, worstScore: 2, holdSec: 1800 },
  }),
  shipped('review-anomaly', 'always', {
    ladder: rungs([1, 'blue']),
    ...{ clearAfterSec: 0, topScores: 5, withinSec: 60, holdSec: 1800, unrated: 30 },
  }),
  shipped('hall-cut-off', 'always', { ladder: rungs([30, 'yellow'], [300, 'red']), clearAfterSec: 10 }),
  shipped('terminal-offline', 'always', { ladder: rungs([60, 'blue'], [900, 'yellow']), clearAfterSec: 5 }),
  shipped('terminal-silent', 'always', { ladder: rungs([60, 'blue']), clearAfterSec: 5, silentSec: 180 }),
  shipped('terminal-skew', 'always', { ladder: rungs([60, 'blue']), clearAfterSec: 60, limitSec: 5 }),
  shipped('camera-offline', 'always', { ladder: rungs([15, 'yellow'], [300, 'red']), clearAfterSec: 5 }),
  shipped('picture-fault', 'always', { ladder: rungs([60, 'yellow']), clearAfterSec: 30 }),
  shipped('camera-event', 'always', {
    ...{ kinds: ['tamper'], ladder: rungs([3, 'yellow']), clearAfterSec: 10, holdSec: 30 },
  }),
  shipped('recording-gap', 'opening', { ladder: rungs([10, 'yellow'], [600, 'red']), clearAfterSec: 5 }),
  shipped('output-dead', 'always', { ladder: rungs([1, 'yellow']), clearAfterSec: 0 }),
].map((rule) => AlertRule.parse(rule));
