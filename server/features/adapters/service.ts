import {
  userOfAdapter,
  type Adapter,
  type AdapterDefinition,
  type AdapterTally,
  type AdapterTrial,
  type AdapterVersion,
  type RuleTrial,
} from '#contract/adapters.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { TOPIC_ROOT, type TerminalAddress } from '#contract/mqtt.ts';
import type { IssuedKey } from '#contract/terminals.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { hashKey, newDeviceKey, printOf } from '#lib/device-key.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { AdapterRows, type KeptKey } from './repository.ts';
import { DefinitionFaults, Translator, type Halls, type RuleOutcome } from './translator.ts';

export interface AdaptersDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: Halls;
  /** What the border of the house says to a message; null: it is taken. */
  border: (topic: string, payload: Buffer) => Refusal | null;
  terminals: {
    standingOf(address: TerminalAddress): 'registered' | 'retired' | 'unknown';
    /** It has a key of its own, so that nobody else speaks for it. */
    isKeyed(address: TerminalAddress): boolean;
  };
}

export interface Refusal {
  code: ErrorCode;
  detail: string;
}

/** A message read by adapters: what terminals say by it, and what could not be read. */
export interface Spoken {
  messages: { topic: string; payload: Buffer }[];
  refusals: Refusal[];
}

/** An adapter whose devices have a key. */
export interface KeyedAdapter {
  id: string;
  keyHash: string;
  /** What they may write, as a broker understands it. */
  filter: string;
  reads(topic: string): boolean;
}

interface Running {
  version: AdapterVersion;
  translator: Translator;
  tally: AdapterTally;
}

/** Adapters 适配: their definitions in all versions, and their work on what devices say that do not speak our topics. */
export class AdaptersService {
  /** The topics that they want to hear have changed. */
  readonly filtersChanged = new Emitter<void>();
  /** Whoever is connected with the key of this adapter has to show it anew. */
  readonly keyChanged = new Emitter<string>();
  readonly #deps: AdaptersDeps;
  readonly #rows: AdapterRows;
  readonly #changes = new Serial();
  /** Numbers go on behind a removal. */
  readonly #numbers = new Map<string, number>();
  readonly #running = new Map<string, Running>();
  #keys = new Map<string, KeptKey>();

  constructor(deps: AdaptersDeps) {
    this.#deps = deps;
    this.#rows = new AdapterRows(deps.db);
  }

  async start(): Promise<void> {
    for (const { id, version, kept } of await this.#rows.newest()) {
      this.#numbers.set(id, version);
      if (kept !== null) this.#put(kept);
    }
    this.#keys = await this.#rows.keys();
  }

