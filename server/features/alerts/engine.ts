import type { Alert, AlertRule } from '#contract/alerts.ts';
import type { Clock } from '#lib/clock.ts';
import { Coalescer } from '#lib/coalescer.ts';
import { normal, step, type Effect, type SubjectState } from './alert-machine.ts';
import { cameraEvent } from './camera-event.ts';
import { cameraOffline } from './camera-offline.ts';
import { subjectKey, type Finding, type HallView, type Subject } from './condition.ts';
import { hallCrowding } from './hall-crowding.ts';
import type { HallCameras } from './hall-cameras.ts';
import { withinHours, type HallHours } from './hall-hours.ts';
import { idleWithQueue } from './idle-with-queue.ts';
import type { AlertLedger } from './ledger.ts';
import { pauseOverrun } from './pause-overrun.ts';
import { pictureFault } from './picture-fault.ts';
import type { CamerasPort, HallsPort, HallStatesPort } from './ports.ts';
import { queueOverflow } from './queue-overflow.ts';
import { waitOvertime } from './wait-overtime.ts';
import { windowUnattended } from './window-unattended.ts';

export interface EngineDeps {
  clock: Clock;
  halls: HallsPort;
  hallStates: HallStatesPort;
  cameras: Pick<CamerasPort, 'camerasSeeing' | 'camerasAround'>;
  hallCameras: Pick<HallCameras, 'of' | 'changed'>;
  hours: Pick<HallHours, 'of' | 'changed'>;
  /** The enabled rules that hold in a hall. */
  rulesOf: (hallId: string) => AlertRule[];
  ledger: AlertLedger;
}

/** Rules speak of minutes: a hall that changes many times a second is looked at four times a second. */
const LOOK_EVERY_MS = 250;
/** Timers of Node overflow after 24.8 days; a hall looks again before that. */
const LONGEST_TIMER_MS = 24 * 3600_000;

/** A subject that is not normal. */
interface Tracked {
  ruleId: string;
  subject: Subject;
  state: SubjectState;
  alertId: string | null;
}

interface HallTrack {
  /** By rule and subject. */
  subjects: Map<string, Tracked>;
  cancelTimer: (() => void) | null;
}

/**
 * Looks at a hall when something happened in it and when something becomes due in it, and carries out what the machine
 * of each subject says. One timer a hall, at its next due instant; the cost of an event does not depend on how many
 * halls there are.
 */
