import { topicOf, type SensorTelemetry } from '#contract/mqtt.ts';
import type { Hall } from '#contract/places.ts';
import type { Decommissioning, TerminalMessage } from '#contract/terminal-message.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Reply } from './commands/commands.ts';
import type { DeadLetters } from './dead-letters.ts';
import { placeInTime } from './device-time.ts';
import type { EventLog } from './event-log.ts';
import type { TerminalMetrics } from './metrics.ts';
import { misplacement } from './placement.ts';
import type { Registered, TerminalRegister } from './register.ts';
import type { SensorReadings } from './sensor-readings.ts';
import { SnapshotMemory } from './snapshot-memory.ts';
import { storedEvent, type Statement } from './stored-event.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';
import type { UnknownTerminals } from './unknown-terminals.ts';

export interface IntakeDeps {
  halls: { get(hallId: string): Hall | undefined };
  register: TerminalRegister;
  events: EventLog;
  readings: SensorReadings;
  unknown: UnknownTerminals;
  letters: DeadLetters;
  metrics: TerminalMetrics;
}

type ReplyMessage = Extract<TerminalMessage, { channel: 'reply' }>;

/** People inside, as one sensor of a hall counts them. */
export interface InsideReading {
  hallId: string;
  deviceId: string;
  inside: number;
  /** Epoch ms. */
  at: number;
}

/**
 * What becomes of each message. To the event log, before it is acknowledged, goes what the state of a hall is made of:
 * every `evt`, a caller's `state` when it says something new (and once an hour), and a seat that was taken or left.
 * `status` and `meta` are said anew with every session and only change the register.
 */
export class Intake {
  readonly insideRead = new Emitter<InsideReading>();
  /** Whoever takes what terminals reply to commands; it is acknowledged after that. */
  onReply: ((key: TerminalKey, reply: Reply) => Promise<void>) | null = null;
  readonly #deps: IntakeDeps;
  /** What callers and seats stated last. */
  readonly #stated = new SnapshotMemory();

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Resolves when the message may be acknowledged. */
  async receive(message: TerminalMessage | Decommissioning): Promise<void> {
    const { halls, register, metrics } = this.#deps;
    const { region, hall: hallId, kind, device: deviceId } = message.address;
    const hall = halls.get(hallId);
    const terminal = register.find({ hallId, kind, deviceId });
    if (hall?.regionId !== region || terminal === undefined) return this.#stranger(message);
    if (terminal.retiredAt !== null) return this.#outOfService(message);
    if (message.channel === 'decommissioned') return register.link(terminal, { type: 'decommissioned' });
    this.#noteHeard(terminal, message);
    const strange = misplacement(hall, message);
    if (strange !== null) return this.#refuse(message, 'TERMINAL_MISPLACED', `${hallId} has no ${strange}`);
    metrics.accepted.inc({ channel: message.channel });
    await this.#use(terminal, message);
  }

  /** The terminal is gone or bound elsewhere: what it states next is news. */
  forget(key: TerminalKey): void {
    this.#stated.forget(keyOf(key));
    this.#deps.readings.forget(key.hallId, key.deviceId);
  }

  async #reply({ hallId, kind, deviceId }: Registered, { body, receivedAt }: ReplyMessage): Promise<void> {
    const { rid, ok, code } = body;
    await this.onReply?.({ hallId, kind, deviceId }, { rid, ok, code: code ?? null, at: receivedAt });
  }

  async #use(terminal: Registered, message: TerminalMessage): Promise<void> {
    switch (message.channel) {
      case 'status':
        return this.#deps.register.link(terminal, {
          type: 'status',
          online: message.body.online,
          sid: message.envelope.sid,
        });
      case 'meta':
        return this.#deps.register.describe(terminal, message.body.model, message.body.firmware);
      case 'evt':
        this.#stated.forget(keyOf(terminal));
        return this.#store(terminal, message, message.body);
      case 'state':
        if (message.kind === 'caller') await this.#state(terminal, message, { type: 'caller.state', ...message.body });
        return;
      case 'tel':
        return this.#measure(terminal, message, message.body);
      case 'reply':
        return this.#reply(terminal, message);
    }
  }

  #noteHeard(terminal: Registered, message: TerminalMessage): void {
    const { channel, envelope, receivedAt, retained } = message;
    // Neither what a broker kept nor a last will, whose payload is as old as its session, was said just now.
    if (retained || (channel === 'status' && !message.body.online)) return;
    const ts = Date.parse(envelope.ts);
    const keptBack =
      channel === 'evt' && placeInTime({ ts, receivedAt, retained, skewMs: terminal.skew.believedMs }).backfilled;
    this.#deps.register.heard(terminal, { at: receivedAt, ts: keptBack ? null : ts, sid: envelope.sid });
    if (channel === 'evt') this.#deps.register.said(terminal, envelope.sid, envelope.seq);
    if (channel !== 'status') this.#deps.register.link(terminal, { type: 'heard', sid: envelope.sid });
  }

  #measure(terminal: Registered, message: TerminalMessage, telemetry: SensorTelemetry): Promise<void> {
    const { hallId, deviceId, windowId } = terminal;
    this.#deps.readings.add(hallId, deviceId, telemetry, message.receivedAt);
    if (telemetry.inside !== undefined) {
      this.insideRead.emit({ hallId, deviceId, inside: telemetry.inside, at: message.receivedAt });
    }
    if (telemetry.seat === undefined || windowId === null) return Promise.resolve();
    return this.#state(terminal, message, { type: telemetry.seat ? 'seat.occupied' : 'seat.empty' });
  }

  async #state(terminal: Registered, message: TerminalMessage, body: Statement): Promise<void> {
    if (!this.#stated.isNews(keyOf(terminal), JSON.stringify(body), message.receivedAt)) return;
    try {
      await this.#store(terminal, message, body);
    } catch (error) {
      this.#stated.forget(keyOf(terminal));
      throw error;
    }
  }

  #store(terminal: Registered, message: TerminalMessage, body: Statement): Promise<void> {
    const { windowId, skew } = terminal;
    return this.#deps.events.append(storedEvent(terminal, message, body, { windowId, skewMs: skew.believedMs }));
  }

  #stranger(message: TerminalMessage | Decommissioning): void {
    if (message.channel === 'decommissioned') return;
    const { unknown, metrics } = this.#deps;
    if (unknown.heard(message.address, message.receivedAt)) this.#refuse(message, 'TERMINAL_UNKNOWN', '');
    else metrics.rejected.inc({ code: 'TERMINAL_UNKNOWN' });
  }

  #outOfService(message: TerminalMessage | Decommissioning): void {
    if (message.channel === 'decommissioned') return;
    // Its farewell, when its connection is cut, is no offence.
    if (message.channel === 'status' && !message.body.online) return;
    this.#refuse(message, 'TERMINAL_RETIRED', '');
  }

  #refuse(message: TerminalMessage, code: ErrorCode, detail: string): void {
    const { address, channel, envelope, body, receivedAt } = message;
    const payload = Buffer.from(JSON.stringify({ ...envelope, ...body }));
    this.#deps.letters.add({ topic: topicOf(address, channel), payload, code, detail, receivedAt });
  }
}
