import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { rulesOf } from '../../../streams/codec/codec-rules.ts';
import { PictureBuilder } from '../../../streams/codec/picture-builder.ts';
import { RtpGate } from '../../../streams/rtsp/rtp-gate.ts';
import { RtpReceiver } from '../../../streams/rtsp/rtp-receiver.ts';
import { WallClock } from '../../../streams/rtsp/wall-clock.ts';
import { nalsOf, RecordingSink } from './recording-sink.ts';
import { fuA, PPS, rtp, slice, SPS, stapA, type PacketOptions } from './rtp-packets.ts';

function receive(codec: 'h264' | 'h265' = 'h264', parameterSets: Buffer[] = [SPS, PPS]) {
  const sink = new RecordingSink();
  const clock = new ManualClock(1_700_000_000_000);
  const builder = new PictureBuilder({ rules: rulesOf(codec), sink, announcedFps: null, parameterSets });
  const wallClock = new WallClock(90_000);
  const media = { payloadType: 96, clockRate: 90_000, clock };
  const receiver = new RtpReceiver({ ...media, codec, builder, wallClock });
  const gate = new RtpGate({
    ...media,
    deliver: (bytes, start, end) => receiver.packet(bytes, start, end),
    switched: () => receiver.restart(),
  });
  let sequence = 65_530;
  /** Sends a picture's payloads, the last one marked. */
  const picture = (timestamp: number, payloads: Buffer[], options: Partial<PacketOptions> = {}) => {
    payloads.forEach((payload, i) => {
      const packet = rtp(payload, { sequence, timestamp, marker: i === payloads.length - 1, ...options });
      sequence += 1;
      gate.packet(packet, 0, packet.length);
    });
  };
  const lose = (packets: number) => (sequence += packets);
  return { sink, clock, wallClock, gate, picture, lose };
}

const big = (key: boolean, filler: number) => slice(key, Array<number>(5000).fill(filler));

describe('RTP receiver, H.264', () => {
  it('puts single NAL units, aggregates and fragments together, over the wrap of the sequence', () => {
    const { sink, picture } = receive('h264', []);
    picture(1000, [stapA(SPS, PPS), ...fuA(big(true, 1), 1000)]);
    for (let i = 1; i < 5; i += 1) picture(1000 + i * 3600, [slice(false, [i])]);
    expect(sink.order).toEqual(['format', 'key', 'delta', 'delta', 'delta', 'delta']);
    expect(nalsOf(sink.units[0]!)).toEqual([big(true, 1).toString('hex')]);
    expect(sink.units.map((unit) => unit.pts)).toEqual([0, 40, 80, 120, 160]);
  });

  it('passes over padding, contributing sources and header extensions', () => {
    const { sink, picture } = receive();
    picture(0, [slice(true, [1])], { padding: 7, contributors: 3, extensionWords: 2 });
    expect(nalsOf(sink.units[0]!)).toEqual(['658801']);
  });

  it('passes over packets of another payload type, which are no gap either', () => {
    const { sink, picture } = receive();
    picture(0, [slice(true, [1])], { payloadType: 97 });
    picture(0, [slice(true, [1])]);
    const pieces = fuA(big(false, 2), 1000);
    picture(3600, pieces.slice(0, 2), { marker: false });
    picture(3600, [Buffer.from('nothing of ours')], { payloadType: 100 });
    picture(3600, pieces.slice(2));
    expect(sink.order).toEqual(['format', 'key', 'delta']);
  });

  it('drops a picture of which a fragment is missing, and what builds on it', () => {
    const { sink, picture, lose } = receive();
    picture(0, [slice(true, [1])]);
    const pieces = fuA(big(false, 2), 1000);
    picture(3600, pieces.slice(0, 2), { marker: false });
    lose(1);
    picture(3600, pieces.slice(3));
    picture(7200, [slice(false, [3])]);
    picture(10_800, [slice(true, [4])]);
    expect(sink.order).toEqual(['format', 'key', 'dropped', 'dropped', 'key']);
  });

  it('notices a whole picture that is missing', () => {
    const { sink, picture, lose } = receive();
    picture(0, [slice(true, [1])]);
    lose(1);
    picture(7200, [slice(false, [3])]);
    expect(sink.order).toEqual(['format', 'key', 'dropped']);
  });

  it('ignores a packet that comes twice', () => {
    const { sink, picture, lose } = receive();
    picture(0, [slice(true, [1])]);
    lose(-1);
    picture(0, [slice(true, [1])]);
    picture(3600, [slice(false, [2])]);
    expect(sink.order).toEqual(['format', 'key', 'delta']);
  });

  it('takes a new source for a new beginning', () => {
    const { sink, picture } = receive();
    picture(0, [slice(true, [1])]);
    picture(500, [slice(false, [2])], { source: 8 });
    picture(4100, [slice(true, [3])], { source: 8 });
    expect(sink.order).toEqual(['format', 'key', 'dropped', 'key']);
  });

  it('ends a picture at the next timestamp where the marker is missing', () => {
    const { sink, picture } = receive();
    picture(0, [slice(true, [1])], { marker: false });
    picture(3600, [slice(false, [2])], { marker: false });
    picture(7200, [slice(false, [3])], { marker: false });
    expect(sink.order).toEqual(['format', 'key', 'delta']);
  });

  it('stops trusting markers of a camera that sets them on every slice', () => {
    const { sink, picture } = receive();
    const send = (timestamp: number, key: boolean) => {
      picture(timestamp, [slice(key, [1])]);
      picture(timestamp, [slice(key, [2], false)]);
    };
    send(0, true);
    send(3600, false);
    send(7200, true);
    send(10_800, false);
    send(14_400, false);
    expect(sink.units.slice(-2).map((unit) => nalsOf(unit).length)).toEqual([2, 2]);
    expect(sink.units.slice(-2).map((unit) => unit.key)).toEqual([true, false]);
  });

  it('does not end a picture at a marker behind its parameter sets', () => {
    const { sink, picture } = receive('h264', []);
    picture(0, [SPS]);
    picture(0, [PPS]);
    picture(0, [slice(true, [1])]);
    expect(sink.order).toEqual(['format', 'key']);
  });

  it('tells the wall clock once the camera has said it', () => {
    const { sink, picture, wallClock } = receive();
    picture(0, [slice(true, [1])]);
    wallClock.report(1_700_000_000 + 2_208_988_800, 2 ** 31, 3600, 1_700_000_000_000);
    picture(7200, [slice(false, [1])]);
    expect(sink.units.map((unit) => unit.wallclock)).toEqual([null, 1_700_000_000_540]);
  });

  it('drops a picture whose fragment has no end', () => {
    const { sink, picture } = receive();
    picture(0, [slice(true, [1])]);
    picture(3600, fuA(big(false, 2), 1000).slice(0, 3));
    picture(7200, [slice(true, [3])]);
    expect(sink.order).toEqual(['format', 'key', 'dropped', 'key']);
  });
});

