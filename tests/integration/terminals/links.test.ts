import { once } from 'node:events';
import { connect as connectSocket, createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { systemClock as clock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { selfSigned } from '../../helpers/self-signed.ts';
import { startMosquitto } from '../../helpers/mosquitto.ts';
import { BrokerClient } from '../../../devices/terminals/broker-client.ts';
import { EmbeddedBroker } from '../../../devices/terminals/embedded-broker.ts';
import type { OnMessage } from '../../../devices/terminals/terminal-link.ts';
import { first, problemsWhen } from './house.ts';

const endings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const nothing: OnMessage = () => Promise.resolve();
/** Takes messages and lets the test say when each may be acknowledged. */
function held() {
  const taken: { topic: string; payload: string; release: () => void }[] = [];
  let arrived: () => void = () => undefined;
  const onMessage: OnMessage = (topic, payload) =>
    new Promise((release) => {
      taken.push({ topic, payload: payload.toString(), release });
      arrived();
    });
  const until = async (count: number) => {
    while (taken.length < count) await new Promise<void>((resolve) => (arrived = resolve));
  };
  return { onMessage, taken, until };
}

async function embedded(options: Partial<ConstructorParameters<typeof EmbeddedBroker>[0]> = {}, onMessage = nothing) {
  const broker = new EmbeddedBroker({ host: '127.0.0.1', port: 0, log, ...options });
  await broker.start(onMessage);
  endings.push(() => broker.stop());
  const { port } = broker.address()!;
  return { broker, port, url: `mqtt://127.0.0.1:${port}` };
}
async function client(url: string, options: mqtt.IClientOptions = {}) {
  const connected = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  endings.push(() => connected.endAsync(true));
  return connected;
}

/** The next message's payload. */
function heardBy(reader: mqtt.MqttClient, on?: string): Promise<string> {
  return new Promise((resolve) => {
    reader.on('message', (topic, payload) => {
      if (on === undefined || topic === on) resolve(payload.toString());
    });
  });
}
const closedBy = (of: mqtt.MqttClient) => new Promise<void>((resolve) => of.once('close', () => resolve()));

describe('our own broker', () => {
  it('says which port is taken, and can be started on another one', async () => {
    const { port } = await embedded();
    const second = new EmbeddedBroker({ host: '127.0.0.1', port, log });
    await expect(second.start(nothing)).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    expect(second.state.status).toBe('down');
  });

  it('speaks TLS beside, with the certificate that it was given', async () => {
    const tls = { host: '127.0.0.1', port: 0, ...selfSigned('localhost') };
    const { broker, url } = await embedded({ tls });
    const secure = `mqtts://localhost:${broker.tlsAddress()!.port}`;
    const reader = await client(url);
    await reader.subscribeAsync('x', { qos: 1 });
    const heard = heardBy(reader);
    await (await client(secure, { ca: tls.cert })).publishAsync('x', 'by TLS', { qos: 1 });
    expect(await heard).toBe('by TLS');
    await expect(mqtt.connectAsync(secure, { reconnectPeriod: 0 })).rejects.toThrow(/self-signed/);
    await broker.stop();
    const other = selfSigned('other');
    await expect(
      new EmbeddedBroker({ host: '127.0.0.1', port: 0, log, tls: { ...tls, key: other.key } }).start(nothing),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('lets no device command another, and passes on what the server commands', async () => {
    const { broker, url } = await embedded();
    const [screen, rogue] = [await client(url), await client(url)];
    const command = 'gsh/v1/r/h/screen/s1/cmd/show';
    await screen.subscribeAsync('gsh/v1/r/h/screen/s1/cmd/+', { qos: 1 });
    const heard = heardBy(screen);
    await rogue.publishAsync(command, 'rogue', { qos: 1, retain: true });
    await broker.publish(command, 'server', { qos: 1, retain: false });
    expect(await heard).toBe('server');
    const late = await client(url);
    const echo = heardBy(late);
    await late.subscribeAsync(['gsh/v1/r/h/screen/s1/cmd/+', 'x/#'], { qos: 1 });
    await late.publishAsync('x/y', 'end', { qos: 1 });
    expect(await echo).toBe('end');
  });

  it('retains what the contract retains, and nothing else', async () => {
    const { url } = await embedded();
    const publisher = await client(url);
    const retained = ['gsh/v1/r/h/screen/s1/state', 'gsh/v1/r/h/screen/s1/evt', 'elsewhere'];
    for (const topic of retained) await publisher.publishAsync(topic, 'kept', { qos: 1, retain: true });
    const reader = await client(url);
    const seen: string[] = [];
    reader.on('message', (topic) => seen.push(topic));
    await reader.subscribeAsync('#', { qos: 1 });
    const echo = heardBy(reader, 'end');
    await reader.publishAsync('end', '', { qos: 1 });
    await echo;
    expect(seen).toEqual(['gsh/v1/r/h/screen/s1/state', 'end']);
  });

  it('cuts off who announces a packet beyond all limits, before it has come', async () => {
    const { port, url } = await embedded();
    const socket = connectSocket(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    // PUBLISH with a remaining length of 256 MB.
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0x00]));
    await closed;
    await client(url);
  });

  it('cuts off who sends more than may wait, and keeps the others', async () => {
    const { onMessage, taken, until } = held();
    const { url } = await embedded({ maxPending: 3 }, onMessage);
    const [patient, greedy] = [await client(url), await client(url)];
    const accepted = patient.publishAsync('a', '1', { qos: 1 });
    await until(1);
    const closed = closedBy(greedy);
    for (let i = 0; i < 5; i += 1) greedy.publish('b', String(i), { qos: 1 });
    await closed;
    taken[0]!.release();
    await accepted;
    expect(patient.connected).toBe(true);
  });
});

/** A broker that speaks MQTT 3.1.1 only. */
async function oldBroker(): Promise<string> {
  const broker = await Aedes.createBroker();
  const server = createServer(broker.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(
    () => new Promise<void>((resolve) => broker.close(resolve)),
    () => void server.close(),
  );
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the way to an outside broker', () => {
  const brokerClient = (url: string, problems = new ProblemBoard(clock), maxInFlight?: number) => {
    const link = new BrokerClient({
      url,
      clientId: 'house',
      clock,
      log,
      problems,
      ...(maxInFlight ? { maxInFlight } : {}),
    });
    endings.push(() => link.stop());
    return { link, problems };
  };
  const isUp = (link: BrokerClient) => first(link.stateChanged, ({ status }) => status === 'up');
  const mosquitto = async (settings: string[] = [], port?: number) => {
    const server = await startMosquitto(settings, port);
    let ended = false;
    const kill = async () => {
      if (!ended) await server.kill();
      ended = true;
    };
    endings.push(kill);
    return { ...server, kill };
  };

  it('shows on the problem board that the broker is away, and takes it back', async () => {
    const first = await mosquitto();
    await first.kill();
    const { link, problems } = brokerClient(first.url);
    await link.start(nothing);
    await problemsWhen(problems, (codes) => codes.includes('broker BROKER_UNREACHABLE'));
    await expect(link.publish('x', '', { qos: 1, retain: false })).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
    });
    const second = await mosquitto([], first.port);
    await problemsWhen(problems, (codes) => codes.length === 0);
    await second.kill();
    await problemsWhen(problems, (codes) => codes.includes('broker BROKER_UNREACHABLE'));
    await link.stop();
    expect(problems.list()).toEqual([]);
  });

  it('tells a refusal from an absence', async () => {
    const { url } = await mosquitto(['allow_anonymous false']);
    const { link, problems } = brokerClient(url.replace('//', '//user:wrong@'));
    await link.start(nothing);
    await problemsWhen(problems, (codes) => codes.includes('broker BROKER_REFUSED'));
    expect(JSON.stringify(problems.list())).not.toContain('wrong');
  });

  it('gets what came while it was away', async () => {
    const { url } = await mosquitto();
    const { onMessage, taken, until } = held();
    const { link } = brokerClient(url);
    const up = isUp(link);
    await link.start(onMessage);
    await up;
    await link.stop();
    const publisher = await client(url);
    for (let i = 0; i < 5; i += 1) await publisher.publishAsync('gsh/v1/x', String(i), { qos: 1 });
    await link.start(onMessage);
    await until(5);
    expect(taken.map(({ payload }) => payload)).toEqual(['0', '1', '2', '3', '4']);
  });

  it.each([
    ['MQTT 5', async () => (await mosquitto()).url],
    ['MQTT 3.1.1, where the broker has nothing newer', oldBroker],
  ])('acknowledges each message for itself and keeps many open, over %s', async (_version, start) => {
    const url = await start();
    const { onMessage, taken, until } = held();
    const { link } = brokerClient(url, undefined, 60);
    const up = isUp(link);
    await link.start(onMessage);
    await up;
    const publisher = await client(url);
    for (let i = 0; i < 100; i += 1) publisher.publish('gsh/v1/x', String(i), { qos: 1 });
    await until(60);
    // The last one first: what is open does not hold up what is done.
    taken[59]!.release();
    await until(61);
    for (let i = 0; i < 100; i += 1) {
      await until(i + 1);
      taken[i]!.release();
    }
    expect(taken.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('gets again, on the next connection, what it did not take', async () => {
    const { url } = await mosquitto();
    const { link } = brokerClient(url);
    let attempts = 0;
    const up = isUp(link);
    const taken = new Promise<void>((resolve) => {
      void link.start(() => {
        attempts += 1;
        if (attempts < 3) return Promise.reject(new Error('not now'));
        resolve();
        return Promise.resolve();
      });
    });
    await up;
    const publisher = await client(url);
    await publisher.publishAsync('gsh/v1/x', 'again', { qos: 1 });
    await taken;
    expect(attempts).toBe(3);
  });
});
