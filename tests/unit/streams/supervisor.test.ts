import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { StoredCredentials } from '#lib/credential-guard.ts';
import { silentLogger } from '#lib/logger.ts';
import { Hub } from '../../../streams/hub.ts';
import type { Source, SourceEnd, SourceKind, SourceSink } from '../../../streams/source.ts';
import { AWAY_EVERY_MS, AWAY_PAUSE_MS } from '../../../streams/retry-pace.ts';
import { SILENT_AFTER_MS, START_WITHIN_MS, Supervisor, UNDECODABLE_AFTER_MS } from '../../../streams/supervisor.ts';
import { LONGEST_TRIAL_MS, TIMER_MS, type SourceChoice } from '../../../streams/supervisor-machine.ts';
import { format, RecordingViewer, sound, soundFormat, state, unit } from './samples.ts';

/** A source that does what the test says. */
class SteeredSource implements Source {
  readonly kind: SourceKind;
  readonly #ended = Promise.withResolvers<SourceEnd>();
  sink!: SourceSink;
  signal!: AbortSignal;

  constructor(kind: SourceKind) {
    this.kind = kind;
  }

  run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    this.sink = sink;
    this.signal = signal;
    signal.addEventListener('abort', () => this.#ended.resolve({ reason: 'stopped' }));
    return this.#ended.promise;
  }

  async fail(code: Extract<SourceEnd, { reason: 'failed' }>['code']): Promise<void> {
    this.#ended.resolve({ reason: 'failed', code, detail: 'd' });
    await settle();
  }

  show(pts = 0): void {
    this.sink.format(format);
    this.sink.unit(unit(true, pts));
  }
}