  list(): Adapter[] {
    return [...this.#running.values()].map(({ version, tally }) => ({
      ...version,
      tally: { ...tally },
      keyIssuedAt: this.#keys.get(version.id)?.issuedAt ?? null,
    }));
  }

  /** The newest first. Throws NOT_FOUND. */
  async versions(id: string): Promise<AdapterVersion[]> {
    this.#known(id);
    return this.#rows.versions(id);
  }

  /**
   * Keeps a new version. `since` is the version that whoever changes it has seen, 0 where there is none.
   * Throws REQUEST_INVALID with the places that are wrong, CONFLICT after somebody else's change.
   */
  put(id: string, definition: AdapterDefinition, { since, by }: { since: number; by: string }): Promise<Adapter> {
    return this.#changes.run(async () => {
      this.#check(definition);
      const present = this.#running.get(id)?.version.version ?? 0;
      if (present !== since) throw new AppError('CONFLICT', `version ${present} is there`);
      const version = (this.#numbers.get(id) ?? 0) + 1;
      const at = new Date(this.#deps.clock.now()).toISOString();
      await this.#rows.add({ id, version, definition, by, at });
      this.#deps.log.info({ adapter: id, version, by }, 'adapter changed');
      this.#numbers.set(id, version);
      this.#put({ id, version, definition, changedBy: by, changedAt: at });
      this.filtersChanged.emit();
      return this.list().find((adapter) => adapter.id === id)!;
    });
  }

  /** Throws NOT_FOUND. Its versions stay. */
  remove(id: string, by: string): Promise<void> {
    return this.#changes.run(async () => {
      this.#known(id);
      const version = this.#numbers.get(id)! + 1;
      await this.#rows.add({ id, version, definition: null, by, at: new Date(this.#deps.clock.now()).toISOString() });
      await this.#rows.dropKey(id);
      this.#deps.log.info({ adapter: id, by }, 'adapter removed');
      if (this.#keys.delete(id)) this.keyChanged.emit(id);
      this.#numbers.set(id, version);
      this.#running.delete(id);
      this.filtersChanged.emit();
    });
  }

  /** Makes a key for its devices, which is told this once; the one before is void at once. Throws NOT_FOUND. */
  issueKey(id: string): Promise<IssuedKey> {
    return this.#changes.run(async () => {
      this.#known(id);
      const key = newDeviceKey();
      const kept = { keyHash: hashKey(key), issuedAt: new Date(this.#deps.clock.now()).toISOString() };
      await this.#rows.setKey(id, kept);
      this.#deps.log.info({ adapter: id }, 'key of an adapter issued');
      this.#keys.set(id, kept);
      this.keyChanged.emit(id);
      return { user: userOfAdapter(id), key, print: printOf(key) };
    });
  }

  /** Its devices need no key any more. Throws NOT_FOUND. */
  revokeKey(id: string): Promise<void> {
    return this.#changes.run(async () => {
      this.#known(id);
      await this.#rows.dropKey(id);
      this.#deps.log.info({ adapter: id }, 'key of an adapter revoked');
      if (this.#keys.delete(id)) this.keyChanged.emit(id);
    });
  }

  /** Those whose devices have a key; nobody without it says what they read. */
  keyed(): KeyedAdapter[] {
    return [...this.#keys].flatMap(([id, { keyHash }]) => {
      const matcher = this.#running.get(id)?.translator.matcher;
      return matcher ? [{ id, keyHash, filter: matcher.filter, reads: (topic) => matcher.match(topic) !== null }] : [];
    });
  }

  /** What a broker of others has to send us beside our own topics. */
  filters(): string[] {
    return [...new Set(this.#enabled().map(({ translator }) => translator.matcher.filter))];
  }

  /** Reads a message; null where no adapter wants its topic. */
  readonly translate = (topic: string, payload: Buffer, receivedAt: number): Spoken | null => {
    if (topic.startsWith(`${TOPIC_ROOT.split('/')[0]}/`)) return null;
    let spoken: Spoken | null = null;
    for (const running of this.#enabled()) {
      const captures = running.translator.matcher.match(topic);
      if (captures === null) continue;
      spoken ??= { messages: [], refusals: [] };
      const { messages, refusals } = this.#read(running, { topic, captures, payload, receivedAt });
      spoken.messages.push(...messages);
      spoken.refusals.push(...refusals);
    }
    return spoken;
  };

  /** Puts a message to a definition that need not be kept. Throws REQUEST_INVALID with the places that are wrong. */
  try(definition: AdapterDefinition, topic: string, payload: string): AdapterTrial {
    const translator = this.#check(definition);
    const captures = translator.matcher.match(topic);
    if (captures === null) return { captures, refusal: null, rules: [] };
    const read = translator.translate(topic, captures, Buffer.from(payload), this.#deps.clock.now());
    if (!read.ok) return { captures, refusal: { code: read.code, detail: read.detail }, rules: [] };
    return { captures, refusal: null, rules: read.outcomes.map((outcome) => this.#trialOf(outcome)) };
  }

  #read(
    { version: { id }, translator, tally }: Running,
    said: { topic: string; captures: Readonly<Record<string, string>>; payload: Buffer; receivedAt: number },
  ): Spoken {
    const spoken: Spoken = { messages: [], refusals: [] };
    const refuse = ({ code, detail }: Refusal) => spoken.refusals.push({ code, detail: `${id}: ${detail}` });
    const read = translator.translate(said.topic, said.captures, said.payload, said.receivedAt);
    if (!read.ok) refuse(read);
    for (const outcome of read.ok ? read.outcomes : []) {
      if (outcome.is === 'fault') {
        const { place, column, message } = outcome.fault;
        refuse({ code: 'ADAPTER_REFUSED', detail: `${place}, character ${column + 1}: ${message}` });
      } else if (outcome.is === 'message') {
        const payload = Buffer.from(outcome.payload);
        const refusal = this.#refusalOf(outcome.address, outcome.topic, payload);
        if (refusal === null) spoken.messages.push({ topic: outcome.topic, payload });
        else refuse(refusal);
      }
    }
    tally.lastAt = new Date(said.receivedAt).toISOString();
    if (spoken.refusals.length > 0) tally.refused += 1;
    else if (spoken.messages.length > 0) tally.read += 1;
    else tally.passedOver += 1;
    return spoken;
  }

  #refusalOf(address: TerminalAddress, topic: string, payload: Buffer): Refusal | null {
    if (this.#deps.terminals.isKeyed(address)) {
      return { code: 'TERMINAL_FORBIDDEN', detail: `${topic} has a key of its own` };
    }
    return this.#deps.border(topic, payload);
  }

  #trialOf(outcome: RuleOutcome): RuleTrial {
    if (outcome.is !== 'message') return outcome;
    const { address, topic, payload } = outcome;
    const refusal = this.#refusalOf(address, topic, Buffer.from(payload));
    return { is: 'message', topic, payload, refusal, terminal: this.#deps.terminals.standingOf(address) };
  }

  #enabled(): Running[] {
    return [...this.#running.values()].filter(({ version }) => version.definition.enabled);
  }

  #put(version: AdapterVersion): void {
    const translator = new Translator(version.definition, this.#deps.halls);
    const tally = { read: 0, passedOver: 0, refused: 0, lastAt: null };
    this.#running.set(version.id, { version, translator, tally });
  }

  #known(id: string): Running {
    const running = this.#running.get(id);
    if (running === undefined) throw new AppError('NOT_FOUND', id);
    return running;
  }

  #check(definition: AdapterDefinition): Translator {
    try {
      return new Translator(definition, this.#deps.halls);
    } catch (error) {
      if (!(error instanceof DefinitionFaults)) throw error;
      const details = error.faults.map(({ place, column, message }) => ({ path: place, message, column }));
      throw new AppError('REQUEST_INVALID', details);
    }
  }
}
