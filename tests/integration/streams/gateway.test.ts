import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES, LIVE_PATH, LiveMessage } from '#contract/live.ts';
import { ManualClock, systemClock, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { LiveGateway, type HubsPort } from '../../../streams/gateway/live-gateway.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { Hub } from '../../../streams/hub.ts';
import { RELAY_HEIGHT, RELAY_WIDTH, RtspRelay, type RelayCodec } from '../../helpers/rtsp-relay.ts';
import { format, sound, soundFormat, state, unit } from '../../unit/streams/samples.ts';
import { annexB } from './collecting-sink.ts';
import { decode } from './decode.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A browser's tile: what it was told, in order. */
class Tile {
  readonly socket: WebSocket;
  readonly messages: LiveMessage[] = [];
  readonly binaries: Buffer[] = [];
  /** `state`, `config`, `binary`, `skipped`, `end`, `closed`. */
  readonly order: string[] = [];
  #check: () => void = () => undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer, binary: boolean) => {
      if (binary) this.binaries.push(data);
      else this.messages.push(LiveMessage.parse(JSON.parse(data.toString())));
      this.order.push(binary ? 'binary' : this.messages.at(-1)!.type);
      this.#check();
    });
    this.socket.on('close', () => {
      this.order.push('closed');
      this.#check();
    });
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => (holds() ? resolve() : undefined);
      this.#check();
    });
  }

  async ended(): Promise<LiveMessage> {
    await this.until(() => this.order.includes('closed'));
    return this.messages.at(-1)!;
  }
}