/** Lets promises that are resolved run their course. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function supervise(choice: SourceChoice = 'auto') {
  const clock = new ManualClock(1_000_000);
  const guard = new StoredCredentials({ clock });
  const hub = new Hub({ state, onViewers: () => undefined });
  const viewer = new RecordingViewer();
  hub.join(viewer);
  const sources: SteeredSource[] = [];
  const states: string[] = [];
  const supervisor = new Supervisor({
    hub,
    choice,
    source: (kind) => {
      const source = new SteeredSource(kind);
      sources.push(source);
      return source;
    },
    guard,
    clock,
    log: silentLogger,
    onState: ({ status, source, code }) => states.push([status, source, code].filter(Boolean).join(' ')),
    random: () => 0,
  });
  const tick = (ms: number, each?: () => void) => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.advance(100);
      each?.();
    }
  };
  return { clock, guard, hub, heard: viewer.heard, sources, states, supervisor, tick };
}

describe('supervisor', () => {
  it('leads pictures into the hub, on a line of time that goes on over a reconnect', async () => {
    const { clock, heard, hub, sources, states, supervisor } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    sources[0]!.sink.unit(unit(false, 40));
    await sources[0]!.fail('CAMERA_UNREACHABLE');
    clock.advance(1500);
    sources[1]!.show();
    expect(heard).toEqual(['live', 'avc1.42c016', 'key 1000000', 'delta 1000040', 'avc1.42c016', 'key 1001500']);
    expect(states).toEqual(['connecting', 'live rtsp', 'lost CAMERA_UNREACHABLE', 'live rtsp']);
    expect(hub.counts).toMatchObject({ units: 3, bytes: 30 });
    await supervisor.stop();
  });

  it('never goes back in time, even where the camera runs ahead of us', async () => {
    const { clock, hub, sources, supervisor } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    sources[0]!.sink.unit(unit(true, 500_000));
    await sources[0]!.fail('CAMERA_UNREACHABLE');
    clock.advance(1500);
    sources[1]!.show();
    expect(hub.lastPts).toBe(1_500_001);
    await supervisor.stop();
  });

  it('runs only rtmp for a device that pushes, and does not wait when it begins to', async () => {
    const { clock, sources, states, supervisor } = supervise('rtmp');
    supervisor.want(true);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await sources[attempt]!.fail('CAMERA_NOT_PUSHING');
      while (attempt < 4 && sources.length === attempt + 1) clock.advance(100);
    }
    expect(new Set(sources.map(({ kind }) => kind))).toEqual(new Set(['rtmp']));
    expect(states).toEqual(['connecting', 'lost CAMERA_NOT_PUSHING']);
    supervisor.hurry();
    expect(sources).toHaveLength(6);
    sources[5]!.show();
    expect(states.at(-1)).toBe('live rtmp');

    // It begins anew before we have noticed that it had ended.
    supervisor.hurry();
    await sources[5]!.fail('CAMERA_NOT_PUSHING');
    clock.advance(0);
    expect(sources).toHaveLength(7);
    await sources[6]!.fail('CAMERA_NOT_PUSHING');
    clock.advance(0);
    expect(sources).toHaveLength(7);
    await supervisor.stop();
  });

  it('calls a stream without pictures lost after three seconds', async () => {
    const { clock, sources, states, supervisor } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    clock.advance(SILENT_AFTER_MS);
    expect(states.at(-1)).toBe('live rtsp');
    clock.advance(500);
    expect(states.at(-1)).toBe('lost CAMERA_SILENT');
    expect(sources[0]!.signal.aborted).toBe(true);
    await supervisor.stop();
  });

  it('gives a camera longer for its first picture', async () => {
    const { clock, sources, states, supervisor } = supervise();
    supervisor.want(true);
    clock.advance(START_WITHIN_MS);
    expect(sources[0]!.signal.aborted).toBe(false);
    clock.advance(500);
    expect(states.at(-1)).toBe('lost CAMERA_SILENT');
    await supervisor.stop();
  });

  it('waits for the pictures of a camera that sends few', async () => {
    const { clock, sources, states, supervisor } = supervise();
    supervisor.want(true);
    sources[0]!.sink.format({ ...format, fps: 0.5 });
    sources[0]!.sink.unit(unit(true, 0));
    clock.advance(5900);
    expect(states.at(-1)).toBe('live rtsp');
    clock.advance(600);
    expect(states.at(-1)).toBe('lost CAMERA_SILENT');
    await supervisor.stop();
  });

  it('takes undecodable pictures for a sign of life, but not for ever', async () => {
    const { sources, states, supervisor, tick } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    tick(UNDECODABLE_AFTER_MS - 500, () => sources[0]!.sink.dropped());
    expect(states.at(-1)).toBe('live rtsp');
    tick(1100, () => sources[0]!.sink.dropped());
    expect(states.at(-1)).toBe('lost CAMERA_PROTOCOL');
    await supervisor.stop();
  });

  it('waits no longer for a key frame than twice the way from one to the next', async () => {
    const { sources, states, supervisor, tick } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    tick(4000, () => sources[0]!.sink.unit(unit(false, 1)));
    sources[0]!.show(4000);
    tick(7900, () => sources[0]!.sink.dropped());
    expect(states.at(-1)).toBe('live rtsp');
    tick(700, () => sources[0]!.sink.dropped());
    expect(states.at(-1)).toBe('lost CAMERA_PROTOCOL');
    await supervisor.stop();
  });

  it('does not blame the camera for a time in which we ourselves stood still', async () => {
    const { clock, sources, states, supervisor } = supervise();
    const every: (() => void)[] = [];
    clock.every = (_ms, action) => {
      every.push(action);
      return () => undefined;
    };
    supervisor.want(true);
    sources[0]!.show();
    clock.advance(10_000);
    every[0]!();
    expect(states.at(-1)).toBe('live rtsp');
    await supervisor.stop();
  });

  it('waits longer from failure to failure of a camera that answers, and starts over once it was live for a while', async () => {
    const { clock, sources, supervisor } = supervise();
    const failAndWait = async (ms: number) => {
      const before = sources.length;
      await sources.at(-1)!.fail('CAMERA_NO_STREAM');
      clock.advance(ms - 1);
      expect(sources.length).toBe(before);
      clock.advance(1);
      expect(sources.length).toBe(before + 1);
    };
    supervisor.want(true);
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) await failAndWait(ms);
    sources.at(-1)!.show();
    clock.advance(100);
    await failAndWait(30_000);
    sources.at(-1)!.show();
    for (let i = 0; i < 10; i += 1) {
      clock.advance(1000);
      sources.at(-1)!.sink.unit(unit(false, 40));
    }
    await failAndWait(1000);
    await supervisor.stop();
  });

  it('asks a camera that is away about every one and a half seconds, however long it was gone', async () => {
    const { clock, sources, supervisor } = supervise();
    supervisor.want(true);
    for (let attempt = 1; attempt < 50; attempt += 1) {
      await sources.at(-1)!.fail('CAMERA_UNREACHABLE');
      clock.advance(AWAY_EVERY_MS);
      expect(sources).toHaveLength(attempt + 1);
    }
    await supervisor.stop();
  });

  it('asks at once again where waiting for an answer took the time already', async () => {
    const { clock, sources, supervisor } = supervise();
    supervisor.want(true);
    clock.advance(4000);
    await sources[0]!.fail('CAMERA_SILENT');
    clock.advance(AWAY_PAUSE_MS);
    expect(sources).toHaveLength(2);
    await supervisor.stop();
  });

  it('leads sound beside the pictures, on their line of time, and only while they come', async () => {
    const { clock, heard, hub, sources, supervisor } = supervise();
    const viewer = new RecordingViewer();
    hub.join({
      onState: () => undefined,
      onFormat: () => undefined,
      onUnit: () => undefined,
      onEnd: () => undefined,
      onSoundFormat: (told) => viewer.heard.push(told ? told.codecString : 'no sound'),
      onSound: ({ pts }) => viewer.heard.push(`sound ${pts}`),
    });
    supervisor.want(true);
    const sink = sources[0]!.sink;
    sink.soundFormat!(soundFormat);
    sink.sound!(sound(0));
    expect(viewer.heard).toEqual([]);
    sources[0]!.show();
    sink.sound!(sound(20));
    await sources[0]!.fail('CAMERA_UNREACHABLE');
    clock.advance(AWAY_EVERY_MS);
    sink.sound!(sound(40));
    sources[1]!.show();
    expect(viewer.heard).toEqual(['ulaw', 'sound 1000020', 'no sound']);
    expect(heard).not.toContain('ulaw');
    await supervisor.stop();
  });

  it('tries a refused password again when a person says so, and not before', async () => {
    const { clock, guard, sources, supervisor } = supervise();
    supervisor.want(true);
    guard.refused('DESCRIBE: 401');
    await sources[0]!.fail('CAMERA_CREDENTIALS_REFUSED');
    clock.advance(30 * 24 * 3600_000);
    supervisor.want(false);
    clock.advance(TIMER_MS.linger);
    supervisor.want(true);
    await settle();
    expect(sources).toHaveLength(1);
    guard.lift();
    await settle();
    expect(sources).toHaveLength(2);
    await supervisor.stop();
  });

  it('falls back, says so, and hands over to rtsp without a hole once that works', async () => {
    const { clock, heard, sources, states, supervisor, tick } = supervise();
    supervisor.want(true);
    await sources[0]!.fail('CAMERA_CODEC_UNSUPPORTED');
    clock.advance(1000);
    const fallback = sources[1]!;
    expect(fallback.kind).toBe('ffmpeg');
    fallback.show();
    tick(LONGEST_TRIAL_MS, () => fallback.sink.unit(unit(false, 1)));
    const trial = sources[2]!;
    expect(trial.kind).toBe('rtsp');
    expect(fallback.signal.aborted).toBe(false);
    heard.length = 0;
    trial.sink.format({ ...format, codecString: 'avc1.64001f' });
    trial.sink.unit(unit(true, 0));
    fallback.sink.unit(unit(false, 2));
    expect(heard.map((word) => word.split(' ')[0])).toEqual(['avc1.64001f', 'key']);
    expect(states.slice(-2)).toEqual(['live ffmpeg', 'live rtsp']);
    expect(fallback.signal.aborted).toBe(true);
    await supervisor.stop();
  });

  it('lets go of everything when stopped, and hears no more of it', async () => {
    const { clock, heard, sources, states, supervisor } = supervise();
    supervisor.want(true);
    sources[0]!.show();
    await supervisor.stop();
    await supervisor.stop();
    sources[0]!.sink.unit(unit(false, 40));
    clock.advance(120_000);
    expect(sources).toHaveLength(1);
    expect(states.at(-1)).toBe('idle');
    expect(heard.at(-1)).toBe('key 1000000');
  });
});
