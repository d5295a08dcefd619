import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MaskRegion } from '#contract/privacy.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import type { AccessUnit, StreamFormat } from '../../../streams/access-unit.ts';
import { StreamHouse } from '../../../streams/house.ts';
import type { Hub, HubState, Viewer } from '../../../streams/hub.ts';
import { H264Stream, LINGER_MS } from '../../../streams/transcode/h264-stream.ts';
import { TranscodeSlots } from '../../../streams/transcode/slots.ts';
import { LendingHub } from '../../helpers/lending-hub.ts';
import { RELAY_HEIGHT, RELAY_WIDTH, RtspRelay } from '../../helpers/rtsp-relay.ts';
import { state } from '../../unit/streams/samples.ts';
import { annexB, CollectingSink } from './collecting-sink.ts';
import { decode } from './decode.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  expect(converters()).toEqual([]);
});

/** Real time, but nobody waits long until a conversion that is not watched any more ends. */
const clock: Clock = {
  ...systemClock,
  after: (ms, action) => systemClock.after(ms === LINGER_MS ? 300 : ms, action),
};

/** Process ids of the ffmpegs that convert. */
function converters(): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))!;
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const ours = Number(parent) === process.pid && state !== 'Z' && command.includes('-f mp4 ');
      return ours ? [Number(entry)] : [];
    } catch {
      return []; // gone while we looked
    }
  });
}

/** Somebody who watches, and remembers all of it. */
class Watcher extends CollectingSink implements Viewer {
  readonly states: HubState[] = [];
  end: string | null = null;
  leave: (() => void) | null = null;
  onState = (state: HubState) => void this.states.push(state);
  onFormat = (format: StreamFormat) => this.format(format);
  onUnit = (unit: AccessUnit) => this.unit(unit);
  onEnd = (code: string) => void (this.end = code);

  constructor(hub: Hub) {
    super();
    this.leave = hub.join(this);
  }
}

/** Cameras of these tests, each for all of them. */
const cameras = { h264: new RtspRelay({ codec: 'h264' }), h265: new RtspRelay({ codec: 'h265' }) };
beforeAll(() => Promise.all(Object.values(cameras).map((camera) => camera.start())));
afterAll(() => Promise.all(Object.values(cameras).map((camera) => camera.stop())));

interface Opening {
  codecs: (keyof typeof cameras)[];
  transcodes?: number;
  ffmpegPath?: string;
  masksOf?: (cameraId: string) => readonly MaskRegion[];
}

