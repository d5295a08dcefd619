import type { ActRequest, Assignee } from '#contract/alert-acts.ts';
import type { AlertPage, AlertQuery, AlertStory } from '#contract/alert-history.ts';
import type { AlertLoad, LoadQuery } from '#contract/alert-load.ts';
import type { AlertRule, AlertRuleChange, RuleVersion } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { RecordingState } from '#contract/footage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { AlertWriter } from './alert-writer.ts';
import { Backtests } from './backtest.ts';
import { AlertEngine } from './engine.ts';
import { EscalationWatch } from './escalation.ts';
import { HallCameras } from './hall-cameras.ts';
import { HallHours } from './hall-hours.ts';
import { HallTerminals } from './hall-terminals.ts';
import { AlertLedger } from './ledger.ts';
import { alertLoad } from './load.ts';
import { alertPage } from './pages.ts';
import type {
  CalendarPort,
  CameraEventsPort,
  CamerasPort,
  HallsPort,
  HallStatesPort,
  NoticesPort,
  PastPort,
  PeoplePort,
  RegionsPort,
  TerminalsPort,
} from './ports.ts';
import { AlertsRepository, type ChangedAlert } from './repository.ts';
import { RepeatWatch } from './repeats.ts';
import { RuleBook } from './rule-book.ts';
import { checkPlaces, rulesSeen } from './rule-places.ts';
import { SilenceBook } from './silences.ts';

export interface AlertsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  halls: HallsPort;
  hallStates: HallStatesPort;
  terminals: TerminalsPort;
  cameras: CamerasPort;
  cameraEvents: CameraEventsPort;
  calendar: CalendarPort;
  people: PeoplePort;
  past: PastPort;
  regions: RegionsPort;
  notices: NoticesPort;
}

/** Alerts 预警: the rules, the engine that watches halls and cameras by them, and the alerts that are open. */
export class AlertsService {
  /** Every new state of an alert. */
  readonly changed: Emitter<Alert>;
  readonly silences: SilenceBook;
  /** Rules over recorded history. */
  readonly backtests: Backtests;

  readonly #deps: AlertsDeps;
  readonly #rules: RuleBook;
  readonly #repository: AlertsRepository;
  readonly #writer: AlertWriter;
  readonly #ledger: AlertLedger;
  readonly #hallCameras: HallCameras;
  readonly #hallTerminals: HallTerminals;
  readonly #hours: HallHours;
  readonly #engine: AlertEngine;
  readonly #escalation: EscalationWatch;
  readonly #repeats: RepeatWatch;
  readonly #pastActs = new Serial();
  #leaveRegions: (() => void) | null = null;
  #started = false;

