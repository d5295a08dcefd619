import { monotonicFactory } from 'ulid';
import type { AlertAct } from '#contract/alert-acts.ts';
import { rankOf, type AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { Output, OutputInput, OutputNotice, OutputSettings, OutputTest } from '#contract/outputs.ts';
import type { Recipient, TellingTo } from '#contract/telling.ts';
import type { Tongue } from '#contract/rule-names.ts';
import type { ProblemSubject } from '#contract/system.ts';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { SecretBox } from '#lib/secret-box.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { brokerWay } from './broker.ts';
import { mailWay } from './mail.ts';
import type { Notice, NoticeContent, PlacesPort, Publish, Way } from './ports.ts';
import { OutputRows, type NewNotice, type StoredOutput } from './rows.ts';
import { OutputSender, type Failing } from './sender.ts';
import { smsWay } from './sms.ts';
import { whatIsTold } from './told.ts';
import { webhookWay } from './webhook.ts';
import { alertWords, cardWords, faultWords, testWords, type CardTold } from './words.ts';

export interface OutputsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  secret: Buffer;
  networks: CameraNetworks;
  places: PlacesPort;
}

interface Running {
  output: StoredOutput;
  sender: OutputSender;
  failing: Failing | null;
  /** Halls of whose alerts something waits, while it is not known to get out. */
  untold: Set<string>;
}

const HOUR_MS = 3600_000;

/**
 * Outputs 通知出口: alerts and cards are told beside the wall by e-mail, webhook, SMS gateway and MQTT. What is to be told is put down
 * in the transaction that stores the act of the alert, so that neither a kill nor a dead network loses it or tells it in
 * other words; each output has a sender of its own. An output that is dead is told on every wall and by the others.
 */
export class OutputsService {
  /** Whether what is to be told of this hall gets out is otherwise than before. */
  readonly deadChanged = new Emitter<string>();

  readonly #deps: OutputsDeps;
  readonly #rows: OutputRows;
  readonly #box: SecretBox;
  readonly #ways: { [K in OutputSettings['kind']]: Way<Extract<OutputSettings, { kind: K }>> };
  readonly #running = new Map<string, Running>();
  readonly #changes = new Serial();
  /** In the order of its calls, within a millisecond as well. */
  readonly #nextId = monotonicFactory();
  #publish: Publish = () => Promise.reject(new Error('the broker is not there yet'));

  constructor(deps: OutputsDeps) {
    this.#deps = deps;
    this.#rows = new OutputRows(deps.db);
    this.#box = new SecretBox(deps.secret, 'alert outputs');
    this.#ways = {
      mail: mailWay(deps),
      webhook: webhookWay(deps),
      sms: smsWay(deps),
      mqtt: brokerWay((...message) => this.#publish(...message)),
    };
  }

  async start(): Promise<void> {
    for (const output of await this.#rows.outputs()) {
      this.#run(output, output.enabled ? await this.#rows.hallsWaiting(output.id) : []);
    }
  }

  async stop(): Promise<void> {
    await this.#changes.run(async () => undefined);
    await Promise.all([...this.#running.values()].map(({ sender }) => sender.stop()));
    this.#running.clear();
  }

  /** The way to the broker, when there is one. */
  sendBy(publish: Publish): void {
    this.#publish = publish;
  }

  async list(): Promise<Output[]> {
    const counts = await this.#rows.counts();
    return [...this.#running.values()].map(({ output: { secret, ...output }, failing }) => ({
      ...output,
      hasSecret: secret !== null,
      ...(counts.get(output.id) ?? { waiting: 0, lastSentAt: null }),
      failing: failing && { ...failing, since: new Date(failing.since).toISOString() },
    }));
  }

  has(id: string): boolean {
    return this.#running.has(id);
  }

