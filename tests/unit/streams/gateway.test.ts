import { describe, expect, it } from 'vitest';
import { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES, LiveMessage } from '#contract/live.ts';
import { ManualClock } from '#lib/clock.ts';
import { Backlog, type Verdict } from '../../../streams/gateway/backlog.ts';
import { BufferPool } from '../../../streams/buffer-pool.ts';
import { createEncoding } from '../../../streams/gateway/encoding.ts';
import { LiveViewer } from '../../../streams/gateway/live-viewer.ts';
import { Message } from '../../../streams/gateway/message.ts';
import { format, sound, soundFormat, state, unit } from './samples.ts';

describe('units on the wire', () => {
  it('carry flags, time, wall clock and data', () => {
    const { bytes } = createEncoding('units').unit({ ...unit(true, 1234.5), wallclock: 1_700_000_000_000.25 });
    expect(bytes[0]).toBe(LIVE_FLAG_KEY);
    expect(bytes.readDoubleBE(1)).toBe(1234.5);
    expect(bytes.readDoubleBE(9)).toBe(1_700_000_000_000.25);
    expect(bytes.subarray(LIVE_HEADER_BYTES)).toEqual(unit(true, 1234.5).data);
  });

  it('say NaN where the camera has not told its clock', () => {
    const { bytes } = createEncoding('units').unit(unit(false, 1));
    expect(bytes[0]).toBe(0);
    expect(bytes.readDoubleBE(9)).toBeNaN();
  });

  it.each(['units', 'fmp4'] as const)('are built once for all viewers of %s', (name) => {
    const encoding = createEncoding(name);
    const first = unit(true, 1);
    expect(encoding.unit(first)).toBe(encoding.unit(first));
    expect(encoding.unit(unit(false, 2))).not.toBe(encoding.unit(first));
  });

  it.each(['units', 'fmp4'] as const)(
    'lie in memory that is used again when all of %s have left, not before',
    (name) => {
      const pool = new BufferPool();
      const encoding = createEncoding(name, pool);
      const slow = encoding.unit(unit(true, 1, 3000));
      const left = [slow.hold(), slow.hold()];
      const before = Buffer.from(slow.bytes);
      const made = [2, 3, 4].map((pts) => encoding.unit(unit(false, pts, 1000)).bytes.buffer);
      expect(new Set(made).size).toBe(1);
      left[0]!();
      expect(pool.take(1).buffer).not.toBe(slow.bytes.buffer);
      expect(slow.bytes).toEqual(before);
      left[1]!();
      expect(pool.take(1).buffer).toBe(slow.bytes.buffer);
    },
  );
});

