import { monotonicFactory } from 'ulid';
import type { z } from 'zod';
import {
  CommandPayload,
  MAX_PAYLOAD_BYTES,
  parseTopic,
  topicOf,
  type CallerEvent,
  type CallerState,
  type Envelope,
  type KioskEvent,
  type KioskState,
  type MetaPayload,
  type RaterEvent,
  type RaterState,
  type ScreenState,
  type SensorState,
  type SensorTelemetry,
  type TerminalAddress,
  type TerminalChannel,
} from '#contract/mqtt.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { MqttConnection, type PublishOptions } from './mqtt-connection.ts';
import { Outbox } from './outbox.ts';

export type EventFields = z.input<typeof KioskEvent> | z.input<typeof CallerEvent> | z.input<typeof RaterEvent>;
export type StateFields =
  | CallerState
  | z.input<typeof ScreenState>
  | z.input<typeof KioskState>
  | z.input<typeof RaterState>
  | z.input<typeof SensorState>;

export interface Command {
  name: string;
  fields: Record<string, unknown>;
}
export type CommandAnswer = { ok: true } | { ok: false; code: string };

export interface TerminalClientOptions {
  /** Broker address, `mqtt://host:port`. */
  url: string;
  address: TerminalAddress;
  /** The device's own clock: its `ts`, its timers. */
  clock: Clock;
  meta: z.input<typeof MetaPayload>;
  username?: string;
  password?: string;
  /** Unacknowledged events kept while offline. */
  bufferLimit?: number;
}

const KEEPALIVE_SEC = 20;
const STATE_EVERY_MS = 60_000;
const FAREWELL_MS = 2_000;
const ANSWERS_KEPT = 20;
const lateAnswer: CommandAnswer = { ok: false, code: 'EXPIRED' };
/** Messages on the wire at once; what small devices manage. */
const IN_FLIGHT = 20;
const evt: PublishOptions = { qos: 1, retain: false };
const snapshot: PublishOptions = { qos: 1, retain: true };

/**
 * The device's side of the terminal contract (MQTT 3.1.1): one TCP connection a terminal, last will, retained status,
 * meta and state, an envelope on everything, and a bounded buffer that keeps events with their own time while offline.
 * Every connection is a session of its own with a new `sid`.
 */
export class TerminalClient {
  /** True while the broker has accepted this terminal. */
  readonly onlineChanged = new Emitter<boolean>();
  /** Answers the server's commands; without it they are refused as UNSUPPORTED. */
  onCommand: ((command: Command) => CommandAnswer | Promise<CommandAnswer>) | null = null;