/** Mean brightness, 16 for black, of the left and the right of each picture, away from the edge between them. */
function halves(h264: Buffer): [left: number, right: number][] {
  const columns = '[0:v]split[a][b];[a]crop=140:ih:8:0[l];[b]crop=140:ih:170:0[r];[l][r]hstack,scale=2:1:flags=area';
  const output = ['-fps_mode', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1'];
  const args = ['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-filter_complex', columns, ...output];
  const { stdout } = spawnSync('ffmpeg', args, { input: h264 });
  expect(stdout.length).toBeGreaterThan(0);
  return Array.from({ length: stdout.length / 2 }, (_, i) => [stdout[2 * i]!, stdout[2 * i + 1]!]);
}

function open({ codecs, ...options }: Opening) {
  const relays = codecs.map((codec) => cameras[codec]);
  const metrics = new Registry();
  const house = new StreamHouse({ clock, log: silentLogger, ffmpegPath: 'ffmpeg', metrics, ...options });
  const target = { role: 'sub', username: '', password: '', sourceChoice: 'rtsp', keepOpen: true } as const;
  const aim = (cameraId: string, relay: RtspRelay) => house.setTarget({ ...target, cameraId, uri: relay.uri });
  for (const [i, relay] of relays.entries()) aim(`c${i + 1}`, relay);
  closing.push(() => house.stop());
  house.start();
  const watch = (cameraId = 'c1') => new Watcher(house.hub(cameraId, 'sub', 'h264')!);
  return { relays, house, metrics, aim, watch };
}

function convert(source: Hub, time: Clock = clock): H264Stream {
  const slots = new TranscodeSlots({ max: 1 });
  const stream = new H264Stream({ source, slots, clock: time, log: silentLogger, ffmpegPath: 'ffmpeg' });
  closing.push(() => stream.stop('SHUTTING_DOWN'));
  return stream;
}

describe('a stream for those who decode H.264 only', () => {
  it('is converted from H.265, from one pull, with the times of the camera', async () => {
    const { relays, house, watch } = open({ codecs: ['h265'] });
    const source = new Watcher(house.hub('c1', 'sub')!);
    const watcher = watch();
    await watcher.more(60);
    expect(relays[0]!.playing).toBe(1);
    expect(watcher.formats).toMatchObject([{ codec: 'h264', width: RELAY_WIDTH, height: RELAY_HEIGHT }]);
    expect(watcher.units[0]!.key).toBe(true);
    expect(watcher.states.at(-1)).toMatchObject({ status: 'live', transcoded: true });
    expect(source.formats).toMatchObject([{ codec: 'h265' }]);

    const { frames, complaints } = decode(
      'h264',
      annexB(watcher.formats[0]!, watcher.units),
      RELAY_WIDTH,
      RELAY_HEIGHT,
    );
    expect(complaints).toBe('');
    expect(frames).toBe(watcher.units.length);
    const times = watcher.units.map(({ pts }) => pts);
    const given = source.units.map(({ pts }) => pts);
    expect(given.slice(given.indexOf(times[0]!)).slice(0, times.length)).toEqual(times);
  });

  it('is made of every picture, and none waits for the next', async () => {
    const { house } = open({ codecs: ['h265'] });
    const pulled = new Watcher(house.hub('c1', 'sub')!);
    await pulled.more(30);
    const source = new LendingHub({ state, onViewers: () => undefined });
    const watcher = new Watcher(convert(source).open());
    source.setFormat(pulled.formats[0]!);
    const given = pulled.units.slice(0, 30);
    for (const each of given) source.push(each);
    await watcher.until(() => watcher.units.length === given.length);
    expect(watcher.units.map(({ pts }) => pts)).toEqual(given.map(({ pts }) => pts));
    expect(watcher.units.map(({ receivedAt }) => receivedAt)).toEqual(given.map(({ receivedAt }) => receivedAt));
  });

  it('shows who joins a picture at once, and ends its ffmpeg a while after the last has left', async () => {
    const { watch } = open({ codecs: ['h265'] });
    const first = watch();
    await first.more(1);
    const second = watch();
    expect(second.units[0]?.key).toBe(true);
    expect(converters()).toHaveLength(1);
    first.leave!();
    await second.more(5);
    second.leave!();
    await expect.poll(() => converters().length).toBe(0);
    const third = watch();
    await third.more(1);
  });

  it('is the stream itself where that is H.264 already', async () => {
    const { house, watch } = open({ codecs: ['h264'] });
    const source = new Watcher(house.hub('c1', 'sub')!);
    const watcher = watch();
    await watcher.more(5);
    expect(source.units).toContainEqual(watcher.units.at(-1));
    expect(watcher.states.at(-1)).toMatchObject({ transcoded: false });
    expect(converters()).toEqual([]);
  });

  it('covers what must be covered, of either codec, and begins anew with other masks', async () => {
    const region = { x: 0, y: 0, width: 0.5, height: 1 };
    let masks = [region];
    const { house } = open({ codecs: ['h264', 'h265'], transcodes: 4, masksOf: () => masks });
    for (const cameraId of ['c1', 'c2']) {
      const watcher = new Watcher(house.hub(cameraId, 'sub', 'masked')!);
      await watcher.more(30);
      const bytes = annexB(watcher.formats[0]!, watcher.units);
      for (const [left, right] of halves(bytes)) {
        expect(left).toBeLessThanOrEqual(20);
        expect(right).toBeGreaterThan(30);
      }
      masks = [{ ...region, x: 0.5 }];
      house.renewMasks(cameraId);
      expect(watcher.end).toBe('NOT_FOUND');
      const anew = new Watcher(house.hub(cameraId, 'sub', 'masked')!);
      await anew.more(5);
      for (const [left, right] of halves(annexB(anew.formats[0]!, anew.units))) {
        expect(left).toBeGreaterThan(30);
        expect(right).toBeLessThanOrEqual(20);
      }
      masks = [region];
      anew.leave!();
    }
    // whoever sees all of it has what the camera sends
    const whole = new Watcher(house.hub('c1', 'sub')!);
    await whole.more(1);
    expect(whole.states.at(-1)?.transcoded).toBeFalsy();
  });

  it('follows a camera that changes its codec', async () => {
    const { relays, watch, aim } = open({ codecs: ['h265', 'h264'] });
    const watcher = watch();
    await watcher.more(3);
    aim('c1', relays[1]!);
    await watcher.until(() => watcher.states.at(-1)?.transcoded === false && watcher.formats.length > 1);
    await watcher.more(3);
    expect(converters()).toEqual([]);
    aim('c1', relays[0]!);
    await watcher.until(() => watcher.states.at(-1)?.transcoded === true);
    await watcher.more(3);
    const times = watcher.units.map(({ pts }) => pts);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('goes on when its ffmpeg is killed', async () => {
    const { watch } = open({ codecs: ['h265'] });
    const watcher = watch();
    await watcher.more(3);
    const [pid] = converters();
    process.kill(pid!, 'SIGKILL');
    await watcher.until(() => watcher.formats.length > 1);
    await watcher.more(3);
    expect(watcher.end).toBeNull();
    expect(converters()).not.toContain(pid);
  });

  it('goes on when its ffmpeg hangs', async () => {
    const { house } = open({ codecs: ['h265'] });
    // Time runs five times as fast for it.
    const stream = convert(house.hub('c1', 'sub')!, { ...clock, monotonic: () => 5 * clock.monotonic() });
    const watcher = new Watcher(stream.open());
    await watcher.more(3);
    process.kill(converters()[0]!, 'SIGSTOP');
    await watcher.until(() => watcher.formats.length > 1);
    await watcher.more(3);
    expect(converters()).toHaveLength(1);
  });

  it('is refused where as many are converted as may, and given when one is free again', async () => {
    const { watch, metrics } = open({ codecs: ['h265', 'h265'], transcodes: 1 });
    const first = watch('c1');
    await first.more(1);
    const second = watch('c2');
    await expect.poll(() => second.end).toBe('TRANSCODE_BUSY');
    expect(await metrics.metrics()).toContain('hallwatch_transcodes 1\n');
    expect(await metrics.metrics()).toContain('hallwatch_transcodes_refused_total 1\n');
    first.leave!();
    await expect.poll(() => converters().length).toBe(0);
    const third = watch('c2');
    await third.more(1);
  });

  it('says what is missing', async () => {
    const { house, watch } = open({ codecs: ['h265'], ffmpegPath: '/nowhere/ffmpeg' });
    await new Watcher(house.hub('c1', 'sub')!).more(1);
    const watcher = watch();
    await expect.poll(() => watcher.end).toBe('FFMPEG_MISSING');
  });

  it('goes with its camera', async () => {
    const { house, watch } = open({ codecs: ['h265'] });
    const watcher = watch();
    await watcher.more(1);
    house.removeTarget('c1');
    expect(watcher.end).toBe('NOT_FOUND');
    await expect.poll(() => converters()).toEqual([]);
  });
});