  constructor(deps: AlertsDeps) {
    this.#deps = deps;
    this.#rules = new RuleBook(deps);
    this.#repository = new AlertsRepository(deps.db);
    this.#writer = new AlertWriter({ ...deps, save: (changed) => this.#save(changed) });
    this.silences = new SilenceBook(deps);
    this.#ledger = new AlertLedger({
      ...deps,
      silenceOf: (alert) => this.silences.of(alert),
      store: (alert, act) => this.#writer.put(alert, act),
    });
    this.#hallCameras = new HallCameras(deps);
    this.#hallTerminals = new HallTerminals(deps);
    this.#hours = new HallHours(deps);
    this.#engine = new AlertEngine({
      ...deps,
      hallCameras: this.#hallCameras,
      hallTerminals: this.#hallTerminals,
      hallOutputs: deps.notices,
      hours: this.#hours,
      rulesOf: (hallId) => this.#rules.of(hallId),
      ledger: this.#ledger,
    });
    const watched = { ...deps, ledger: this.#ledger, ruleOf: (ruleId: string) => this.#rules.get(ruleId) };
    this.#escalation = new EscalationWatch(watched);
    this.#repeats = new RepeatWatch({ ...watched, again: (alert, rule, at) => void this.#again(alert, rule, at) });
    this.backtests = new Backtests({ ...deps, rule: (ruleId) => this.#rules.get(ruleId) });
    this.changed = this.#ledger.changed;
    this.silences.changed.on(() => this.#ledger.silence());
  }

  /** After the states of the halls and their cameras are known: the alerts that were kept are matched to them. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#writer.start();
    await this.#rules.start();
    this.#ledger.restore(await this.#repository.kept());
    await this.silences.start();
    // some may have ended, or others have begun, while nobody was there
    this.#ledger.silence();
    this.#hallCameras.start();
    this.#hallTerminals.start();
    this.#hours.start();
    this.#engine.start();
    this.#leaveRegions ??= this.#deps.regions.changed.on(() => this.#engine.lookAtAll());
    this.#escalation.start();
    this.#repeats.start();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#repeats.stop();
    this.#escalation.stop();
    this.#leaveRegions?.();
    this.#leaveRegions = null;
    this.#engine.stop();
    this.#hours.stop();
    this.#hallTerminals.stop();
    this.#hallCameras.stop();
    await this.silences.stop();
    await this.#writer.stop();
  }

  /** What is made of a camera's recording, which rules about gaps go by. */
  recorded(state: RecordingState): void {
    this.#hallCameras.recorded(state);
  }

  /** Those that are not closed, oldest first. */
  open(): Alert[] {
    return this.#ledger.open();
  }

  /** The hall of an alert, be it long closed; undefined for one that never was. */
  async hallOf(alertId: string): Promise<string | undefined> {
    const known = this.#ledger.get(alertId) ?? this.#writer.newest(alertId);
    return (known ?? (await this.#repository.one(alertId)))?.hallId;
  }

  /** Of all that ever were in these halls, newest first; null: in all. */
  async page(query: AlertQuery, hallIds: readonly string[] | null): Promise<AlertPage> {
    await this.#writer.settled();
    return alertPage(this.#deps.db, query, hallIds);
  }

  /** What alerts asked of people in a span, in the one hall that is asked for or in these halls; null: in all. */
  async load({ hallId, ...span }: LoadQuery, hallIds: readonly string[] | null): Promise<AlertLoad> {
    await this.#writer.settled();
    return alertLoad(this.#deps.db, span, hallId === undefined ? hallIds : [hallId]);
  }

  /** Throws NOT_FOUND. */
  async story(alertId: string): Promise<AlertStory> {
    await this.#writer.settled();
    const alert = await this.#past(alertId);
    const [acts, cardAllowed] = await Promise.all([this.#repository.acts(alertId), this.#rules.cardAllowed(alert)]);
    return { alert, acts, cardAllowed };
  }

  /** Those an alert of these halls can be given to; null: of any. */
  assignees(hallIds: readonly string[] | null): Promise<Assignee[]> {
    return this.#deps.people.whoMay('alert.handle', hallIds);
  }

  /**
   * A person does something with an alert, be it long closed. Holds at once and is answered when it is stored; while the
   * database is away it holds all the same and is stored later. Throws NOT_FOUND, ALERT_CHANGED where the person saw an
   * older state, REQUEST_INVALID where it is given to nobody who may handle it.
   */
  async act(alertId: string, request: ActRequest, username: string): Promise<Alert> {
    if (this.#writer.full) throw new AppError('DATABASE_UNREACHABLE', 'too many alerts wait to be stored');
    if (request.act === 'assign') await this.#mustHandle(request.to, await this.hallOf(alertId));
    const kept = this.#ledger.get(alertId);
    if (!kept) return this.#pastActs.run(async () => this.#stored(await this.#past(alertId), request, username));
    return this.#stored(kept, request, username);
  }

  rule(ruleId: string): AlertRule | undefined {
    return this.#rules.get(ruleId);
  }

  /** Each with its places in the halls that this sees. */
  rules(sees: (hallId: string) => boolean): AlertRule[] {
    return rulesSeen(this.#rules.list(), sees, this.#deps);
  }

  /** Every version of a rule, newest first. Throws NOT_FOUND. */
  ruleVersions(ruleId: string): Promise<RuleVersion[]> {
    return this.#rules.versions(ruleId);
  }

  /** A new version of the rule, by which every hall is judged at once. Throws as RuleBook.change, or REQUEST_INVALID. */
  async changeRule(ruleId: string, change: AlertRuleChange, username: string): Promise<AlertRule> {
    const kind = this.#rules.get(ruleId)?.kind;
    if (kind) checkPlaces(change.places ?? [], kind, this.#deps);
    const nowhere = change.telling?.to.find(({ outputId }) => !this.#deps.notices.has(outputId))?.outputId;
    if (nowhere) throw new AppError('REQUEST_INVALID', [{ path: 'telling.to', message: `no output ${nowhere}` }]);
    const rule = await this.#rules.change(ruleId, change, username);
    this.#engine.lookAtAll();
    this.#escalation.look();
    this.#repeats.look();
    return rule;
  }

  /** With what is to be told of it. */
  async #save(changed: readonly ChangedAlert[]): Promise<void> {
    const { notices } = this.#deps;
    await this.#repository.save(changed, async (db, { alert, acts }) => {
      const rule = this.#rules.get(alert.ruleId);
      if (rule) await notices.put(db, alert, acts, rule);
    });
    notices.poke();
  }

  /** Where the database is away, the next time is told. */
  async #again(alert: Alert, rule: AlertRule, at: number): Promise<void> {
    try {
      await this.#deps.notices.again(alert, rule, at);
    } catch (error) {
      this.#deps.log.warn({ alertId: alert.id, reason: messageOf(error) }, 'an alert could not be told again');
    }
  }

  async #stored(alert: Alert, request: ActRequest, username: string): Promise<Alert> {
    const after = this.#ledger.act(alert, request, username);
    await this.#writer.settled();
    return after;
  }

  /** As it is in the database, unless something newer waits to be written. */
  async #past(alertId: string): Promise<Alert> {
    const alert = this.#writer.newest(alertId) ?? (await this.#repository.one(alertId));
    if (!alert) throw new AppError('NOT_FOUND', `no alert ${alertId}`);
    return alert;
  }

  async #mustHandle(username: string, hallId: string | undefined): Promise<void> {
    const known = (await this.assignees(hallId ? [hallId] : [])).some((person) => person.username === username);
    if (!known) throw new AppError('REQUEST_INVALID', [{ path: 'to', message: `${username} handles no alerts` }]);
  }
}