async function serve(
  house: HubsPort,
  { clock = systemClock, maxViewers = 10 }: { clock?: Clock; maxViewers?: number } = {},
) {
  const metrics = new Registry();
  const watched = { now: 0, allowed: true };
  const begin = () => {
    watched.now += 1;
    return () => (watched.now -= 1);
  };
  const gateway = new LiveGateway({
    house,
    authorise: (token) =>
      token === 'good'
        ? { ok: true, cameraId: 'c1', role: 'sub', begin, mayStay: () => watched.allowed }
        : { ok: false, code: 'LIVE_TOKEN_INVALID' },
    clock,
    log: silentLogger,
    maxViewers,
    metrics,
  });
  const server = http.createServer();
  const sockets: Duplex[] = [];
  server.on('upgrade', (request, socket, head) => {
    sockets.push(socket);
    gateway.handleUpgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `ws://127.0.0.1:${(server.address() as AddressInfo).port}${LIVE_PATH}`;
  const tiles: Tile[] = [];
  closing.push(async () => {
    for (const tile of tiles) tile.socket.terminate();
    await gateway.stop();
    await new Promise((resolve) => server.close(resolve));
  });
  const watch = (query = 'token=good') => {
    const tile = new Tile(`${base}?${query}`);
    tiles.push(tile);
    return tile;
  };
  return { gateway, metrics, sockets, watch, watched };
}

async function openStream(codec: RelayCodec = 'h264') {
  const relay = new RtspRelay({ codec });
  closing.push(() => relay.stop());
  await relay.start();
  const house = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  closing.push(() => house.stop());
  const base = {
    cameraId: 'c1',
    role: 'sub',
    username: '',
    password: '',
    sourceChoice: 'auto',
    keepOpen: true,
  } as const;
  house.setTarget({ ...base, uri: relay.uri });
  house.start();
  return { relay, house };
}

function openHub() {
  const changed = new Emitter<number>();
  const hub = new Hub({ state, onViewers: (count) => changed.emit(count) });
  hub.setFormat(format);
  const viewers = (count: number) =>
    new Promise<void>((resolve) => {
      const look = (now: number) => (now === count ? resolve() : undefined);
      changed.on(look);
      look(hub.viewers);
    });
  return { hub, viewers, house: { hub: () => hub } };
}

describe('live gateway', () => {
  it.each(['h264', 'h265'] as const)('shows state, config and %s units that decode', async (codec) => {
    const { house } = await openStream(codec);
    const { watch } = await serve(house);
    const tile = watch();
    await tile.until(() => tile.binaries.length >= 40);
    expect(tile.order[0]).toBe('state');
    expect(tile.order.indexOf('config')).toBeLessThan(tile.order.indexOf('binary'));
    const config = tile.messages.find((message) => message.type === 'config')!;
    expect(config).toMatchObject({ width: RELAY_WIDTH, height: RELAY_HEIGHT });
    expect(tile.binaries[0]![0]).toBe(LIVE_FLAG_KEY);
    const times = tile.binaries.map((bytes) => bytes.readDoubleBE(1));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const described = { ...format, codec, description: Buffer.from(config.description, 'base64') };
    const units = tile.binaries.map((bytes) => ({ ...unit(true, 0), data: bytes.subarray(LIVE_HEADER_BYTES) }));
    const bytes = annexB(described, units);
    const { frames, complaints } = decode(codec === 'h264' ? 'h264' : 'hevc', bytes, RELAY_WIDTH, RELAY_HEIGHT);
    expect(complaints).toBe('');
    expect(frames).toBe(units.length);
  });

  it('converts H.265 for who decodes H.264 only, and says so', async () => {
    const { house } = await openStream('h265');
    const { watch } = await serve(house);
    const [poor, rich] = [watch('token=good&decodes=h264'), watch('token=good&decodes=h264,h265')];
    await Promise.all([poor, rich].map((tile) => tile.until(() => tile.binaries.length > 0)));
    const said = (tile: Tile, type: LiveMessage['type']) => tile.messages.findLast((each) => each.type === type);
    expect(said(poor, 'config')).toMatchObject({ codec: expect.stringMatching(/^avc1/), width: RELAY_WIDTH });
    expect(said(poor, 'state')).toMatchObject({ status: 'live', transcoded: true });
    expect(said(rich, 'config')).toMatchObject({ codec: expect.stringMatching(/^hvc1/) });
    expect(said(rich, 'state')).toMatchObject({ transcoded: false });
  });

  it('sends sound to who asked for it and to nobody else, and does not mind garbage', async () => {
    const { hub, house, viewers } = openHub();
    const { watch } = await serve(house);
    const listener = watch();
    const spectator = watch();
    await viewers(2);
    await Promise.all([listener, spectator].map((tile) => tile.until(() => tile.order.includes('config'))));
    hub.setSoundFormat(soundFormat);
    for (const garbage of ['', 'no json', '[]', '{"type":"sound"}', '{"type":"sound","on":"yes"}', Buffer.from('{}')]) {
      listener.socket.send(garbage);
    }
    listener.socket.send('{"type":"sound","on":true}');
    await listener.until(() => listener.order.includes('sound'));
    hub.pushSound(sound(20));
    hub.push(unit(true, 40));
    for (const tile of [listener, spectator]) {
      await tile.until(() => tile.binaries.some((bytes) => bytes[0] === LIVE_FLAG_KEY));
    }
    expect(listener.binaries.map((bytes) => bytes[0])).toEqual([LIVE_FLAG_SOUND, LIVE_FLAG_KEY]);
    expect(spectator.binaries.map((bytes) => bytes[0])).toEqual([LIVE_FLAG_KEY]);
    expect(spectator.order).not.toContain('sound');
  });

  it.each(['h264', 'h265'] as const)('shows fragmented MP4 of %s that decodes', async (codec) => {
    const { house } = await openStream(codec);
    const { watch } = await serve(house);
    const tile = watch('token=good&format=fmp4');
    await tile.until(() => tile.binaries.length >= 40);
    const { frames, complaints } = decode('mp4', Buffer.concat(tile.binaries), RELAY_WIDTH, RELAY_HEIGHT);
    expect(complaints).toBe('');
    expect(frames).toBe(tile.binaries.length - 1);
  });

  it('shows who joins later a picture at once, from the same pull', async () => {
    const { relay, house } = await openStream();
    const { watch } = await serve(house);
    const first = watch();
    await first.until(() => first.binaries.length >= 10);
    const others = [watch(), watch(), watch()];
    for (const tile of others) await tile.until(() => tile.binaries.length >= 1);
    for (const tile of others) expect(tile.binaries[0]![0]).toBe(LIVE_FLAG_KEY);
    expect(relay.playing).toBe(1);
  });

  it.each([
    ['a wrong token', 'token=bad', 'LIVE_TOKEN_INVALID'],
    ['no token', '', 'LIVE_TOKEN_INVALID'],
    ['an unknown format', 'token=good&format=gif', 'REQUEST_INVALID'],
  ])('tells %s over the open socket', async (_, query, code) => {
    const { metrics, watch } = await serve(openHub().house);
    const tile = watch(query);
    expect(await tile.ended()).toEqual({ type: 'end', code });
    expect(tile.order).toEqual(['end', 'closed']);
    expect(await metrics.metrics()).toContain(`hallwatch_live_ends_total{code="${code}"} 1`);
  });

  it('tells that there is no such stream', async () => {
    const { watch } = await serve({ hub: () => undefined });
    expect(await watch().ended()).toEqual({ type: 'end', code: 'NOT_FOUND' });
  });

  it('tells when there are too many viewers, and lets one in when another leaves', async () => {
    const { viewers, house } = openHub();
    const { watch, watched } = await serve(house, { maxViewers: 2 });
    const [first] = [watch(), watch()];
    await viewers(2);
    expect(await watch().ended()).toEqual({ type: 'end', code: 'LIVE_VIEWERS_FULL' });
    // who is refused does not watch, and who leaves does not any more
    expect(watched.now).toBe(2);
    first.socket.close();
    await viewers(1);
    expect(watched.now).toBe(1);
    const next = watch();
    await next.until(() => next.order.includes('state'));
  });

  it('sends those away who may see it no more', async () => {
    const { viewers, house } = openHub();
    const { gateway, watch, watched } = await serve(house);
    const tile = watch();
    await viewers(1);
    gateway.review();
    watched.allowed = false;
    gateway.review();
    expect(await tile.ended()).toEqual({ type: 'end', code: 'NOT_FOUND' });
    await viewers(0);
    expect(watched.now).toBe(0);
  });

  it('tells changes of the state while no pictures come', async () => {
    const { hub, house } = openHub();
    const { watch } = await serve(house);
    const tile = watch();
    await tile.until(() => tile.order.length === 2);
    hub.setState({ ...state, status: 'lost', source: null, code: 'CAMERA_SILENT' });
    await tile.until(() => tile.order.length === 3);
    expect(tile.messages.at(-1)).toMatchObject({ type: 'state', status: 'lost', code: 'CAMERA_SILENT' });
  });

  it('moves a viewer that stopped reading forward to a key frame', async () => {
    const { hub, house } = openHub();
    const clock = new ManualClock(0);
    const { watch } = await serve(house, { clock });
    const tile = watch();
    await tile.until(() => tile.order.includes('config'));
    tile.socket.pause();
    let i = 0;
    const push = () => {
      hub.push(unit(i % 25 === 0, i * 40, 200_000));
      i += 1;
      clock.advance(40);
      return new Promise((resolve) => setImmediate(resolve));
    };
    while (hub.counts.skipped === 0) await push();
    const skippedFrom = i - 1;
    expect(skippedFrom).toBeGreaterThan(10);
    tile.socket.resume();
    await tile.until(() => tile.binaries.length === skippedFrom);
    while (!tile.order.includes('skipped')) await push();
    await tile.until(() => tile.binaries.length > skippedFrom);
    const words = tile.messages.find((message) => message.type === 'skipped');
    expect(words!.units).toBe(hub.counts.skipped);
    expect(tile.binaries[skippedFrom]![0]).toBe(LIVE_FLAG_KEY);
    expect(tile.binaries[skippedFrom]!.readDoubleBE(1)).toBe((skippedFrom + hub.counts.skipped) * 40);
  });

  it('ends a viewer that never reads again, and holds little for it', async () => {
    const { hub, house } = openHub();
    const clock = new ManualClock(0);
    const { metrics, watch } = await serve(house, { clock });
    const tile = watch();
    await tile.until(() => tile.order.includes('config'));
    tile.socket.pause();
    for (let i = 0; hub.viewers > 0; i += 1) {
      expect(i).toBeLessThan(2000);
      hub.push(unit(i % 25 === 0, i * 40, 200_000));
      clock.advance(40);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await metrics.metrics()).toContain('hallwatch_live_ends_total{code="LIVE_VIEWER_SLOW"} 1');
  });

  it('finds a half-open connection by its missing pong', async () => {
    const { viewers, house } = openHub();
    const clock = new ManualClock(0);
    const { sockets, watch } = await serve(house, { clock });
    const alive = watch();
    await alive.until(() => alive.order.includes('state'));
    const dead = watch();
    await dead.until(() => dead.order.includes('state'));
    dead.socket.pause();
    const pong = once(sockets[0]!, 'data');
    clock.advance(20_000);
    await pong;
    clock.advance(20_000);
    await viewers(1);
    expect(alive.order).not.toContain('closed');
  });

  it('tells everyone when it stops, and takes nobody any more', async () => {
    const { house } = openHub();
    const { gateway, watch } = await serve(house);
    const tile = watch();
    await tile.until(() => tile.order.includes('state'));
    await gateway.stop();
    expect(await tile.ended()).toEqual({ type: 'end', code: 'SHUTTING_DOWN' });
    expect(await watch().ended()).toEqual({ type: 'end', code: 'SHUTTING_DOWN' });
  });

  it('does not mind viewers that talk', async () => {
    const { viewers, house } = openHub();
    const { watch } = await serve(house);
    const [polite, rude] = [watch(), watch()];
    await viewers(2);
    await polite.until(() => polite.order.includes('state'));
    await rude.until(() => rude.order.includes('state'));
    polite.socket.send('hello');
    rude.socket.send(Buffer.alloc(100_000));
    await viewers(1);
    await rude.until(() => rude.order.includes('closed'));
    expect(polite.order).not.toContain('closed');
  });
});
