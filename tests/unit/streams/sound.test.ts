import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { kept, type SoundUnit } from '../../../streams/access-unit.ts';
import { parseSdp } from '../../../streams/rtsp/sdp.ts';
import { SoundReader } from '../../../streams/rtsp/sound-reader.ts';
import { chooseSoundTrack, type SoundTrack } from '../../../streams/rtsp/sound-track.ts';
import { Synchroniser } from '../../../streams/rtsp/synchroniser.ts';
import { WallClock } from '../../../streams/rtsp/wall-clock.ts';
import { rtp } from './rtp-packets.ts';

const choose = (...lines: string[]) => chooseSoundTrack(parseSdp(lines.join('\r\n')));
const AAC = [
  'm=audio 0 RTP/AVP 97',
  'a=control:track2',
  'a=rtpmap:97 MPEG4-GENERIC/16000/1',
  'a=fmtp:97 streamtype=5; profile-level-id=15; mode=AAC-hbr; config=1408; SizeLength=13; IndexLength=3; IndexDeltaLength=3',
];

describe('sound in a session description', () => {
  it('is AAC with its configuration', () => {
    expect(choose(...AAC)).toEqual({
      format: {
        codec: 'aac',
        codecString: 'mp4a.40.2',
        sampleRate: 16_000,
        channels: 1,
        description: Buffer.from('1408', 'hex'),
      },
      payloadType: 97,
      clockRate: 16_000,
      control: 'track2',
      frameSamples: 1024,
    });
  });

  it.each([
    ['by its static type', ['m=audio 0 RTP/AVP 0'], 'ulaw', 8000, 1],
    ['by its static type', ['m=audio 0 RTP/AVP 8'], 'alaw', 8000, 1],
    ['by name', ['m=audio 0 RTP/AVP 98', 'a=rtpmap:98 pcma/16000/2'], 'alaw', 16_000, 2],
  ])('is G.711 %s', (_, lines, codec, sampleRate, channels) => {
    const description = Buffer.alloc(0);
    expect(choose(...lines)?.format).toEqual({ codec, codecString: codec, sampleRate, channels, description });
  });

  it('is the first that we can carry', () => {
    const g726 = ['m=audio 0 RTP/AVP 99', 'a=rtpmap:99 G726-32/8000'];
    expect(choose(...g726)).toBeNull();
    expect(choose(...g726, ...AAC)?.payloadType).toBe(97);
    const loudspeaker = ['m=audio 0 RTP/AVP 0', 'a=sendonly'];
    expect(choose(...loudspeaker, ...AAC)?.payloadType).toBe(97);
  });

  it.each([
    ['another mode', AAC.map((line) => line.replace('AAC-hbr', 'CELP-vbr'))],
    ['other header sizes', AAC.map((line) => line.replace('=13', '=6'))],
    ['no configuration', AAC.map((line) => line.replace('1408', ''))],
    ['a configuration of HE-AAC', AAC.map((line) => line.replace('1408', '2b11'))],
    ['no channels', AAC.map((line) => line.replace('1408', '1400'))],
    ['no sound', ['m=video 0 RTP/AVP 96']],
  ])('with %s is none', (_, lines) => {
    expect(choose(...lines)).toBeNull();
  });
});

