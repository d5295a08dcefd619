import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes';
import { timingSafeEqual, createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { MAX_PAYLOAD_BYTES, parseTopic, type TerminalChannel } from '#contract/mqtt.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { PublishOptions } from './mqtt-connection.ts';
import { limitFrames } from './frame-limit.ts';
import type { LinkState, OnMessage, TerminalLink } from './terminal-link.ts';

export interface EmbeddedBrokerOptions {
  host: string;
  /** 0 takes any free port; `address()` tells which. */
  port: number;
  /** With a user name, terminals must give it and the password. */
  username?: string | null;
  password?: string | null;
  log: Logger;
  /** Messages that wait for their commit, over all connections; beyond it the sender is cut off and comes again. */
  maxPending?: number;
  maxConnections?: number;
}

/** Somewhat more than a message may have, so that one slightly too large is answered and explained instead of cut off. */
const MAX_FRAME_BYTES = 16 * MAX_PAYLOAD_BYTES;
const MAX_TOPIC_LEVELS = 12;
const MAX_RETAINED_TOPICS = 100_000;
const DRAIN_TIMEOUT_MS = 10_000;
const BAD_USER_OR_PASSWORD = 4;
const retainedChannels = new Set<TerminalChannel>(['status', 'meta', 'state']);

/**
 * Our own MQTT 3.1.1 broker on a TCP port. A device gets its PUBACK only after `onMessage` has resolved: the message is
 * handed over in the broker's authorisation step, because the broker (aedes 1.2) writes the PUBACK before it publishes,
 * so that a subscription inside the process would hear of it too late. Retained messages live in memory and go with it.
 */
export class EmbeddedBroker implements TerminalLink {
  readonly stateChanged = new Emitter<LinkState>();
  readonly #options: Required<EmbeddedBrokerOptions>;
  readonly #retained = new Set<string>();
  #state: LinkState = { status: 'down', code: null, detail: null };
  #broker: Aedes | null = null;
  #server: Server | null = null;
  #onMessage: OnMessage | null = null;
  #pending = 0;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = { username: null, password: null, maxPending: 50_000, maxConnections: 20_000, ...options };
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Where terminals connect to; null while stopped. */
  address(): { host: string; port: number } | null {
    const bound = this.#server?.address() as AddressInfo | null | undefined;
    return bound ? { host: bound.address, port: bound.port } : null;
  }

  async start(onMessage: OnMessage): Promise<void> {
    if (this.#broker !== null) return;
    this.#onMessage = onMessage;
    const { log } = this.#options;
    const broker = await Aedes.createBroker({
      maxTopicLevels: MAX_TOPIC_LEVELS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      authenticate: (client, username, password, done) => this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => this.#take(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, maySubscribe(client, subscription) ? subscription : null),
      // A command is obeyed by a device because the server alone can send one.
      authorizeForward: (_client, packet) => (isCommand(packet.topic) && cameFromDevice(packet) ? null : packet),
    });
    broker.on('clientError', (client, error) =>
      log.debug({ client: client.id, reason: error.message }, 'terminal connection ended'),
    );
    broker.on('connectionError', (_client, error) =>
      log.debug({ reason: error.message }, 'terminal connection refused'),
    );
    (broker as EventEmitter).on('error', (error) => log.error({ reason: messageOf(error) }, 'MQTT broker'));
    const server = createServer({ noDelay: true }, (socket) => this.#welcome(broker, socket));
    server.maxConnections = this.#options.maxConnections;
    this.#broker = broker;
    this.#server = server;
    try {
      await listen(server, this.#options.host, this.#options.port);
    } catch (error) {
      await this.stop();
      throw error;
    }
    server.on('error', (error) => log.error({ reason: messageOf(error) }, 'MQTT broker takes no connections'));
    this.#setState({ status: 'up', code: null, detail: null });
    log.info({ ...this.address() }, 'MQTT broker listens');
  }

  async stop(): Promise<void> {
    const [broker, server] = [this.#broker, this.#server];
    this.#broker = null;
    this.#server = null;
    // From here on the wills of the connections that we cut ourselves say nothing about their devices.
    this.#onMessage = null;
    if (broker === null || server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await new Promise<void>((resolve) => broker.close(resolve));
    await closed;
    this.#retained.clear();
    this.#setState({ status: 'down', code: null, detail: null });
  }

  publish(topic: string, payload: string, options: PublishOptions): Promise<void> {
    const broker = this.#broker;
    if (broker === null) return Promise.reject(new AppError('BROKER_UNREACHABLE', 'the broker is stopped'));
    return new Promise((resolve, reject) => {
      broker.publish({ cmd: 'publish', topic, payload, dup: false, ...options }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  #welcome(broker: Aedes, socket: Socket): void {
    const { log } = this.#options;
    const from = `${socket.remoteAddress}:${socket.remotePort}`;
    limitFrames(socket, MAX_FRAME_BYTES, () =>
      log.warn(
        { code: 'PAYLOAD_TOO_LARGE', from, limitBytes: MAX_FRAME_BYTES },
        'terminal sent a packet beyond all limits and was cut off',
      ),
    );
    broker.handle(socket);
  }

  #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const expected = this.#options;
    if (expected.username === null) return done(null, true);
    const right =
      sameText(username ?? '', expected.username) && sameText(password ?? Buffer.alloc(0), expected.password ?? '');
    if (right) return done(null, true);
    expected.log.warn({ code: 'BROKER_REFUSED', client: client.id }, 'terminal gave a wrong user name or password');
    done(Object.assign(new Error('bad user name or password'), { returnCode: BAD_USER_OR_PASSWORD }), false);
  }

  /** Hands the message over and lets the broker go on, which is to acknowledge, when it is taken. */
  #take(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const onMessage = this.#onMessage;
    if (onMessage === null) return done(new Error('the broker is stopping'));
    if (this.#pending >= this.#options.maxPending) {
      return done(new Error(`${this.#pending} messages wait already; ${client?.id ?? 'a will'} has to come again`));
    }
    this.#pending += 1;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    // What a device publishes with the retain flag is news here; only an outside broker sends old retained messages.
    onMessage(packet.topic, payload, { retain: false }).then(
      () => {
        this.#pending -= 1;
        packet.retain &&= this.#mayRetain(packet.topic, payload);
        done(null);
      },
      (error: unknown) => {
        this.#pending -= 1;
        done(new Error(messageOf(error)));
      },
    );
  }

  /** Retained messages are kept in memory for good, so only the contract's own, and so many. */
  #mayRetain(topic: string, payload: Buffer): boolean {
    const parsed = parseTopic(topic);
    if (parsed === null || !retainedChannels.has(parsed.channel) || payload.length > MAX_PAYLOAD_BYTES) return false;
    if (payload.length === 0) this.#retained.delete(topic);
    else if (this.#retained.size < MAX_RETAINED_TOPICS) this.#retained.add(topic);
    else return this.#retained.has(topic);
    return true;
  }

  #setState(state: LinkState): void {
    this.#state = state;
    this.stateChanged.emit(state);
  }
}

/** What waits for an absent subscriber is kept in memory without end, so a lasting session may wait for its commands only. */
function maySubscribe(client: Client, subscription: Subscription): boolean {
  return client.clean || isCommand(subscription.topic);
}

function isCommand(topic: string): boolean {
  return topic.split('/')[6] === 'cmd';
}

function cameFromDevice(packet: object): boolean {
  return 'clientId' in packet && packet.clientId !== undefined;
}

function sameText(given: string | Buffer, expected: string): boolean {
  const digest = (text: string | Buffer) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new AppError('PORT_TAKEN', `MQTT broker, ${host}:${port}`, { cause: error })
          : new AppError('CONFIG_INVALID', `HALLWATCH_MQTT_BIND ${host}:${port}: ${error.message}`, { cause: error }),
      );
    });
    server.listen({ host, port }, () => resolve());
  });
}
