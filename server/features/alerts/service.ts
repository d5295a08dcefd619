import type { Alert, AlertRule, AlertRuleChange } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';
import { AlertWriter } from './alert-writer.ts';
import { AlertEngine } from './engine.ts';
import { HallCameras } from './hall-cameras.ts';
import { AlertLedger } from './ledger.ts';
import type { CameraEventsPort, CamerasPort, HallsPort, HallStatesPort } from './ports.ts';
import { AlertsRepository } from './repository.ts';
import { RuleBook } from './rules.ts';

export interface AlertsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  halls: HallsPort;
  hallStates: HallStatesPort;
  cameras: CamerasPort;
  cameraEvents: CameraEventsPort;
}

/** Alerts 预警: the rules, the engine that watches halls and cameras by them, and the alerts that are open. */
export class AlertsService {
  /** Every new state of an alert; the closed one once. */
  readonly changed: Emitter<Alert>;

  readonly #deps: AlertsDeps;
  readonly #rules: RuleBook;
  readonly #repository: AlertsRepository;
  readonly #writer: AlertWriter;
  readonly #ledger: AlertLedger;
  readonly #hallCameras: HallCameras;
  readonly #engine: AlertEngine;
  #started = false;

  constructor(deps: AlertsDeps) {
    this.#deps = deps;
    this.#rules = new RuleBook(deps);
    this.#repository = new AlertsRepository(deps.db);
    this.#writer = new AlertWriter({ ...deps, save: (alert) => this.#repository.save(alert) });
    this.#ledger = new AlertLedger({ ...deps, store: (alert) => this.#writer.put(alert) });
    this.#hallCameras = new HallCameras(deps);
    this.#engine = new AlertEngine({
      ...deps,
      hallCameras: this.#hallCameras,
      rulesOf: (hallId) => this.#rules.of(hallId),
      ledger: this.#ledger,
    });
    this.changed = this.#ledger.changed;
  }

  /** After the states of the halls and their cameras are known: the alerts that were open are matched to them. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#writer.start();
    await this.#rules.start();
    this.#ledger.restore(await this.#repository.open());
    this.#hallCameras.start();
    this.#engine.start();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#engine.stop();
    this.#hallCameras.stop();
    await this.#writer.stop();
  }

  /** Those that are not closed, oldest first. */
  open(): Alert[] {
    return this.#ledger.open();
  }

  /** The latest to close first. */
  closed(limit: number): Promise<Alert[]> {
    return this.#repository.closed(limit);
  }

  /**
   * A person has seen it. Holds at once and is answered when it is stored; while the database is away it holds all the
   * same and is stored later. Throws NOT_FOUND where no such alert is open.
   */
  async acknowledge(alertId: string, username: string): Promise<Alert> {
    const alert = this.#ledger.acknowledge(alertId, username);
    await this.#writer.settled();
    return alert;
  }

  rules(): AlertRule[] {
    return this.#rules.list();
  }

  /** A new version of the rule, by which every hall is judged at once. Throws as RuleBook.change, or REQUEST_INVALID. */
  async changeRule(ruleId: string, change: AlertRuleChange, username: string): Promise<AlertRule> {
    const unknown = change.hallIds?.find((hallId) => !this.#deps.halls.get(hallId));
    if (unknown) throw new AppError('REQUEST_INVALID', [{ path: 'hallIds', message: `no hall ${unknown}` }]);
    const rule = await this.#rules.change(ruleId, change, username);
    this.#engine.lookAtAll();
    return rule;
  }
}