describe('sound out of RTP', () => {
  function open(track: SoundTrack) {
    const clock = new ManualClock(1_700_000_000_000);
    const synchroniser = new Synchroniser();
    synchroniser.picture(1000, null, clock.monotonic());
    const units: SoundUnit[] = [];
    const wallClock = new WallClock(track.clockRate);
    const reader = new SoundReader({ track, wallClock, synchroniser, clock, take: (unit) => units.push(kept(unit)) });
    let sequence = 0;
    const put = (payload: Buffer, timestamp: number, marker = true) => {
      const packet = rtp(payload, { sequence: (sequence += 1), timestamp, marker, payloadType: track.payloadType });
      reader.packet(packet, 0, packet.length);
    };
    return { units, put, wallClock, lose: () => (sequence += 1) };
  }
  const header = (...sizes: number[]) =>
    Buffer.concat([
      Buffer.from([0, 16 * sizes.length]),
      ...sizes.map((size) => Buffer.from([size >> 5, (size << 3) & 255])),
    ]);
  const frame = (size: number, filler: number) => Buffer.alloc(size, filler);

  it('takes G.711 as it comes, on the line of the pictures', () => {
    const { units, put, wallClock } = open(choose('m=audio 0 RTP/AVP 8')!);
    wallClock.report(1_700_000_000 + 2_208_988_800, 0, 5000, 1_700_000_000_000);
    put(frame(160, 1), 5000);
    put(frame(160, 2), 5160);
    expect(units).toMatchObject([
      { track: 'sound', pts: 1000, wallclock: 1_700_000_000_000, data: frame(160, 1) },
      { track: 'sound', pts: 1020, wallclock: 1_700_000_000_020, data: frame(160, 2) },
    ]);
  });

  it('takes several frames of AAC out of a packet, each with its time', () => {
    const { units, put } = open(choose(...AAC)!);
    put(Buffer.concat([header(100, 50), frame(100, 1), frame(50, 2)]), 0);
    put(Buffer.concat([header(70), frame(70, 3)]), 2048);
    expect(units.map(({ data }) => data)).toEqual([frame(100, 1), frame(50, 2), frame(70, 3)]);
    expect(units.map(({ pts }) => pts)).toEqual([1000, 1064, 1128]);
  });

  it('puts a frame together that comes in pieces, and forgets it where one is lost', () => {
    const { units, put, lose } = open(choose(...AAC)!);
    put(Buffer.concat([header(250), frame(100, 1)]), 0, false);
    put(Buffer.concat([header(250), frame(100, 1)]), 0, false);
    put(Buffer.concat([header(250), frame(50, 1)]), 0);
    put(Buffer.concat([header(250), frame(100, 2)]), 1024, false);
    lose();
    put(Buffer.concat([header(250), frame(50, 2)]), 1024);
    put(Buffer.concat([header(40), frame(40, 3)]), 2048);
    expect(units.map(({ data }) => data)).toEqual([frame(250, 1), frame(40, 3)]);
  });

  it('leaves out what is broken', () => {
    const { units, put } = open(choose(...AAC)!);
    put(Buffer.from([0]), 0);
    put(Buffer.from([0, 15, 1, 2]), 0);
    put(Buffer.from([255, 255, 1, 2]), 0);
    put(Buffer.concat([header(100, 50), frame(20, 1)]), 0);
    put(header(0), 0);
    expect(units).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(), (bytes, timestamp) => put(Buffer.from(bytes), timestamp)),
    );
    for (const { data } of units) expect(data.length).toBeGreaterThan(0);
  });
});

describe('sound and pictures', () => {
  it('meet by their time of arrival until both have said their wall clock', () => {
    const synchroniser = new Synchroniser();
    expect(synchroniser.place(0, null, 0)).toBeNull();
    synchroniser.picture(500, null, 10_000);
    expect(synchroniser.place(0, null, 10_020)).toBe(520);
    synchroniser.picture(540, 7540, 10_040);
    expect(synchroniser.place(40, 7740, 10_060)).toBe(740);
    expect(synchroniser.place(80, 7780, 10_100)).toBe(780);
  });

  it('do not move apart where the clock of the camera is set between their reports, nor for a trifle', () => {
    const synchroniser = new Synchroniser();
    synchroniser.picture(0, 7000, 0);
    expect(synchroniser.place(0, 7000 + 3_600_000, 0)).toBe(0);
    expect(synchroniser.place(40, 7090, 40)).toBe(40);
  });

  it('never go back', () => {
    const synchroniser = new Synchroniser();
    synchroniser.picture(0, 7000, 0);
    expect(synchroniser.place(0, 7500, 100)).toBe(500);
    expect(synchroniser.place(20, 7020, 120)).toBeGreaterThan(500);
  });
});
