import type { Registry } from 'prom-client';
import { ulid } from 'ulid';
import { topicOf, type TerminalAddress } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import {
  TerminalInput,
  type AccessView,
  type DeadLetter,
  type IssuedKey,
  type Replacement,
  type RetiredTerminal,
  type Terminal,
  type TerminalChange,
  type UnknownTerminal,
} from '#contract/terminals.ts';
import { seatViewOf, type SeatWord } from '#contract/seats.ts';
import type { Decommissioning, RejectedMessage, TerminalMessage } from '#contract/terminal-message.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeviceAccess, type AccessSettings, type ForeignDevices } from './device-access.ts';
import { EventLog } from './event-log.ts';
import { eventsOfHall, pastEvents, type PastEvent } from './event-rows.ts';
import { Intake, type InsideReading } from './intake.ts';
import { terminalMetrics } from './metrics.ts';
import { aclFile, passwordFile, type KeyedDevice, type ServerAccount } from './mosquitto-export.ts';
import { Provisioning } from './provisioning.ts';
import { retiredViewOf, TerminalRegister, viewOf, type Registered } from './register.ts';
import { SensorReadings } from './sensor-readings.ts';
import type { StoredEvent } from './stored-event.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';
import { UnknownTerminals } from './unknown-terminals.ts';

export interface HallsPort {
  get(hallId: string): Hall | undefined;
}

export interface TerminalsDeps {
  db: BulkDatabase;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  halls: HallsPort;
  metrics?: Registry;
  /** Whom our own broker lets in; left out: a broker of others decides. */
  access?: AccessSettings | null;
  /** Our own account there, for the export. */
  serverAccount?: ServerAccount | null;
}

/** Terminals 终端: who is registered, how they are, and what they say. */
export class TerminalsService {
  /** How a terminal is has changed; not told for each time it is heard. */
  readonly changed: Emitter<Terminal>;
  readonly removed: Emitter<TerminalKey>;
  /** After its commit, once, in the order of the log. */
  readonly event = new Emitter<StoredEvent>();
  readonly insideRead: Emitter<InsideReading>;

  readonly #deps: TerminalsDeps;
  readonly #register: TerminalRegister;
  readonly #events: EventLog;
  readonly #readings: SensorReadings;
  readonly #unknown: UnknownTerminals;
  readonly #letters: DeadLetters;
  readonly #intake: Intake;
  readonly #provisioning: Provisioning;
  /** Who may connect to our own broker. */
  readonly access: DeviceAccess;
  #foreign: ForeignDevices | null = null;