  readonly #options: TerminalClientOptions;
  readonly #outbox: Outbox;
  readonly #ulid = monotonicFactory();
  /** Of the next event; what is lost because the buffer is full has its number, too. */
  #seq = 0;
  #sid: string;
  /** What was answered to the last commands, by their `rid`. */
  readonly #answers = new Map<string, CommandAnswer | Promise<CommandAnswer>>();
  #state: StateFields | null = null;
  #connection: MqttConnection | null = null;
  #online = false;
  #stopping: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TerminalClientOptions) {
    this.#options = options;
    this.#outbox = new Outbox({ limit: options.bufferLimit ?? 5_000, window: IN_FLIGHT });
    this.#sid = this.#ulid(options.clock.now());
  }

  get online(): boolean {
    return this.#online;
  }

  /** Messages that nobody has acknowledged yet. */
  get unacknowledged(): number {
    return this.#outbox.size;
  }

  /** Switches the terminal on; it reconnects by itself from now on. Resolves when it is online first, or switched off. */
  connect(): Promise<void> {
    if (this.#stopping !== null) return Promise.resolve();
    const stopping = new AbortController();
    this.#stopping = stopping;
    return new Promise((resolve) => {
      const leave = this.onlineChanged.on((online) => {
        if (online) resolve();
      });
      this.#running = this.#running
        .then(() => this.#run(stopping.signal))
        .finally(() => {
          leave();
          resolve();
        });
    });
  }

  /** Reports an event at this moment. False when the buffer is full and the event is lost. */
  event(fields: EventFields): boolean {
    const payload = this.#payload(fields);
    this.#seq += 1;
    return this.#outbox.push({ topic: this.#topic('evt'), payload, options: evt, slot: null });
  }

  /** Publishes the full snapshot, and again every 60 s and on every reconnect. */
  state(fields: StateFields): void {
    this.#state = fields;
    this.#pushState();
  }

  /** Sends a measurement, QoS 0: lost when offline, as the contract has it. */
  telemetry(fields: SensorTelemetry): void {
    if (this.#online) void this.#send('tel', fields, { qos: 0, retain: false });
  }

  /** Resolves when everything reported is acknowledged. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** Switches the terminal off. Ungraceful: the socket is cut, so that the broker sends the last will. */
  async disconnect({ graceful }: { graceful: boolean }): Promise<void> {
    const { clock } = this.#options;
    if (this.#stopping === null) return;
    const connection = this.#connection;
    if (graceful && this.#online && connection !== null) {
      // Said at once: a server that cannot store the events for now should know of it all the same.
      const farewell = this.#send('status', { online: false, reason: 'stopped' }, snapshot);
      const enough = new AbortController();
      const done = Promise.all([farewell, this.#outbox.drained()]);
      await Promise.race([done, connection.closed, pause(clock, FAREWELL_MS, enough.signal)]);
      enough.abort();
    }
    this.#stopping?.abort();
    this.#stopping = null;
    if (graceful) await connection?.end();
    else connection?.destroy();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const backoff = new Backoff({ firstMs: 500, maxMs: 15_000, jitter: 0.5 });
    const endRefresh = clock.every(STATE_EVERY_MS, () => {
      if (this.#online) this.#pushState();
    });
    while (!signal.aborted) {
      if (await this.#session(signal)) backoff.reset();
      await pause(clock, backoff.next(), signal);
    }
    endRefresh();
  }

  /** One connection from beginning to end; says whether the broker accepted it. */
  async #session(signal: AbortSignal): Promise<boolean> {
    const { url, address, clock, meta, username, password } = this.#options;
    this.#sid = this.#ulid(clock.now());
    const connection = new MqttConnection(url, {
      protocolVersion: 4,
      clientId: `${address.region}.${address.hall}.${address.kind}.${address.device}`,
      clean: true,
      keepalive: KEEPALIVE_SEC,
      connectTimeout: 10_000,
      will: {
        topic: this.#topic('status'),
        payload: Buffer.from(this.#payload({ online: false, reason: 'lost' })),
        ...snapshot,
      },
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
    this.#connection = connection;
    try {
      await connection.opened;
    } catch {
      await connection.closed;
      return false;
    }
    connection.client.on('message', (topic, payload) => void this.#obey(topic, payload));
    connection.client.subscribe(this.#topic('cmd', '+'), { qos: 1 });
    void this.#send('status', { online: true }, snapshot);
    void this.#send('meta', meta, snapshot);
    // Before the outbox starts, so that the snapshot of the last session is replaced instead of sent with its old time.
    this.#pushState();
    this.#outbox.attach((message) => connection.publish(message.topic, message.payload, message.options));
    this.#setOnline(!signal.aborted);
    await connection.closed;
    this.#outbox.detach();
    this.#setOnline(false);
    return true;
  }

  #pushState(): void {
    if (this.#state === null) return;
    const payload = this.#payload(this.#state);
    this.#outbox.push({ topic: this.#topic('state'), payload, options: snapshot, slot: 'state' });
  }

  /** Past the outbox: for what only makes sense on this very connection. */
  async #send(channel: TerminalChannel, fields: object, options: PublishOptions): Promise<void> {
    // A failure means that the connection is gone, and the next one says it all again.
    await this.#connection?.publish(this.#topic(channel), this.#payload(fields), options).catch(() => undefined);
  }

  async #obey(topic: string, payload: Buffer): Promise<void> {
    const name = parseTopic(topic)?.command;
    if (name === undefined || payload.length > MAX_PAYLOAD_BYTES) return;
    let json: unknown;
    try {
      json = JSON.parse(payload.toString('utf8'));
    } catch {
      return;
    }
    const command = CommandPayload.safeParse(json);
    if (!command.success) return;
    const { rid, expires, ...fields } = command.data;
    const late = Date.parse(expires) < this.#options.clock.now();
    // A broker may hand it over twice; it is obeyed once and answered the same.
    const answer = this.#answers.get(rid) ?? (late ? lateAnswer : this.#answer({ name, fields }));
    this.#answers.set(rid, answer);
    if (this.#answers.size > ANSWERS_KEPT) this.#answers.delete(this.#answers.keys().next().value!);
    await this.#send('reply', { rid, ...(await answer) }, evt);
  }

  async #answer(command: Command): Promise<CommandAnswer> {
    try {
      return (await this.onCommand?.(command)) ?? { ok: false, code: 'UNSUPPORTED' };
    } catch {
      return { ok: false, code: 'FAILED' };
    }
  }

  #topic(channel: TerminalChannel, command?: string): string {
    return topicOf(this.#options.address, channel, command);
  }

  #payload(fields: object): string {
    const now = this.#options.clock.now();
    const envelope: Envelope = {
      v: 1,
      id: this.#ulid(now),
      seq: this.#seq,
      sid: this.#sid,
      ts: new Date(now).toISOString(),
    };
    return JSON.stringify({ ...envelope, ...fields });
  }

  #setOnline(online: boolean): void {
    if (this.#online === online) return;
    this.#online = online;
    this.onlineChanged.emit(online);
  }
}
