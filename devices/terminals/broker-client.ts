import type { IPublishPacket } from 'mqtt';
import { parseTopic } from '#contract/mqtt.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { MqttConnection, type PublishOptions } from './mqtt-connection.ts';
import { besideIngest, sharedTree, wholeTree } from './shared-topics.ts';
import type { LinkState, OnMessage, TerminalLink } from './terminal-link.ts';

export interface BrokerClientOptions {
  /** `mqtt://` or `mqtts://`, user and password in it. */
  url: string;
  /** Fixed, for under this name the broker keeps our subscription and what came while we were away. */
  clientId: string;
  clock: Clock;
  log: Logger;
  /** Told under `broker` while the broker is away. */
  problems: ProblemBoard;
  /** What of our own topics is wanted, of `shared-topics.ts`. Left out: all of them. */
  filters?: readonly string[];
  /** Topics beside our own that are wanted, now and later. */
  foreign?: ForeignTopics;
  /** Messages taken and not yet acknowledged. */
  maxInFlight?: number;
}

/** Topics of devices that do not speak ours, as filters. */
export interface ForeignTopics {
  filters(): readonly string[];
  readonly filtersChanged: Pick<Emitter<void>, 'on'>;
}

const PROBLEM = 'broker';
const KEEPALIVE_SEC = 20;
const CONNECT_TIMEOUT_MS = 10_000;
const SESSION_SEC = 7 * 24 * 3600;
const MAX_PACKET_BYTES = 1024 * 1024;
/** CONNACK: this broker does not speak the version (MQTT 3.1.1 and MQTT 5). */
const wrongVersion = new Set([1, 132]);

/**
 * The link over somebody else's broker: a persistent session, QoS 1, MQTT 5 where the broker has it and 3.1.1 otherwise.
 *
 * Each message is acknowledged after its own commit, in whatever order commits come, with up to `maxInFlight` open. The
 * promise to the device reaches as far as the broker's own persistence. Mosquitto hands an MQTT 3.1.1 client only 20
 * messages at a time and drops what queues beyond 1,000 for an absent one: set `max_inflight_messages` and
 * `max_queued_messages` there.
 */
export class BrokerClient implements TerminalLink {
  readonly stateChanged = new Emitter<LinkState>();
  readonly #options: Required<BrokerClientOptions>;
  #state: LinkState = { status: 'down', code: null, detail: null };
  #version: 4 | 5 = 5;
  #connection: MqttConnection | null = null;
  #stopping: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #leaveForeign: () => void = () => undefined;
  /** As the broker has them of this connection, and perhaps of the session before it. */
  #subscribed = new Set<string>();

