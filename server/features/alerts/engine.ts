import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { HallDelta } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { holdsFor } from '#contract/rule-places.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { Coalescer } from '#lib/coalescer.ts';
import { normal, step, type Effect, type SubjectState } from './alert-machine.ts';
import { subjectKey, subjectOf, type Subject } from './condition.ts';
import type { HallCameras } from './hall-cameras.ts';
import { withinHours, type HallHours } from './hall-hours.ts';
import type { HallTerminals } from './hall-terminals.ts';
import { placesOf, type HallView } from './hall-view.ts';
import type { AlertLedger } from './ledger.ts';
import { LiveView } from './live-view.ts';
import type { CamerasPort, HallOutputsPort, HallsPort, HallStatesPort } from './ports.ts';
import type { Judgement } from './rule-logic.ts';
import { logicOf } from './rules/all.ts';
import { bothTouched, touchedBy, touchedByEvent, touchedOne, type Touched } from './touched.ts';

export interface EngineDeps {
  clock: Clock;
  halls: HallsPort;
  hallStates: HallStatesPort;
  cameras: Pick<CamerasPort, 'camerasSeeing' | 'camerasAround'>;
  hallCameras: Pick<HallCameras, 'of' | 'changed'>;
  hallTerminals: Pick<HallTerminals, 'of' | 'changed'>;
  hallOutputs: HallOutputsPort;
  hours: Pick<HallHours, 'of' | 'changed'>;
  /** The enabled rules that hold in a hall, with its places there; null: in all of it. */
  rulesOf: (hallId: string) => AlertRule[];
  ledger: AlertLedger;
  /** The least time between two looks at a hall; 0: one for each thing that happens, at once. */
  lookEveryMs?: number;
}

/** Rules speak of minutes: what changes many times a second is looked at twenty times a second. */
const LOOK_EVERY_MS = 50;
const NONE: ReadonlySet<string> = new Set();

/** A subject that is not normal, or will not be if nothing happens. */
interface Tracked {
  ruleId: string;
  /** As the topic of its rule names it. */
  id: string;
  subject: Subject;
  state: SubjectState;
  /** When it is to be looked at even if nothing happens, epoch ms. */
  dueAt: number;
  alertId: string | null;
}

interface HallTrack {
  /** Null before anything is known of the hall. */
  view: LiveView | null;
  /** By rule and subject. */
  subjects: Map<string, Tracked>;
  cancelTimer: (() => void) | null;
  /** When something becomes due, epoch ms. */
  dueAt: number;
}

/**
 * Looks at what of a hall something new was said of, and at what becomes due, and carries out what the machine of each
 * subject says. One timer a hall, at its next due instant. What an event costs depends on the rules about what it touches,
 * not on how many halls, windows or terminals there are.
 */
