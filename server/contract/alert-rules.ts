import { z } from 'zod';
import { CameraEventKind } from './camera-events.ts';
import { Instant, Severity, Slug } from './ids.ts';
import { RulePlaces, type RulePlace } from './rule-places.ts';
import { Telling } from './telling.ts';

/** From when a rung of the ladder is reached. Rungs rise in time and severity. */
export const Ladder = z
  .array(z.object({ afterSec: z.number().int().positive(), severity: Severity }))
  .min(1)
  .refine(
    (rungs) => rungs.every((rung, i) => i === 0 || rung.afterSec > rungs[i - 1]!.afterSec),
    'rungs must rise in time',
  )
  .refine(
    (rungs) => rungs.every(({ severity }, i) => i === 0 || rankOf(severity) > rankOf(rungs[i - 1]!.severity)),
    'rungs must rise in severity',
  );
export type Ladder = z.infer<typeof Ladder>;

/** How grave a severity is: grows with it. */
export function rankOf(severity: Severity): number {
  return Severity.options.indexOf(severity);
}

const seconds = z.number().int().positive();
const share = z.number().positive().max(1);
const count = z.number().int().min(2).max(1000);

/** What every kind of rule has, and many have nothing else. */
export const Timing = z.object({
  /** How long the condition must last for each severity. */
  ladder: Ladder,
  /** How long it must be over before the alert clears. */
  clearAfterSec: z.number().int().nonnegative(),
});
export type Timing = z.infer<typeof Timing>;

export const WindowUnattendedParams = Timing.extend({
  /** Raise only while someone waits in a queue of this window. */
  onlyWhileWaiting: z.boolean(),
});
export type WindowUnattendedParams = z.infer<typeof WindowUnattendedParams>;

export const PauseOverrunParams = Timing.extend({
  /** How long a pause may last of which nobody said how long. */
  unplannedSec: seconds,
});
export type PauseOverrunParams = z.infer<typeof PauseOverrunParams>;

export const LongServiceParams = Timing.extend({
  /** Times the 90th percentile of the last services of the queue. */
  factor: z.number().min(1).max(20),
  /** So many services make a percentile. */
  leastServices: count,
  /** The limit before there are so many. */
  otherwiseSec: seconds,
});
export type LongServiceParams = z.infer<typeof LongServiceParams>;

export const QueueOverflowParams = Timing.extend({
  /** People waiting for each staffed window that are still in order. */
  perWindow: z.number().positive().max(1000),
});
export type QueueOverflowParams = z.infer<typeof QueueOverflowParams>;

export const HallCrowdingParams = Timing.extend({
  /** Of the capacity. */
  share: z.number().positive().max(2),
});
export type HallCrowdingParams = z.infer<typeof HallCrowdingParams>;

export const NoShowRateParams = Timing.extend({
  /** Skipped of called tickets that is still in order. */
  share,
  /** Fewer calls within the hour say nothing. */
  leastCalls: count,
});
export type NoShowRateParams = z.infer<typeof NoShowRateParams>;

export const LateFinishRateParams = Timing.extend({
  /** Late of all services that is still in order. */
  share,
  /** Fewer services within the hour say nothing. */
  leastServices: count,
  /** A service that took longer is late. */
  overSec: seconds,
});
export type LateFinishRateParams = z.infer<typeof LateFinishRateParams>;

export const BadReviewParams = Timing.extend({
  /** This score and those below it, of five. */
  worstScore: z.number().int().min(1).max(4),
  /** How long a review counts, as it has no duration. */
  holdSec: seconds,
});
export type BadReviewParams = z.infer<typeof BadReviewParams>;

export const ReviewAnomalyParams = Timing.extend({
  /** So many top scores at one window ... */
  topScores: count,
  /** ... within so long are a burst ... */
  withinSec: seconds,
  /** ... that counts for so long. */
  holdSec: seconds,
  /** So many visitors in a row who did not rate. */
  unrated: count,
});
export type ReviewAnomalyParams = z.infer<typeof ReviewAnomalyParams>;

export const TerminalSilentParams = Timing.extend({
  /** Longer than this is silence; a terminal tells its state once a minute. */
  silentSec: z.number().int().min(90),
});
export type TerminalSilentParams = z.infer<typeof TerminalSilentParams>;

export const TerminalSkewParams = Timing.extend({
  /** How far off its clock may be. */
  limitSec: seconds,
});
export type TerminalSkewParams = z.infer<typeof TerminalSkewParams>;

/** What of the things that cameras notice can raise an alert. */
export const AlertingEventKind = CameraEventKind.exclude(['other']);
export type AlertingEventKind = z.infer<typeof AlertingEventKind>;

export const CameraEventParams = Timing.extend({
  kinds: z.array(AlertingEventKind).min(1),
  /** How long an event counts that has no duration of its own. */
  holdSec: seconds,
});
export type CameraEventParams = z.infer<typeof CameraEventParams>;