  constructor(deps: TerminalsDeps) {
    const metrics = terminalMetrics(deps.metrics);
    const parts = { ...deps, metrics };
    this.#deps = deps;
    this.#register = new TerminalRegister(parts);
    this.#readings = new SensorReadings(parts);
    this.#unknown = new UnknownTerminals(parts);
    this.#letters = new DeadLetters(parts);
    this.#events = new EventLog({
      ...parts,
      onStored: (event) => this.event.emit(event),
      onUnstorable: (event, reason) => this.#unstorable(event, reason),
    });
    this.#intake = new Intake({
      halls: deps.halls,
      metrics,
      register: this.#register,
      events: this.#events,
      readings: this.#readings,
      unknown: this.#unknown,
      letters: this.#letters,
    });
    this.#provisioning = new Provisioning({ ...deps, register: this.#register, unknown: this.#unknown });
    this.access = new DeviceAccess({
      ...{ ...parts, register: this.#register, unknown: this.#unknown },
      settings: deps.access ?? { mode: 'open', shared: null },
    });
    this.changed = this.#register.changed;
    this.removed = this.#register.removed;
    this.insideRead = this.#intake.insideRead;
  }

  /** Devices that adapters read; told before anybody is let in. */
  set foreign(devices: ForeignDevices) {
    this.#foreign = devices;
    this.access.foreign = devices;
  }

  /** Ready to `receive`. Open the link to the terminals after whoever listens to `event` is ready too. */
  async start(): Promise<void> {
    await this.#register.start();
    await this.#unknown.start();
    await this.#events.start();
    this.#readings.start();
    this.#letters.start();
  }

  /** Close the link to the terminals first. */
  async stop(): Promise<void> {
    await this.#events.stop();
    await Promise.all([this.#register.stop(), this.#unknown.stop(), this.#readings.stop(), this.#letters.stop()]);
  }

  /** Takes a message; resolves when it may be acknowledged. */
  readonly receive = (message: TerminalMessage | Decommissioning): Promise<void> => this.#intake.receive(message);

  /** Takes a message that could not be understood. */
  readonly reject = (message: RejectedMessage): void => this.#letters.add(message);

  /** What a camera sees of the seat of a window is a line of the log, as what a sensor says is. Rejects as `EventLog.append`. */
  seatSeen({ hallId, windowId, word }: { hallId: string; windowId: string; word: SeatWord }): Promise<void> {
    const now = this.#deps.clock.now();
    return this.#events.append({
      ...{
        id: ulid(now),
        hallId,
        kind: 'sensor',
        deviceId: seatViewOf(windowId),
        channel: 'tel',
        sid: 'picture',
        seq: 0,
      },
      ...{ at: now, occurredAt: now, receivedAt: now, backfilled: false, misdated: false },
      ...{ windowId, body: { type: `seat.${word}` } },
    });
  }

  /** Whoever takes what terminals reply to commands; it is acknowledged to the device after that. */
  set onReply(take: Intake['onReply']) {
    this.#intake.onReply = take;
  }

  list(): Terminal[] {
    return this.#register.list().map(viewOf);
  }

  get(key: TerminalKey): Terminal | undefined {
    const terminal = this.#register.find(key);
    return terminal && viewOf(terminal);
  }

  /** Whether the register knows whoever speaks under this address. */
  standingOf({ hall: hallId, kind, device: deviceId }: TerminalAddress): 'registered' | 'retired' | 'unknown' {
    const terminal = this.#register.find({ hallId, kind, deviceId });
    return terminal === undefined ? 'unknown' : terminal.retiredAt === null ? 'registered' : 'retired';
  }

  /** It has a key of its own, so that nobody else speaks for it. */
  isKeyed(address: TerminalAddress): boolean {
    return this.access.isKeyed(address);
  }

  unknown(): UnknownTerminal[] {
    return this.#unknown.list();
  }

  /** The newest first. */
  deadLetters(limit: number): Promise<DeadLetter[]> {
    return this.#letters.list(limit);
  }

  /** The log of one hall since `from` (epoch ms, by when things occurred), in the order of the log. */
  eventsOf(hallId: string, from: number): Promise<StoredEvent[]> {
    return eventsOfHall(this.#deps.db, hallId, from);
  }

  /** The hall's events that were taken in `[from, until)`, epoch ms, in the order in which they were. */
  past(hallId: string, from: number, until: number, what: { reviews: boolean }): Promise<PastEvent[]> {
    return pastEvents(this.#deps.db, hallId, from, until, what);
  }

  /** What the hall's sensors last counted inside since `from`, epoch ms. */
  async insideOf(hallId: string, from: number): Promise<InsideReading[]> {
    const rows = await this.#readings.latest(hallId, 'inside', from);
    return rows.map(({ deviceId, value, at }) => ({ hallId, deviceId, inside: value, at: Date.parse(at) }));
  }

  /** Throws REQUEST_INVALID (no such hall or window) and CONFLICT. */
  async register(input: TerminalInput): Promise<Terminal> {
    const { windowId, name, acceptKey, ...key } = TerminalInput.parse(input);
    return viewOf(await this.#provisioning.register(key, { windowId, name }, acceptKey));
  }

  /** Refuses a device that waits, or lets it wait again. Throws NOT_FOUND. */
  refuse(key: TerminalKey, refused: boolean): void {
    this.#provisioning.refuse(key, refused);
  }

  /** Throws NOT_FOUND. The key before is void, and whoever is connected with it is cut off. */
  async issueKey(key: TerminalKey): Promise<IssuedKey> {
    return this.#provisioning.issueKey(this.#inService(key));
  }

  /** Throws NOT_FOUND. */
  async revokeKey(key: TerminalKey): Promise<void> {
    await this.#provisioning.revokeKey(this.#inService(key));
  }

  /** Throws NOT_FOUND, and CONFLICT where the new device is in the register already. */
  async replace(key: TerminalKey, replacement: Replacement): Promise<Terminal> {
    const terminal = await this.#provisioning.replace(this.#inService(key), replacement);
    this.#intake.forget(key);
    return viewOf(terminal);
  }

  /** Throws NOT_FOUND. */
  async retire(key: TerminalKey): Promise<void> {
    await this.#provisioning.retire(this.#inService(key));
    this.#intake.forget(key);
  }

  /** Throws NOT_FOUND. */
  async restore(key: TerminalKey): Promise<Terminal> {
    const terminal = this.#known(key);
    if (terminal.retiredAt !== null) await this.#provisioning.restore(terminal);
    return viewOf(terminal);
  }

  retired(): RetiredTerminal[] {
    return this.#register.retired().map(retiredViewOf);
  }

  accessView(): AccessView {
    const terminals = this.#register.list();
    const withKey = terminals.filter(({ credential }) => credential.keyHash !== null).length;
    return { mode: this.#deps.access?.mode ?? null, terminals: terminals.length, withKey };
  }

  /** Mosquitto's password or ACL file, over every terminal and adapter that has a key. */
  mosquittoFile(file: 'passwords' | 'acl'): string {
    const account = this.#deps.serverAccount ?? null;
    const foreign = { filters: this.#foreign?.filters() ?? [], keyed: this.#foreign?.keyed() ?? [] };
    return (file === 'passwords' ? passwordFile : aclFile)(this.#keyed(), account, foreign);
  }

  /** Throws NOT_FOUND and REQUEST_INVALID (no such window). */
  async change(key: TerminalKey, change: TerminalChange): Promise<Terminal> {
    const terminal = this.#inService(key);
    const { windowId = terminal.windowId, name = terminal.name } = change;
    await this.#register.change(terminal, windowId, name);
    this.#intake.forget(key);
    return viewOf(terminal);
  }

  /** Throws NOT_FOUND. What the terminal said stays in the log. */
  async remove(key: TerminalKey): Promise<void> {
    await this.#register.remove(this.#known(key));
    this.#intake.forget(key);
    this.#deps.log.info({ terminal: keyOf(key) }, 'terminal removed');
  }

  #known(key: TerminalKey): Registered {
    const terminal = this.#register.find(key);
    if (terminal === undefined) throw new AppError('NOT_FOUND', keyOf(key));
    return terminal;
  }

  #inService(key: TerminalKey): Registered {
    const terminal = this.#known(key);
    if (terminal.retiredAt !== null) throw new AppError('NOT_FOUND', `${keyOf(key)} is retired`);
    return terminal;
  }

  #keyed(): KeyedDevice[] {
    return this.#register.list().flatMap(({ hallId: hall, kind, deviceId: device, credential: { keyHash } }) => {
      const region = this.#deps.halls.get(hall)?.regionId;
      return keyHash === null || region === undefined ? [] : [{ address: { region, hall, kind, device }, keyHash }];
    });
  }

  #unstorable({ hallId, kind, deviceId, channel, body, receivedAt }: StoredEvent, reason: string): void {
    this.#deps.log.error({ terminal: keyOf({ hallId, kind, deviceId }), reason }, 'the database refused an event');
    const region = this.#deps.halls.get(hallId)?.regionId ?? '';
    this.#letters.add({
      topic: topicOf({ region, hall: hallId, kind, device: deviceId }, channel),
      payload: Buffer.from(JSON.stringify(body)),
      code: 'PAYLOAD_INVALID',
      detail: reason,
      receivedAt,
    });
  }
}