export class AlertEngine {
  readonly #deps: EngineDeps;
  readonly #halls = new Map<string, HallTrack>();
  readonly #looks: Pick<Coalescer<Touched>, 'push' | 'stop'>;
  #leave: (() => void)[] = [];

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    const everyMs = deps.lookEveryMs ?? LOOK_EVERY_MS;
    const look = (hallId: string, touched: Touched) => this.#look(hallId, touched);
    this.#looks =
      everyMs === 0
        ? { push: look, stop: () => undefined }
        : new Coalescer({ clock: deps.clock, everyMs, merge: bothTouched, send: look });
  }

  /** Goes on with the alerts whose condition may still last, and looks at every hall. */
  start(): void {
    if (this.#leave.length > 0) return;
    const { halls, hallStates, hallCameras, hallTerminals, hallOutputs, hours, ledger } = this.#deps;
    for (const alert of ledger.followed()) this.#resume(alert);
    this.#leave = [
      hallStates.deltas.on((delta) => this.#take(delta)),
      hallStates.events.on((event) => {
        const hall = halls.get(event.hallId);
        const touched = hall && touchedByEvent(event, hall);
        if (touched) this.#looks.push(event.hallId, touched);
      }),
      hallCameras.changed.on(({ hallId, cameraId }) => this.#looks.push(hallId, touchedOne('camera', cameraId))),
      hallTerminals.changed.on(({ hallId, terminalId }) => {
        // whether one alone is lost, or the hall cut off, is a thing of them all
        this.#looks.push(hallId, bothTouched(this.#allTerminals(hallId, terminalId), touchedOne('hall', 'hall')));
      }),
      hallOutputs.deadChanged.on((hallId) => this.#looks.push(hallId, touchedOne('hall', 'hall'))),
      hours.changed.on((hallId) => this.#looks.push(hallId, 'all')),
      halls.changed.on(({ id }) => this.#looks.push(id, 'all')),
      halls.removed.on((hallId) => this.#looks.push(hallId, 'all')),
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
    for (const hallId of hallIds) this.#look(hallId, 'all');
  }

  #resume(alert: Alert): void {
    const { ruleId, severity, kind } = alert;
    const since = Date.parse(alert.conditionSince);
    this.#track(alert.hallId).subjects.set(keyOf(ruleId, alert), {
      ruleId,
      id: logicOf(kind).idOf(alert),
      subject: subjectOf(alert),
      state: { phase: 'raised', since, severity, clearingSince: null },
      dueAt: Infinity,
      alertId: alert.id,
    });
  }

  #take(delta: HallDelta): void {
    const view = this.#halls.get(delta.hallId)?.view;
    view?.take(delta);
    this.#looks.push(delta.hallId, view ? touchedBy(delta, view.hall) : 'all');
  }

  #allTerminals(hallId: string, changed: string): Touched {
    return new Map([['terminal', new Set([changed, ...this.#deps.hallTerminals.of(hallId).keys()])]]);
  }

  #look(hallId: string, touched: Touched): void {
    const hall = this.#deps.halls.get(hallId);
    if (!hall) return this.#forget(hallId);
    const track = this.#track(hallId);
    const now = this.#deps.clock.now();
    const hours = this.#deps.hours.of(hallId, now);
    const anew = touched === 'all' || hours !== (track.view?.hours ?? null);
    const view = anew || !track.view ? this.#read(hall) : track.view;
    if (!view) return;
    track.view = view;
    const rules = this.#deps.rulesOf(hallId);
    if (!anew && now < track.dueAt && !rules.some((rule) => mindsAny(rule, track, touched))) return;
    view.at(now, hours);
    if (anew) this.#lookAtEverything(track, rules, view);
    else this.#lookAtSome(track, rules, view, touched);
    this.#schedule(hallId, track);
  }

  /** The hall as a whole; null while it is not known yet. */
  #read(hall: Hall): LiveView | null {
    const live = this.#deps.hallStates.live(hall.id);
    const journal = this.#deps.hallStates.journal(hall.id);
    return live && journal ? new LiveView(hall, live, journal, this.#deps) : null;
  }

  #lookAtEverything(track: HallTrack, rules: readonly AlertRule[], view: HallView): void {
    const judged = new Set<string>();
    for (const rule of rules) {
      for (const id of logicOf(rule.kind).ids(view)) judged.add(this.#judge(track, rule, id, view));
    }
    const ruleIds = new Set(rules.map(({ id }) => id));
    for (const [key, { ruleId }] of track.subjects) {
      if (!judged.has(key)) this.#drop(track, key, ruleIds.has(ruleId) ? 'subject-removed' : 'rule-disabled');
    }
  }

  #lookAtSome(track: HallTrack, rules: readonly AlertRule[], view: HallView, touched: Exclude<Touched, 'all'>): void {
    for (const rule of rules) {
      const { topic, minds } = logicOf(rule.kind);
      const ids = touched.get(topic) ?? NONE;
      for (const id of ids) this.#judge(track, rule, id, view);
      for (const id of this.#besides(track, rule.id, view, touched, minds)) {
        if (!ids.has(id)) this.#judge(track, rule, id, view);
      }
    }
  }

  /** What becomes due by now, and windows that others come to wait for: those that are not normal, or all (`minds`). */
  #besides(
    track: HallTrack,
    ruleId: string,
    view: HallView,
    touched: Exclude<Touched, 'all'>,
    minds: 'waiting' | undefined,
  ): Iterable<string> {
    const waiting = touched.get('waiting') ?? NONE;
    const { windows, windowsOf } = placesOf(view.hall);
    const ids = new Set<string>();
    for (const tracked of track.subjects.values()) {
      if (tracked.ruleId !== ruleId) continue;
      const waits = waiting.size > 0 && windows.get(tracked.id)?.queueIds.some((queueId) => waiting.has(queueId));
      if (waits || tracked.dueAt <= view.now) ids.add(tracked.id);
    }
    if (minds) for (const queueId of waiting) for (const { id } of windowsOf(queueId)) ids.add(id);
    return ids;
  }

  /** One step of one subject; gives back its key. */
  #judge(track: HallTrack, rule: AlertRule, id: string, view: HallView): string {
    const logic = logicOf(rule.kind);
    const before = logic.subject(view, id);
    const key = keyOf(rule.id, before);
    const tracked = track.subjects.get(key);
    const subject = tracked?.subject ?? before;
    if (!holdsFor(rule.places, subject)) {
      this.#drop(track, key, 'rule-disabled');
      return key;
    }
    const judgement = logic.judge(view, id, rule.params, heldSince(tracked?.state));
    if (!judgement) {
      this.#drop(track, key, 'subject-removed');
      return key;
    }
    const within = rule.hours === 'opening' && view.hours;
    const condition = within ? withinHours(judgement.condition, within) : judgement.condition;
    const { state, effect, dueAt } = step(tracked?.state ?? normal, condition, rule.params, view.now);
    let alertId = tracked?.alertId ?? null;
    if (effect) alertId = this.#carryOut(effect, alertId, view.hall.id, rule, subject, judgement.facts);
    if (state.phase === 'normal' && dueAt === null) track.subjects.delete(key);
    else track.subjects.set(key, { ruleId: rule.id, id, subject, state, dueAt: dueAt ?? Infinity, alertId });
    return key;
  }

  /** Gives back the alert that is followed afterwards. */
  #carryOut(
    effect: Effect,
    alertId: string | null,
    hallId: string,
    rule: AlertRule,
    subject: Subject,
    facts: Judgement['facts'],
  ): string | null {
    const { ledger, cameras } = this.#deps;
    if (effect.do === 'clear') {
      ledger.end(alertId!, 'cleared', effect.clearedAt);
      return null;
    }
    const { cameraId, windowId } = subject;
    const seen = () => (cameraId === null ? cameras.camerasSeeing(hallId, windowId) : cameras.camerasAround(cameraId));
    const cameraIds = logicOf(rule.kind).unseen ? [] : seen();
    const grade = { ruleVersion: rule.version, severity: effect.severity, facts, cameraIds };
    if (effect.do === 'raise') return ledger.raise(rule, hallId, subject, effect.since, grade).id;
    ledger.climb(alertId!, grade);
    return alertId;
  }

  /** The rule no longer holds here, or its subject is gone or switched off. */
  #drop(track: HallTrack, key: string, outcome: 'rule-disabled' | 'subject-removed'): void {
    const alertId = track.subjects.get(key)?.alertId;
    track.subjects.delete(key);
    if (alertId) this.#deps.ledger.end(alertId, outcome, null);
  }

  #forget(hallId: string): void {
    const track = this.#halls.get(hallId);
    if (!track) return;
    track.cancelTimer?.();
    this.#halls.delete(hallId);
    for (const key of [...track.subjects.keys()]) this.#drop(track, key, 'subject-removed');
  }

  #schedule(hallId: string, track: HallTrack): void {
    track.cancelTimer?.();
    track.cancelTimer = null;
    // rules change when the hall opens or closes
    let dueAt = track.view?.hours?.until ?? Infinity;
    for (const tracked of track.subjects.values()) dueAt = Math.min(dueAt, tracked.dueAt);
    track.dueAt = dueAt;
    if (dueAt === Infinity) return;
    track.cancelTimer = onceAt(this.#deps.clock, dueAt, () => this.#look(hallId, new Map()));
  }

  #track(hallId: string): HallTrack {
    const known = this.#halls.get(hallId);
    if (known) return known;
    const track: HallTrack = { view: null, subjects: new Map(), cancelTimer: null, dueAt: -Infinity };
    this.#halls.set(hallId, track);
    return track;
  }
}

/** Whether a rule has anything to look at in what was touched. */
function mindsAny({ kind }: AlertRule, { subjects }: HallTrack, touched: Touched): boolean {
  if (touched === 'all') return true;
  const { topic, minds } = logicOf(kind);
  if ((touched.get(topic)?.size ?? 0) > 0) return true;
  return (touched.get('waiting')?.size ?? 0) > 0 && (minds !== undefined || subjects.size > 0);
}

function keyOf(ruleId: string, subject: Subject): string {
  return `${ruleId}/${subjectKey(subject)}`;
}

function heldSince(state: SubjectState | undefined): number | null {
  return state === undefined || state.phase === 'normal' ? null : state.since;
}
