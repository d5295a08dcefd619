import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { EventEmitter } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { sourceOfTopic } from '#contract/exchange.ts';
import { MAX_PAYLOAD_BYTES, parseTopic, topicOf, type TerminalAddress, type TerminalChannel } from '#contract/mqtt.ts';
import type { Admission, KeyHolder } from '#contract/terminal-message.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { PublishOptions } from './mqtt-connection.ts';
import { limitFrames } from './frame-limit.ts';
import type { LinkState, OnMessage, TerminalLink } from './terminal-link.ts';

/** Who may connect, and for whom not everyone may speak. */
export interface BrokerAccess {
  /** Judges a connection by the user and password that it gave. */
  admit(user: string | undefined, password: Buffer | undefined): Admission;
  /** The terminal has a key of its own: nobody else speaks for it, and nobody else hears its commands. */
  isKeyed(address: TerminalAddress): boolean;
  /** Adapters with a key that read this topic: only whoever came with one of their keys may write it. */
  adaptersOf(topic: string): readonly string[];
  /** Connections of this device, or with the key of this adapter, have to show it anew. */
  readonly revoked: Pick<Emitter<Omit<TerminalAddress, 'region'> | { adapter: string }>, 'on'>;
}

/** A second listener, for MQTT over TLS. */
export interface TlsListener {
  host: string;
  port: number;
  /** PEM: the certificate with its chain, and its private key. */
  cert: string | Buffer;
  key: string | Buffer;
}