/** What each kind of rule can be told. What the kinds mean stands with each in server/features/alerts/rules. */
export const ruleParams = {
  'window-unattended': WindowUnattendedParams,
  'window-never-opened': Timing,
  'early-close': Timing,
  'idle-with-queue': Timing,
  'pause-overrun': PauseOverrunParams,
  'long-service': LongServiceParams,
  'wait-overtime': Timing,
  'queue-overflow': QueueOverflowParams,
  'hall-crowding': HallCrowdingParams,
  'no-show-rate': NoShowRateParams,
  'late-finish-rate': LateFinishRateParams,
  'bad-review': BadReviewParams,
  'review-anomaly': ReviewAnomalyParams,
  'hall-cut-off': Timing,
  'terminal-offline': Timing,
  'terminal-silent': TerminalSilentParams,
  'terminal-skew': TerminalSkewParams,
  'camera-offline': Timing,
  'picture-fault': Timing,
  'camera-event': CameraEventParams,
  'recording-gap': Timing,
  'output-dead': Timing,
} as const;

export const RuleKind = z.enum(Object.keys(ruleParams) as [keyof typeof ruleParams, ...(keyof typeof ruleParams)[]]);
export type RuleKind = z.infer<typeof RuleKind>;
export type RuleParams = { [Kind in RuleKind]: z.infer<(typeof ruleParams)[Kind]> };

const ABOUT_CAMERAS: readonly RuleKind[] = ['camera-offline', 'picture-fault', 'camera-event', 'recording-gap'];
const ABOUT_HALLS: readonly RuleKind[] = [
  ...([
    'wait-overtime',
    'queue-overflow',
    'hall-crowding',
    'no-show-rate',
    'late-finish-rate',
    'hall-cut-off',
    'output-dead',
  ] as const),
];

/** Which places a rule of this kind can be told to hold at: what is about a hall or its queues holds for no single window. */
export function placeKindsOf(kind: RuleKind): RulePlace['of'][] {
  if (ABOUT_HALLS.includes(kind)) return ['region', 'hall'];
  return ['region', 'hall', ABOUT_CAMERAS.includes(kind) ? 'camera' : 'window'];
}

/** When a rule holds: at all times, or while the hall is open by its timetable; always where it has none. */
export const RuleHours = z.enum(['always', 'opening']);
export type RuleHours = z.infer<typeof RuleHours>;

/** What happens to an alert that nobody acknowledges for so long: it is marked as escalated, or graver by one level too. */
export const Escalation = z.object({
  afterSec: z
    .number()
    .int()
    .positive()
    .max(7 * 24 * 3600),
  levelUp: z.boolean(),
});
export type Escalation = z.infer<typeof Escalation>;

const ruleBase = {
  id: Slug,
  version: z.number().int().positive(),
  enabled: z.boolean(),
  places: RulePlaces,
  hours: RuleHours,
  escalation: Escalation.nullable(),
  /** Null: told by the wall alone. */
  telling: Telling.nullable(),
  /** Whether somebody may be called to account for what is confirmed of its alerts: by an order, and in the performance. */
  cardAllowed: z.boolean(),
};
const ruleOf = <Kind extends RuleKind>(kind: Kind) =>
  z.object({ ...ruleBase, kind: z.literal(kind), params: ruleParams[kind] });

/** A rule as data. Changing it makes a new version; alerts name the version. */
export const AlertRule = z.discriminatedUnion('kind', [
  ruleOf('window-unattended'),
  ruleOf('window-never-opened'),
  ruleOf('early-close'),
  ruleOf('idle-with-queue'),
  ruleOf('pause-overrun'),
  ruleOf('long-service'),
  ruleOf('wait-overtime'),
  ruleOf('queue-overflow'),
  ruleOf('hall-crowding'),
  ruleOf('no-show-rate'),
  ruleOf('late-finish-rate'),
  ruleOf('bad-review'),
  ruleOf('review-anomaly'),
  ruleOf('hall-cut-off'),
  ruleOf('terminal-offline'),
  ruleOf('terminal-silent'),
  ruleOf('terminal-skew'),
  ruleOf('camera-offline'),
  ruleOf('picture-fault'),
  ruleOf('camera-event'),
  ruleOf('recording-gap'),
  ruleOf('output-dead'),
]);
export type AlertRule = z.infer<typeof AlertRule>;

/** A rule as it was, or is, since it was made so. */
export const RuleVersion = z.object({
  rule: AlertRule,
  madeAt: Instant,
  /** Username; null: shipped with the program. */
  madeBy: z.string().nullable(),
});
export type RuleVersion = z.infer<typeof RuleVersion>;

/** `params` must fit the rule's kind, which is checked when they are put together. */
export const AlertRuleChange = z
  .object({
    enabled: z.boolean(),
    places: RulePlaces,
    hours: RuleHours,
    escalation: Escalation.nullable(),
    telling: Telling.nullable(),
    cardAllowed: z.boolean(),
    params: z.looseObject(Timing.shape),
  })
  .partial();
export type AlertRuleChange = z.infer<typeof AlertRuleChange>;