describe('RTP receiver, H.265', () => {
  const vps = Buffer.from('40010c01ffff016000000300900000030000030078959409', 'hex');
  const sps = Buffer.from(
    '420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84',
    'hex',
  );
  const pps = Buffer.from('4401c073c189', 'hex');
  const idr = (filler: number) => Buffer.from([0x26, 1, 0x80, ...Array<number>(3000).fill(filler)]);
  const trailing = Buffer.from([0x02, 1, 0x80, 9]);

  it('puts aggregation and fragmentation units together', () => {
    const { sink, picture } = receive('h265', []);
    const aggregate = Buffer.concat([
      Buffer.from([0x60, 1]),
      ...[vps, sps, pps].flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 255]), nal]),
    ]);
    const key = idr(3);
    const fragments = [0, 1, 2].map((i) =>
      Buffer.concat([
        Buffer.from([0x62, 1, (i === 0 ? 0x80 : 0) | (i === 2 ? 0x40 : 0) | 19]),
        key.subarray(2 + i * 1001, 2 + (i + 1) * 1001),
      ]),
    );
    picture(0, [aggregate, ...fragments]);
    picture(3600, [trailing]);
    expect(sink.order).toEqual(['format', 'key', 'delta']);
    expect(sink.formats[0]).toMatchObject({ codecString: 'hvc1.1.6.L120.90', width: 1920, height: 1080 });
    expect(nalsOf(sink.units[0]!)).toEqual([key.toString('hex')]);
  });
});

describe('RTP receiver, any bytes', () => {
  it('neither fails nor hands out what is no picture', () => {
    const packet = fc.record({
      payload: fc.uint8Array({ maxLength: 80 }),
      timestamp: fc.nat(5),
      marker: fc.boolean(),
      step: fc.integer({ min: 0, max: 2 }),
      header: fc.option(fc.nat(255)),
    });
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 60 }),
        fc.constantFrom('h264' as const, 'h265' as const),
        (packets, codec) => {
          const { sink, gate } = receive(codec, []);
          let sequence = 0;
          for (const { payload, timestamp, marker, step, header } of packets) {
            sequence += step;
            const bytes = rtp(payload, { sequence, timestamp, marker });
            if (header !== null) bytes[0] = header;
            gate.packet(bytes, 0, bytes.length);
          }
          for (const unit of sink.units) expect(nalsOf(unit).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