describe('frame of a message', () => {
  it.each([
    [125, '827d'],
    [126, '827e007e'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
  ])('of %i bytes has the head that RFC 6455 wants before them', (length, head) => {
    const message = new Message(new BufferPool(), length);
    message.bytes.fill(7);
    expect(message.frame.toString('hex', 0, head.length / 2)).toBe(head);
    expect(message.frame.subarray(head.length / 2)).toEqual(message.bytes);
  });
});

describe('backlog', () => {
  /** Plays 25 pictures a second of 10,000 bytes, a key frame a second; `waiting` tells the bytes on the socket. */
  function play(seconds: number, waiting: (ms: number) => number): { ms: number; verdict: Verdict; key: boolean }[] {
    const backlog = new Backlog();
    const verdicts = [];
    for (let i = 0; i < seconds * 25; i += 1) {
      const ms = i * 40;
      const each = unit(i % 25 === 0, ms, 10_000);
      verdicts.push({ ms, verdict: backlog.judge(each, waiting(ms), ms), key: each.key });
    }
    return verdicts;
  }

  it('sends everything to a viewer that follows', () => {
    expect(play(10, () => 20_000).every(({ verdict }) => verdict === 'send')).toBe(true);
  });

  it('is patient with the group of pictures it joined with', () => {
    expect(play(5, (ms) => Math.max(0, 2_000_000 - ms * 4000)).every(({ verdict }) => verdict === 'send')).toBe(true);
  });

  it('does not mind one key frame that is larger than all it allows', () => {
    const backlog = new Backlog();
    for (let i = 0; i < 100; i += 1) {
      const each = unit(i % 25 === 0, i * 40, i % 25 === 0 ? 2_000_000 : 1000);
      expect(backlog.judge(each, i % 25 === 1 ? 2_000_000 : 0, i * 40)).toBe('send');
    }
  });

  it('moves a viewer that fell behind forward to a key frame', () => {
    const verdicts = play(6, (ms) => (ms > 1000 && ms < 2500 ? 600_000 : 0));
    const skipped = verdicts.filter(({ verdict }) => verdict === 'skip');
    expect(skipped[0]!.ms).toBeGreaterThan(1700);
    expect(skipped.at(-1)!.ms).toBe(2960);
    expect(verdicts.find(({ ms }) => ms === 3000)).toEqual({ ms: 3000, verdict: 'send', key: true });
    expect(verdicts.filter(({ ms }) => ms > 3000).every(({ verdict }) => verdict === 'send')).toBe(true);
  });

  it('gives up on a viewer that takes nothing at all', () => {
    const gaveUp = play(20, (ms) => (ms > 0 ? 5_000_000 : 0)).find(({ verdict }) => verdict === 'hopeless');
    expect(gaveUp!.ms).toBeGreaterThan(10_000);
    expect(gaveUp!.ms).toBeLessThan(11_500);
  });

  it('gives up on a viewer that skips more than it sees', () => {
    const verdicts = play(60, (ms) => (ms % 4000 < 3000 ? 600_000 : 0));
    expect(verdicts.some(({ verdict }) => verdict === 'hopeless')).toBe(true);
  });
});

describe('live viewer', () => {
  function watch(name: 'units' | 'fmp4' = 'units') {
    const clock = new ManualClock(0);
    const sent: (string | Buffer)[] = [];
    const ends: string[] = [];
    let skipped = 0;
    const wire = {
      bufferedAmount: 0,
      send: (data: string | Buffer) => void sent.push(data),
      pass: ({ bytes }: Message) => void sent.push(Buffer.from(bytes)),
    };
    const viewer = new LiveViewer({
      wire,
      encoding: createEncoding(name),
      clock,
      onSkipped: (units) => (skipped += units),
      onOver: (code) => ends.push(code),
    });
    const words = () => sent.map((data) => (typeof data === 'string' ? LiveMessage.parse(JSON.parse(data)) : data));
    return { clock, wire, viewer, sent, ends, words, skipped: () => skipped };
  }

  it('tells state and config as the contract has them', () => {
    const { viewer, words } = watch();
    viewer.onState(state);
    viewer.onFormat(format);
    expect(words()).toEqual([
      {
        type: 'state',
        cameraId: 'c1',
        role: 'sub',
        status: 'live',
        since: state.since,
        code: null,
        source: 'rtsp',
        transcoded: false,
      },
      { type: 'config', codec: 'avc1.42c016', description: 'AULAFg==', width: 640, height: 360, fps: 25 },
    ]);
  });

  it('sends the initialisation segment behind the config for fmp4', () => {
    const { viewer, sent } = watch('fmp4');
    viewer.onFormat(format);
    expect((sent[1] as Buffer).toString('latin1', 4, 8)).toBe('ftyp');
  });

  it('says how much it left out before it goes on', () => {
    const { clock, wire, viewer, words, skipped } = watch();
    for (let i = 0; i <= 100; i += 1) {
      wire.bufferedAmount = i >= 10 && i < 60 ? 1_000_000 : 0;
      viewer.onUnit(unit(i % 25 === 0, i * 40, 1000));
      clock.advance(40);
    }
    const told = words();
    const at = told.findIndex((word) => !Buffer.isBuffer(word));
    expect(told[at]).toEqual({ type: 'skipped', units: skipped() });
    expect((told[at + 1] as Buffer)[0]).toBe(LIVE_FLAG_KEY);
    expect(skipped()).toBeGreaterThan(25);
  });

  it('sends sound to who asked for it, behind its format', () => {
    const { viewer, sent, words } = watch();
    viewer.onSoundFormat(soundFormat);
    viewer.onSound(sound(1));
    expect(sent).toEqual([]);
    viewer.ask({ type: 'sound', on: true });
    viewer.ask({ type: 'sound', on: true });
    viewer.onSound(sound(2.5));
    const [told, bytes] = words() as [object, Buffer];
    expect(told).toEqual({ type: 'sound', format: { codec: 'ulaw', sampleRate: 8000, channels: 1, description: '' } });
    expect(bytes[0]).toBe(LIVE_FLAG_SOUND);
    expect(bytes.readDoubleBE(1)).toBe(2.5);
    expect(bytes.subarray(LIVE_HEADER_BYTES)).toEqual(sound(2.5).data);
    viewer.ask({ type: 'sound', on: false });
    viewer.onSound(sound(3));
    expect(sent).toHaveLength(2);
  });

  it('says that there is no sound, and when there is some', () => {
    const { viewer, words } = watch();
    viewer.ask({ type: 'sound', on: true });
    viewer.onSound(sound(1));
    viewer.onSoundFormat(soundFormat);
    viewer.onSoundFormat(null);
    expect(words().map((word) => (word as { format: unknown }).format !== null)).toEqual([false, true, false]);
  });

  it('says so too where the format carries none', () => {
    const { viewer, words } = watch('fmp4');
    viewer.onSoundFormat(soundFormat);
    viewer.ask({ type: 'sound', on: true });
    viewer.onSound(sound(1));
    expect(words()).toEqual([{ type: 'sound', format: null }]);
  });

  it('leaves out sound before it leaves out pictures', () => {
    const { viewer, wire, sent, skipped } = watch();
    viewer.onSoundFormat(soundFormat);
    viewer.ask({ type: 'sound', on: true });
    viewer.onUnit(unit(true, 0, 1000));
    wire.bufferedAmount = 100_000;
    viewer.onSound(sound(1));
    viewer.onUnit(unit(false, 40, 1000));
    expect(sent.slice(1).map((data) => (data as Buffer)[0])).toEqual([LIVE_FLAG_KEY, 0]);
    expect(skipped()).toBe(0);
  });

  it('ends a hopeless viewer with its code and sends nothing after', () => {
    const { clock, wire, viewer, sent, ends } = watch();
    wire.bufferedAmount = 50_000_000;
    for (let i = 0; ends.length === 0 && i < 1000; i += 1) {
      viewer.onUnit(unit(i % 25 === 0, i * 40));
      clock.advance(40);
    }
    expect(sent.at(-1)).toBe('{"type":"end","code":"LIVE_VIEWER_SLOW"}');
    viewer.onState(state);
    viewer.onEnd('SHUTTING_DOWN');
    expect(sent.at(-1)).toBe('{"type":"end","code":"LIVE_VIEWER_SLOW"}');
    expect(ends).toEqual(['LIVE_VIEWER_SLOW']);
  });
});