  /** The dead outputs that have something of this hall to tell; null: those that have were not tried yet. */
  deadOf(hallId: string): { name: string; since: number; code: Failing['code'] }[] | null {
    const untold = [...this.#running.values()].filter((running) => running.untold.has(hallId));
    const dead = untold.flatMap(({ output, failing }) => (failing ? [{ name: output.name, ...failing }] : []));
    return dead.length === 0 && untold.length > 0 ? null : dead;
  }

  /** Makes or replaces one. Throws REQUEST_INVALID where the secret must be given anew, as it would go elsewhere. */
  save(id: string, { secret: given, ...input }: OutputInput): Promise<Output> {
    return this.#changes.run(async () => {
      const before = this.#running.get(id)?.output;
      const moved = before && reach(before.settings) !== reach(input.settings);
      if (given === undefined && before?.secret && moved) {
        // whoever may change the address must not get what is kept for the one before
        throw new AppError('REQUEST_INVALID', [{ path: 'secret', message: 'needed anew for another address' }]);
      }
      const secret = given === undefined ? (before?.secret ?? null) : given === null ? null : this.#box.seal(given, id);
      const output: StoredOutput = { id, ...input, secret };
      await this.#rows.save(output);
      await this.#end(id);
      this.#run(output);
      return (await this.list()).find((each) => each.id === id)!;
    });
  }

  /** Throws NOT_FOUND. */
  remove(id: string): Promise<void> {
    return this.#changes.run(async () => {
      this.#get(id);
      await this.#rows.remove(id);
      await this.#end(id);
    });
  }

  /** What it told last, newest first. Throws NOT_FOUND. */
  async notices(id: string): Promise<OutputNotice[]> {
    this.#get(id);
    return this.#rows.notices(id);
  }

  /** Tells its recipients something now, be it enabled or not. Throws NOT_FOUND, and what its way throws. */
  async test(id: string): Promise<OutputTest> {
    const { output } = this.#get(id);
    const { clock } = this.#deps;
    const begun = clock.monotonic();
    const madeAt = new Date(clock.now()).toISOString();
    const to = recipientsOf(output, []);
    if (to.length === 0) throw new AppError('REQUEST_INVALID', [{ path: 'recipients', message: 'nobody is named' }]);
    for (const recipient of to) {
      const notice = { id: this.#nextId(clock.now()), recipient, madeAt, content: testWords(output.language, madeAt) };
      await this.#carry(output, notice, AbortSignal.timeout(15_000));
    }
    return { sent: to.length, tookMs: Math.round(clock.monotonic() - begun) };
  }

  /** Puts down what is to be told of an alert, to which these acts led; within the transaction that stores them. */
  async put(db: Database, alert: Alert, acts: readonly AlertAct[], rule: AlertRule): Promise<void> {
    const { telling } = rule;
    const what = telling && whatIsTold(telling, alert, acts);
    if (!what) return;
    await this.#rows.put(
      db,
      this.#notices(telling.to, `${alert.id}/${alert.revision}`, alert.id, (tongue) =>
        alertWords(what, alert, rule, this.#deps.places, tongue),
      ),
    );
    for (const { outputId } of telling.to) {
      const running = this.#running.get(outputId);
      if (running?.failing) this.#isUntold(running, [alert.hallId]);
    }
  }

  /** Puts down that a card was issued or revoked; within the transaction that says so. */
  async putCard(db: Database, to: TellingTo, card: CardTold): Promise<void> {
    const about = `card/${card.id}/${card.what}`;
    await this.#rows.put(
      db,
      this.#notices(to, about, null, (tongue) => cardWords(card, tongue)),
    );
  }

  /** Nobody acknowledged it until this instant, epoch ms: it is told again, once. */
  async again(alert: Alert, rule: AlertRule, at: number): Promise<void> {
    const { telling } = rule;
    if (!telling || rankOf(alert.severity) < rankOf(telling.from)) return;
    const { db, places } = this.#deps;
    await this.#rows.put(
      db,
      this.#notices(telling.to, `${alert.id}/again-${at}`, alert.id, (tongue) =>
        alertWords('again', alert, rule, places, tongue),
      ),
    );
    this.poke();
  }

  /** Something was put down. */
  poke(): void {
    for (const { sender } of this.#running.values()) sender.poke();
  }

  /** Resolves when what is due now was tried. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ sender }) => sender.settled()));
  }

  #notices(
    to: TellingTo,
    about: string,
    alertId: string | null,
    words: (tongue: Tongue) => NoticeContent,
  ): NewNotice[] {
    return to.flatMap(({ outputId, recipients }) => {
      const output = this.#running.get(outputId)?.output;
      if (!output?.enabled) return [];
      return this.#to(output, recipients, words(output.language), alertId, about);
    });
  }

  #to(
    output: StoredOutput,
    recipients: readonly Recipient[],
    content: NoticeContent,
    alertId: string | null,
    key: string,
  ): NewNotice[] {
    const at = this.#deps.clock.now();
    return recipientsOf(output, recipients).map((recipient) => ({
      ...{ id: this.#nextId(at), key: `${key}/${output.id}/${recipient ?? ''}`, outputId: output.id, alertId },
      ...{ recipient, content, at },
    }));
  }

  #run(output: StoredOutput, untold: readonly string[] = []): void {
    const { clock, log } = this.#deps;
    const sender = new OutputSender({
      ...{ outputId: output.id, perMinute: output.perMinute, clock, log, rows: this.#rows },
      carry: (notice, signal) => this.#carry(output, notice, signal),
      told: (failing) => this.#isFailing(output, failing),
    });
    this.#running.set(output.id, { output, sender, failing: null, untold: new Set(untold) });
    if (output.enabled) sender.start();
  }

  async #end(id: string): Promise<void> {
    const running = this.#running.get(id);
    if (!running) return;
    await running.sender.stop();
    this.#running.delete(id);
    this.#deps.problems.clear(subjectOf(running.output));
    for (const hallId of running.untold) this.deadChanged.emit(hallId);
  }

  async #carry({ id, settings, secret }: StoredOutput, notice: Notice, signal: AbortSignal): Promise<void> {
    const open = secret && this.#box.open(secret, id);
    if (secret && open === null) throw new AppError('OUTPUT_REFUSED', 'the secret that is kept cannot be read');
    const way = this.#ways[settings.kind] as Way<OutputSettings>;
    await way(notice, settings, open, signal);
  }

  #isFailing(output: StoredOutput, failing: Failing | null): void {
    const running = this.#running.get(output.id);
    if (!running || running.output !== output) return;
    const wasDead = running.failing !== null;
    running.failing = failing;
    if (!failing) {
      const halls = [...running.untold];
      running.untold.clear();
      for (const hallId of halls) this.deadChanged.emit(hallId);
      return this.#deps.problems.clear(subjectOf(output));
    }
    this.#deps.problems.raise(subjectOf(output), failing.code, failing.detail);
    if (wasDead) return;
    void this.#tellHalls(running);
    void this.#tellOthers(output, failing);
  }

  /** Each hall whose alerts wait for it has an alert of that: the wall must say that nobody else is told. */
  async #tellHalls(running: Running): Promise<void> {
    const { id } = running.output;
    try {
      const halls = await this.#rows.hallsWaiting(id);
      // it may work again meanwhile
      if (running.failing) this.#isUntold(running, [...halls, ...running.untold]);
    } catch (error) {
      this.#deps.log.warn({ err: error, outputId: id }, 'whose alerts wait for a dead output could not be read');
    }
  }

  #isUntold({ untold }: Running, hallIds: readonly string[]): void {
    for (const hallId of new Set(hallIds)) {
      untold.add(hallId);
      this.deadChanged.emit(hallId);
    }
  }

  /** An hour passes before it is told again. */
  async #tellOthers(dead: StoredOutput, { since, code, detail }: Failing): Promise<void> {
    const { db, log } = this.#deps;
    const key = `dead/${dead.id}/${Math.floor(since / HOUR_MS)}`;
    const others = [...this.#running.values()].filter(({ output }) => output.enabled && output.tellsFaults);
    const notices = others.flatMap(({ output, failing }) => {
      if (output.id === dead.id || failing) return [];
      const content = faultWords(dead.name, code, detail, new Date(since).toISOString(), output.language);
      return this.#to(output, [], content, null, key);
    });
    try {
      await this.#rows.put(db, notices);
      this.poke();
    } catch (error) {
      log.warn({ err: error, outputId: dead.id }, 'that an output is dead could not be told by the others');
    }
  }

  #get(id: string): Running {
    const running = this.#running.get(id);
    if (!running) throw new AppError('NOT_FOUND', id);
    return running;
  }
}

/** Of those named, or of its own where nobody is named, those that it can reach; webhook and broker reach whoever listens. */
function recipientsOf(output: StoredOutput, named: readonly Recipient[]): (Recipient | null)[] {
  const { kind } = output.settings;
  if (kind === 'webhook' || kind === 'mqtt') return [null];
  const to = named.length > 0 ? named : output.recipients;
  return [...new Set(to)].filter((recipient) => recipient.includes('@') === (kind === 'mail'));
}

/** Its name goes with it: an id says nothing to whoever reads the wall. */
function subjectOf({ id, name }: StoredOutput): ProblemSubject {
  return `output:${id}/${name}`;
}

/** Where the secret goes in the clear; a webhook only signs with it. */
function reach(settings: OutputSettings): string {
  if (settings.kind === 'mail') return `mail ${settings.security} ${settings.host}:${settings.port}`;
  return settings.kind === 'sms' ? `sms ${new URL(settings.url).origin}` : settings.kind;
}
