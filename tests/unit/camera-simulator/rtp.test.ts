import { describe, expect, it } from 'vitest';
import { RtpPacketiser, senderReport } from '../../../devices/simulators/camera/video/rtp.ts';
import { fc, test } from './property.ts';

/** Puts packets together again, by RFC 6184, 5.6 and 5.8. */
function depacketise(packets: readonly Buffer[]): Buffer[] {
  const nals: Buffer[] = [];
  for (const packet of packets) {
    const payload = packet.subarray(12);
    if ((payload[0]! & 0x1f) !== 28) {
      nals.push(payload);
      continue;
    }
    const isStart = (payload[1]! & 0x80) !== 0;
    const header = Buffer.from([(payload[0]! & 0xe0) | (payload[1]! & 0x1f)]);
    if (isStart) nals.push(header);
    nals.push(Buffer.concat([nals.pop()!, payload.subarray(2)]));
  }
  return nals;
}

const nal = fc
  .tuple(fc.constantFrom(0x65, 0x41, 0x67, 0x68), fc.uint8Array({ minLength: 1, maxLength: 6000 }))
  .map(([header, body]) => Buffer.concat([Buffer.from([header]), body]));

describe('RTP packets of a picture', () => {
  test('give its NAL units again', fc.array(nal, { minLength: 1, maxLength: 4 }), (nals) => {
    const packets = new RtpPacketiser({ ssrc: 1, sequence: 65_533 }).packets(nals, 90_000);
    expect(depacketise(packets)).toEqual(nals);
    expect(Math.max(...packets.map(({ length }) => length))).toBeLessThanOrEqual(1400);
    // The marker stands on the last packet only (RFC 6184, 5.1).
    expect(packets.map((packet) => packet[1]! >> 7)).toEqual(
      packets.map((_, at) => (at === packets.length - 1 ? 1 : 0)),
    );
    expect(packets.map((packet) => packet.readUInt16BE(2))).toEqual(packets.map((_, at) => (65_533 + at) % 65_536));
  });
});

describe('RTP packets of an H.265 picture', () => {
  const hevc = fc
    .tuple(fc.constantFrom(19, 1, 32), fc.uint8Array({ minLength: 2, maxLength: 6000 }))
    .map(([type, body]) => Buffer.concat([Buffer.from([type << 1, 1]), body]));
  test('give its NAL units again', fc.array(hevc, { minLength: 1, maxLength: 4 }), (nals) => {
    const again: Buffer[] = [];
    for (const packet of new RtpPacketiser({ ssrc: 1, sequence: 1 }).packets(nals, 0, 'h265')) {
      const payload = packet.subarray(12);
      if (((payload[0]! >> 1) & 0x3f) !== 49) {
        again.push(payload);
        continue;
      }
      // RFC 7798, 4.4.3
      const header = Buffer.from([(payload[0]! & 0x81) | ((payload[2]! & 0x3f) << 1), payload[1]!]);
      if (payload[2]! & 0x80) again.push(header);
      again.push(Buffer.concat([again.pop()!, payload.subarray(3)]));
    }
    expect(again).toEqual(nals);
  });
});

describe('a sender report', () => {
  it('ties the wall clock to the RTP clock', () => {
    const wallClock = Date.parse('2026-11-23T02:15:42.250Z');
    const report = senderReport({
      ssrc: 0xdeadbeef,
      wallClock,
      timestamp: 4_294_967_295,
      packetsSent: 7,
      bytesSent: 900,
      cname: 'w07',
    });
    expect(report.subarray(0, 4)).toEqual(Buffer.from([0x80, 200, 0, 6]));
    expect(report.readUInt32BE(4)).toBe(0xdeadbeef);
    expect((report.readUInt32BE(8) - 2_208_988_800) * 1000 + (report.readUInt32BE(12) / 2 ** 32) * 1000).toBeCloseTo(
      wallClock,
      2,
    );
    expect(report.readUInt32BE(16)).toBe(4_294_967_295);
    // The source description follows and fills whole words.
    expect(report[29]).toBe(202);
    expect(report.subarray(38, 41).toString()).toBe('w07');
    expect(report.length % 4).toBe(0);
  });
});