export class AlertEngine {
  readonly #deps: EngineDeps;
  readonly #halls = new Map<string, HallTrack>();
  readonly #looks: Coalescer<true>;
  #leave: (() => void)[] = [];

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#looks = new Coalescer({
      clock: deps.clock,
      everyMs: LOOK_EVERY_MS,
      merge: () => true,
      send: (hallId) => this.#look(hallId),
    });
  }

  /** Goes on with the alerts whose condition may still last, and looks at every hall. */
  start(): void {
    if (this.#leave.length > 0) return;
    const { halls, hallStates, hallCameras, hours, ledger } = this.#deps;
    for (const alert of ledger.followed()) this.#resume(alert);
    this.#leave = [
      hallStates.deltas.on(({ hallId }) => this.#looks.push(hallId, true)),
      hallCameras.changed.on((hallId) => this.#looks.push(hallId, true)),
      hours.changed.on((hallId) => this.#looks.push(hallId, true)),
      halls.changed.on(({ id }) => this.#looks.push(id, true)),
      halls.removed.on((hallId) => this.#looks.push(hallId, true)),
    ];
    this.lookAtAll();
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#looks.stop();
    for (const track of this.#halls.values()) track.cancelTimer?.();
    this.#halls.clear();
  }

  /** After a change of rules. */
  lookAtAll(): void {
    const hallIds = new Set([...this.#deps.halls.list().map((hall) => hall.id), ...this.#halls.keys()]);
    for (const hallId of hallIds) this.#look(hallId);
  }

  #resume(alert: Alert): void {
    const { ruleId, windowId, queueId, cameraId, severity } = alert;
    const subject = { windowId, queueId, cameraId };
    const since = Date.parse(alert.conditionSince);
    this.#track(alert.hallId).subjects.set(keyOf(ruleId, subject), {
      ruleId,
      subject,
      state: { phase: 'raised', since, severity, clearingSince: null },
      alertId: alert.id,
    });
  }

  #look(hallId: string): void {
    const { clock, halls, hallStates, hallCameras, rulesOf } = this.#deps;
    const hall = halls.get(hallId);
    if (!hall) return this.#forget(hallId);
    const live = hallStates.live(hallId);
    if (!live) return;
    const track = this.#track(hallId);
    const view = { hall, live, cameras: hallCameras.of(hallId), now: clock.now() };
    const rules = rulesOf(hallId);
    const hours = this.#deps.hours.of(hallId, view.now);
    const judged = new Set<string>();
    // rules change when the hall opens or closes
    let dueAt = hours?.until ?? Infinity;
    for (const rule of rules) {
      const within = rule.hours === 'opening' ? hours : null;
      for (const finding of evaluate(rule, view, (subject) => heldSince(track, rule.id, subject))) {
        judged.add(keyOf(rule.id, finding.subject));
        const condition = within ? withinHours(finding.condition, within) : finding.condition;
        dueAt = Math.min(dueAt, this.#advance(track, rule, { ...finding, condition }, view) ?? Infinity);
      }
    }
    this.#closeUnjudged(track, judged, new Set(rules.map((rule) => rule.id)));
    this.#schedule(hallId, track, dueAt);
  }

  /** One step of one subject; gives back when it is due next. */
  #advance(track: HallTrack, rule: AlertRule, finding: Finding, { hall, now }: HallView): number | null {
    const key = keyOf(rule.id, finding.subject);
    const tracked = track.subjects.get(key);
    const { state, effect, dueAt } = step(tracked?.state ?? normal, finding.condition, rule.params, now);
    const alertId = effect
      ? this.#carryOut(effect, tracked?.alertId ?? null, hall.id, rule, finding)
      : tracked?.alertId;
    if (state.phase === 'normal') track.subjects.delete(key);
    else track.subjects.set(key, { ruleId: rule.id, subject: finding.subject, state, alertId: alertId ?? null });
    return dueAt;
  }

  /** Gives back the alert that is followed afterwards. */
  #carryOut(effect: Effect, alertId: string | null, hallId: string, rule: AlertRule, { subject, facts }: Finding) {
    const { ledger, cameras } = this.#deps;
    if (effect.do === 'clear') {
      ledger.end(alertId!, 'cleared', effect.clearedAt);
      return null;
    }
    const { cameraId, windowId } = subject;
    const cameraIds = cameraId === null ? cameras.camerasSeeing(hallId, windowId) : cameras.camerasAround(cameraId);
    const grade = { ruleVersion: rule.version, severity: effect.severity, facts, cameraIds };
    if (effect.do === 'raise') return ledger.raise(rule, hallId, subject, effect.since, grade).id;
    ledger.climb(alertId!, grade);
    return alertId;
  }

  /** What no rule spoke of any more: the rule no longer holds here, or its subject is gone or switched off. */
  #closeUnjudged(track: HallTrack, judged: ReadonlySet<string>, ruleIds: ReadonlySet<string>): void {
    for (const [key, { ruleId, alertId }] of track.subjects) {
      if (judged.has(key)) continue;
      track.subjects.delete(key);
      if (alertId) this.#deps.ledger.end(alertId, ruleIds.has(ruleId) ? 'subject-removed' : 'rule-disabled', null);
    }
  }

  #forget(hallId: string): void {
    const track = this.#halls.get(hallId);
    if (!track) return;
    track.cancelTimer?.();
    this.#halls.delete(hallId);
    for (const { alertId } of track.subjects.values()) {
      if (alertId) this.#deps.ledger.end(alertId, 'subject-removed', null);
    }
  }

  #schedule(hallId: string, track: HallTrack, dueAt: number): void {
    track.cancelTimer?.();
    track.cancelTimer = null;
    if (dueAt === Infinity) return;
    const wait = Math.min(Math.max(0, dueAt - this.#deps.clock.now()), LONGEST_TIMER_MS);
    track.cancelTimer = this.#deps.clock.after(wait, () => this.#look(hallId));
  }

  #track(hallId: string): HallTrack {
    const known = this.#halls.get(hallId);
    if (known) return known;
    const track: HallTrack = { subjects: new Map(), cancelTimer: null };
    this.#halls.set(hallId, track);
    return track;
  }
}

function evaluate(rule: AlertRule, view: HallView, held: (subjectKey: string) => number | null): Finding[] {
  switch (rule.kind) {
    case 'window-unattended':
      return windowUnattended(view, rule.params, held);
    case 'wait-overtime':
      return waitOvertime(view, rule.params, held);
    case 'queue-overflow':
      return queueOverflow(view, rule.params, held);
    case 'hall-crowding':
      return hallCrowding(view, rule.params, held);
    case 'idle-with-queue':
      return idleWithQueue(view, rule.params, held);
    case 'pause-overrun':
      return pauseOverrun(view, rule.params, held);
    case 'camera-offline':
      return cameraOffline(view, rule.params, held);
    case 'picture-fault':
      return pictureFault(view, rule.params, held);
    case 'camera-event':
      return cameraEvent(view, rule.params, held);
  }
}

function keyOf(ruleId: string, subject: Subject): string {
  return `${ruleId}/${subjectKey(subject)}`;
}

function heldSince(track: HallTrack, ruleId: string, subject: string): number | null {
  const state = track.subjects.get(`${ruleId}/${subject}`)?.state;
  return state === undefined || state.phase === 'normal' ? null : state.since;
}