  constructor(options: BrokerClientOptions) {
    const foreign = { filters: () => [], filtersChanged: new Emitter<void>() };
    this.#options = { maxInFlight: 1_000, filters: wholeTree, foreign, ...options };
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Resolves at once: the broker may be away for now, which the state tells. */
  async start(onMessage: OnMessage): Promise<void> {
    if (this.#stopping !== null) return;
    this.#stopping = new AbortController();
    this.#leaveForeign = this.#options.foreign.filtersChanged.on(() => void this.#followForeign());
    this.#running = this.#run(onMessage, this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    this.#stopping = null;
    this.#leaveForeign();
    await this.#leaveOthersTheirShare();
    await this.#connection?.end();
    await this.#running;
  }

  publish(topic: string, payload: string, options: PublishOptions): Promise<void> {
    if (this.#connection === null || this.#state.status !== 'up') {
      return Promise.reject(new AppError('BROKER_UNREACHABLE', this.#state.detail ?? undefined));
    }
    return this.#connection.publish(topic, payload, options);
  }

  async #run(onMessage: OnMessage, signal: AbortSignal): Promise<void> {
    const { clock, log, url } = this.#options;
    const backoff = new Backoff({ firstMs: 250, maxMs: 10_000, jitter: 0.3 });
    this.#setState({ status: 'connecting', code: null, detail: null });
    while (!signal.aborted) {
      const connection = this.#connect(onMessage);
      this.#connection = connection;
      try {
        await connection.opened;
        await this.#subscribe(connection);
        backoff.reset();
        this.#setState({ status: 'up', code: null, detail: null });
        log.info({ broker: withoutPassword(url), mqtt: this.#version }, 'connected to the MQTT broker');
        await connection.closed;
        if (!signal.aborted) this.#down(new AppError('BROKER_UNREACHABLE', 'the connection was lost'));
      } catch (error) {
        connection.destroy();
        await connection.closed;
        if (this.#version === 5 && spokeWrongVersion(error)) {
          this.#version = 4;
          continue;
        }
        if (!signal.aborted) this.#down(error);
      }
      await pause(clock, backoff.next(), signal);
    }
    this.#connection = null;
    this.#setState({ status: 'down', code: null, detail: null });
  }

  async #subscribe(connection: MqttConnection): Promise<void> {
    const { filters } = this.#options;
    // Of a session from before the setting was another.
    const others = [...wholeTree, ...besideIngest].filter((filter) => !filters.includes(filter));
    try {
      await connection.client.subscribeAsync([...filters], { qos: 1 });
      if (filters !== sharedTree) await connection.client.unsubscribeAsync(others);
    } catch (error) {
      if (connection.stream.destroyed) throw error;
      throw new AppError('BROKER_REFUSED', `no right to subscribe to ${filters.join(', ')}`, { cause: error });
    }
    await this.#listenToForeign(connection);
  }

  /** What is dealt to who is away waits for his return; who ends has to leave it to the others. */
  async #leaveOthersTheirShare(): Promise<void> {
    if (this.#options.filters !== sharedTree || this.#state.status !== 'up') return;
    await this.#connection?.client.unsubscribeAsync(sharedTree).catch(() => undefined);
  }

  async #followForeign(): Promise<void> {
    const connection = this.#connection;
    if (connection !== null && this.#state.status === 'up') await this.#listenToForeign(connection);
  }

  /** What an adapter wants may be refused to us without harm to the rest. */
  async #listenToForeign({ client, stream }: MqttConnection): Promise<void> {
    const wanted = new Set(this.#options.foreign.filters());
    const gone = [...this.#subscribed].filter((filter) => !wanted.has(filter));
    this.#subscribed = wanted;
    try {
      if (gone.length > 0) await client.unsubscribeAsync(gone);
      for (const filter of wanted) await client.subscribeAsync(filter, { qos: 1 });
    } catch (error) {
      if (stream.destroyed) return;
      this.#options.log.warn(
        { filters: [...wanted], reason: messageOf(error) },
        'topics of adapters not subscribed to',
      );
    }
  }

  #connect(onMessage: OnMessage): MqttConnection {
    const { url, clientId, maxInFlight } = this.#options;
    const connection = new MqttConnection(url, {
      protocolVersion: this.#version,
      clientId,
      clean: false,
      keepalive: KEEPALIVE_SEC,
      connectTimeout: CONNECT_TIMEOUT_MS,
      ...(this.#version === 5
        ? {
            properties: {
              sessionExpiryInterval: SESSION_SEC,
              receiveMaximum: maxInFlight,
              maximumPacketSize: MAX_PACKET_BYTES,
            },
          }
        : {}),
    });
    let open = 0;
    let resume: (() => void) | null = null;
    connection.client.handleMessage = (packet, next) => {
      // The library takes one message at a time and sends the PUBACK when `next` is called without an error. With an
      // error it only goes on to the next message, and the PUBACK is ours to send.
      const goOn = () => next(new Error('acknowledged later'));
      open += 1;
      void this.#take(connection, packet, onMessage).finally(() => {
        open -= 1;
        resume?.();
        resume = null;
      });
      if (open < maxInFlight) goOn();
      else resume = goOn;
    };
    return connection;
  }

  async #take(connection: MqttConnection, packet: IPublishPacket, onMessage: OnMessage): Promise<void> {
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    try {
      // Commands are what the server sends itself; they come back because the subscription covers all of the tree.
      if (parseTopic(packet.topic)?.channel !== 'cmd')
        await onMessage(packet.topic, payload, { retain: packet.retain });
      if (packet.qos === 1 && packet.messageId !== undefined) acknowledge(connection, packet.messageId);
    } catch (error) {
      // Not taken, so not acknowledged: only a new connection makes the broker send it again.
      this.#options.log.warn({ reason: messageOf(error) }, 'message not taken, reconnecting to the broker');
      connection.destroy();
    }
  }

  #down(error: unknown): void {
    const code = error instanceof AppError ? error.code : 'BROKER_UNREACHABLE';
    const detail = error instanceof AppError && typeof error.details === 'string' ? error.details : messageOf(error);
    if (this.#state.code !== code)
      this.#options.log.warn({ code, broker: withoutPassword(this.#options.url), detail }, 'MQTT broker is away');
    this.#setState({ status: 'down', code, detail });
  }

  #setState(state: LinkState): void {
    this.#state = state;
    if (state.code === null) this.#options.problems.clear(PROBLEM);
    else this.#options.problems.raise(PROBLEM, state.code, state.detail);
    this.stateChanged.emit(state);
  }
}

/** PUBACK, MQTT 3.1.1 section 3.4; in MQTT 5 the same bytes mean success. Only on the connection the message came by. */
function acknowledge({ stream }: MqttConnection, messageId: number): void {
  if (stream.destroyed || !stream.writable) return;
  if (stream.writableCorked === 0) {
    // A batch commits at once, and its PUBACKs leave in one write.
    stream.cork();
    process.nextTick(() => stream.uncork());
  }
  stream.write(Buffer.from([0x40, 0x02, messageId >> 8, messageId & 0xff]));
}

function spokeWrongVersion(error: unknown): boolean {
  const cause = error instanceof AppError ? (error.cause as { code?: unknown } | undefined) : undefined;
  return typeof cause?.code === 'number' && wrongVersion.has(cause.code);
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