export interface EmbeddedBrokerOptions {
  host: string;
  /** 0 takes any free port; `address()` tells which. */
  port: number;
  tls?: TlsListener | null;
  /** Left out: everyone may connect and speak for every terminal. */
  access?: BrokerAccess;
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
const everyone: BrokerAccess = {
  admit: () => ({ as: 'anyone' }),
  isKeyed: () => false,
  adaptersOf: () => [],
  revoked: new Emitter(),
};
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
  /** As whom a client came, where it has a key. */
  readonly #admitted = new WeakMap<Client, KeyHolder>();
  /** Connected clients that came with a key, by whose it is. */
  readonly #keyed = new Map<string, Set<Client>>();
  #state: LinkState = { status: 'down', code: null, detail: null };
  #broker: Aedes | null = null;
  #servers: Server[] = [];
  #leaveAccess: () => void = () => undefined;
  #onMessage: OnMessage | null = null;
  #pending = 0;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = { tls: null, access: everyone, maxPending: 50_000, maxConnections: 20_000, ...options };
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Where terminals connect to; null while stopped. */
  address(): { host: string; port: number } | null {
    return boundTo(this.#servers[0]);
  }

  /** Where terminals connect to by TLS; null while stopped or without such a listener. */
  tlsAddress(): { host: string; port: number } | null {
    return boundTo(this.#servers[1]);
  }

  async start(onMessage: OnMessage): Promise<void> {
    if (this.#broker !== null) return;
    this.#onMessage = onMessage;
    const { log, access, tls } = this.#options;
    const broker = await Aedes.createBroker({
      maxTopicLevels: MAX_TOPIC_LEVELS,
      drainTimeout: DRAIN_TIMEOUT_MS,
      authenticate: (client, username, password, done) => this.#authenticate(client, username, password, done),
      authorizePublish: (client, packet, done) => this.#take(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.#maySubscribe(client, subscription) ? subscription : null),
      authorizeForward: (client, packet) => (this.#mayHear(client, packet) ? packet : null),
    });
    broker.on('client', (client) => this.#noteKeyed(client));
    broker.on('clientDisconnect', (client) => this.#forgetKeyed(client));
    this.#leaveAccess = access.revoked.on((holder) => {
      for (const client of this.#keyed.get(nameOf(holder)) ?? []) client.close();
    });
    broker.on('clientError', (client, error) =>
      log.debug({ client: client.id, reason: error.message }, 'terminal connection ended'),
    );
    broker.on('connectionError', (_client, error) =>
      log.debug({ reason: error.message }, 'terminal connection refused'),
    );
    (broker as EventEmitter).on('error', (error) => log.error({ reason: messageOf(error) }, 'MQTT broker'));
    this.#broker = broker;
    try {
      await this.#listen(
        createServer({ noDelay: true }, (socket) => this.#welcome(broker, socket)),
        this.#options,
      );
      if (tls !== null) await this.#listen(this.#tlsServer(broker, tls), tls);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#setState({ status: 'up', code: null, detail: null });
    log.info({ ...this.address(), tls: this.tlsAddress() }, 'MQTT broker listens');
  }

  /** @throws AppError CONFIG_INVALID where certificate and key do not fit each other. */
  #tlsServer(broker: Aedes, { cert, key }: TlsListener): Server {
    try {
      const server = createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) => this.#welcome(broker, socket));
      server.on('tlsClientError', (error) =>
        this.#options.log.debug({ reason: error.message }, 'terminal did not agree on TLS'),
      );
      return server;
    } catch (error) {
      throw new AppError('CONFIG_INVALID', `HALLWATCH_MQTT_CERT: ${messageOf(error)}`, { cause: error });
    }
  }

  async #listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
    const { log, maxConnections } = this.#options;
    server.maxConnections = maxConnections;
    this.#servers.push(server);
    await listen(server, host, port);
    server.on('error', (error) => log.error({ reason: messageOf(error) }, 'MQTT broker takes no connections'));
  }

  async stop(): Promise<void> {
    const [broker, servers] = [this.#broker, this.#servers];
    this.#broker = null;
    this.#servers = [];
    this.#leaveAccess();
    // From here on the wills of the connections that we cut ourselves say nothing about their devices.
    this.#onMessage = null;
    if (broker === null) return;
    const closed = Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    await new Promise<void>((resolve) => broker.close(resolve));
    await closed;
    this.#retained.clear();
    this.#keyed.clear();
    this.#setState({ status: 'down', code: null, detail: null });
  }

  publish(topic: string, payload: string, { qos, retain }: PublishOptions): Promise<void> {
    const broker = this.#broker;
    if (broker === null) return Promise.reject(new AppError('BROKER_UNREACHABLE', 'the broker is stopped'));
    return new Promise((resolve, reject) => {
      broker.publish({ cmd: 'publish', topic, payload, dup: false, qos, retain }, (error) =>
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
    const { access, log } = this.#options;
    const admission = access.admit(username, password);
    if (admission.as !== 'nobody') {
      if (admission.as !== 'anyone') this.#admitted.set(client, admission);
      return done(null, true);
    }
    log.debug({ client: client.id, username }, 'connection refused: wrong user, password or key');
    done(Object.assign(new Error('bad user name or password'), { returnCode: BAD_USER_OR_PASSWORD }), false);
  }

  #mayWrite(client: Client | null, topic: string): boolean {
    const { access } = this.#options;
    const holder = client && this.#admitted.get(client);
    if (holder?.as === 'device') return topic.startsWith(prefixOf(holder.address));
    const address = parseTopic(topic);
    if (address !== null) return !holder && !access.isKeyed(address);
    const adapters = access.adaptersOf(topic);
    return holder ? adapters.includes(holder.id) : adapters.length === 0;
  }

  /**
   * A device with a key hears its own commands and nothing else; one that an adapter reads hears nothing. What waits for an absent subscriber is kept in memory
   * without end, so a lasting session may wait for commands only.
   */
  #maySubscribe(client: Client, { topic }: Subscription): boolean {
    const holder = this.#admitted.get(client);
    if (holder) return holder.as === 'device' && topic.startsWith(`${prefixOf(holder.address)}cmd/`);
    return client.clean || isCommand(topic);
  }

  /**
   * A command is obeyed by a device because the server alone can send one. What systems hand over is for the server, and its
   * answer for who handed it over, whoever else listens.
   */
  #mayHear(client: Client, packet: PublishPacket): boolean {
    if (sourceOfTopic(packet.topic) !== null) return !cameFromDevice(packet);
    if (!isCommand(packet.topic)) return true;
    if (cameFromDevice(packet)) return false;
    const address = parseTopic(packet.topic);
    return this.#admitted.has(client) || address === null || !this.#options.access.isKeyed(address);
  }

  #noteKeyed(client: Client): void {
    const holder = this.#admitted.get(client);
    if (holder === undefined) return;
    const clients = this.#keyed.get(holderName(holder)) ?? new Set();
    this.#keyed.set(holderName(holder), clients.add(client));
  }

  #forgetKeyed(client: Client): void {
    const holder = this.#admitted.get(client);
    const clients = holder && this.#keyed.get(holderName(holder));
    if (!holder || !clients) return;
    clients.delete(client);
    if (clients.size === 0) this.#keyed.delete(holderName(holder));
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
    const forbidden = !this.#mayWrite(client, packet.topic);
    const answer = (topic: string, text: string) => answerTo(client, topic, text);
    onMessage(packet.topic, payload, { retain: false, forbidden, answer }).then(
      () => {
        this.#pending -= 1;
        packet.retain &&= !forbidden && this.#mayRetain(packet.topic, payload);
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

/** Of a will there is nobody left; to others as they are connected now: who hears no answer asks again. */
function answerTo(client: Client | null, topic: string, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (client === null) return resolve();
    client.publish({ cmd: 'publish', topic, payload, dup: false, qos: 0, retain: false }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

function prefixOf(address: TerminalAddress): string {
  return topicOf(address, 'evt').slice(0, -'evt'.length);
}

function nameOf(holder: Omit<TerminalAddress, 'region'> | { adapter: string }): string {
  return 'adapter' in holder ? `adapter.${holder.adapter}` : `${holder.hall}.${holder.kind}.${holder.device}`;
}

function holderName(holder: KeyHolder): string {
  return nameOf(holder.as === 'device' ? holder.address : { adapter: holder.id });
}

function boundTo(server: Server | undefined): { host: string; port: number } | null {
  const bound = server?.address() as AddressInfo | null | undefined;
  return bound ? { host: bound.address, port: bound.port } : null;
}

function isCommand(topic: string): boolean {
  return topic.split('/')[6] === 'cmd';
}

function cameFromDevice(packet: object): boolean {
  return 'clientId' in packet && packet.clientId !== undefined;
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
