import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { ReceiverStatistics } from '../../../streams/rtsp/receiver-statistics.ts';
import { MAX_HELD_PACKETS, REORDER_WITHIN_MS, ReorderBuffer } from '../../../streams/rtsp/reorder-buffer.ts';
import { RtpGate } from '../../../streams/rtsp/rtp-gate.ts';
import { rtp } from './rtp-packets.ts';

describe('reordering', () => {
  function open() {
    const clock = new ManualClock(0);
    const out: number[] = [];
    const buffer = new ReorderBuffer({ clock, deliver: (bytes, start) => out.push(bytes.readUInt16BE(start + 2)) });
    const put = (...sequences: number[]) => {
      for (const sequence of sequences) {
        const packet = rtp(Buffer.alloc(100), { sequence, timestamp: 0 });
        buffer.packet(packet, 0, packet.length);
      }
    };
    return { clock, out, buffer, put };
  }

  it('brings packets into order, over the wrap too, and leaves out what comes twice', () => {
    const { out, buffer, put } = open();
    put(65_534, 0, 65_535, 65_535, 2, 1, 2, 0, 3);
    expect(out).toEqual([65_534, 65_535, 0, 1, 2, 3]);
    expect(buffer.heldPackets).toBe(0);
  });

  it('waits for a gap, but not long, and not at all for what comes later', () => {
    const { clock, out, put } = open();
    put(1, 3, 4);
    clock.advance(REORDER_WITHIN_MS - 1);
    expect(out).toEqual([1]);
    clock.advance(1);
    expect(out).toEqual([1, 3, 4]);
    put(2, 5);
    expect(out).toEqual([1, 3, 4, 5]);
  });

  it('gives each of two gaps its time', () => {
    const { clock, out, put } = open();
    put(1, 3, 5);
    clock.advance(REORDER_WITHIN_MS);
    expect(out).toEqual([1, 3]);
    put(4);
    expect(out).toEqual([1, 3, 4, 5]);
  });

  it('holds so many and no more', () => {
    const { out, buffer, put } = open();
    put(0, ...Array.from({ length: MAX_HELD_PACKETS }, (_, i) => i + 2));
    expect(buffer.heldPackets).toBe(MAX_HELD_PACKETS);
    put(MAX_HELD_PACKETS + 2);
    expect(buffer.heldPackets).toBe(0);
    expect(out).toHaveLength(MAX_HELD_PACKETS + 2);
  });

  it('is led astray by no stray packet, but follows a new beginning', () => {
    const { out, put } = open();
    put(1, 30_000, 2, 3, 50_000, 50_001, 50_002);
    expect(out).toEqual([1, 2, 3, 50_001, 50_002]);
  });

  it('tells a late packet from a new beginning a hundred behind', () => {
    const late = open();
    late.put(200, 101, 102);
    expect(late.out).toEqual([200]);
    const anew = open();
    anew.put(200, 99, 100);
    expect(anew.out).toEqual([200, 100]);
  });

  it('never goes back, and holds a bounded number, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(20)), { maxLength: 200 }), (packets) => {
        const { clock, out, buffer, put } = open();
        for (const [sequence, ms] of packets) {
          put(sequence);
          clock.advance(ms);
          expect(buffer.heldPackets).toBeLessThanOrEqual(MAX_HELD_PACKETS);
        }
        clock.advance(REORDER_WITHIN_MS * 300);
        expect(buffer.heldPackets).toBe(0);
        // 100 behind and more is no late packet but a new beginning (RFC 3550, A.1: MAX_MISORDER).
        const steps = out.slice(1).map((sequence, i) => sequence - out[i]!);
        for (const step of steps) expect(step > 0 || step <= -100).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('statistics of a source (RFC 3550, A)', () => {
  function open() {
    const clock = { now: 0, monotonic: () => clock.now };
    const statistics = new ReceiverStatistics(90_000, clock);
    const put = (sequence: number, timestamp: number, arrival: number) => {
      clock.now = arrival;
      statistics.packet(sequence & 0xffff, timestamp);
    };
    /** Pictures of one packet each, 40 ms apart, as even in their arrival as in their timestamps. */
    const play = (sequences: number[]) => {
      for (const each of sequences) put(each, each * 3600, each * 40);
    };
    return { statistics, put, play };
  }
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

  it('counts what is missing, over the wrap, since the last report and in all', () => {
    const { statistics, play } = open();
    statistics.begin(65_500);
    play(range(65_500, 100).filter((each) => each % 10 !== 5));
    expect(statistics.report()).toMatchObject({ expected: 100, lost: 10, fractionLost: 25, cumulativeLost: 10 });
    play(range(65_600, 50));
    expect(statistics.report()).toMatchObject({ expected: 50, lost: 0, cumulativeLost: 10, highestSequence: 65_649 });
  });

  it('does not take order for loss', () => {
    const { statistics, play } = open();
    statistics.begin(0);
    play([0, 2, 1, 4, 3, 5]);
    expect(statistics.report()).toMatchObject({ expected: 6, lost: 0 });
  });

  it('counts a stray packet neither as received nor as a leap', () => {
    const { statistics, play } = open();
    statistics.begin(0);
    play([0, 1, 40_000, 2, 3]);
    expect(statistics.report()).toMatchObject({ expected: 4, lost: 0 });
    play([50_000, 50_001, 50_002]);
    expect(statistics.report()).toMatchObject({ expected: 2, lost: 0 });
  });

  it('measures jitter, and no more than that where the clock of the camera is set', () => {
    const steady = open();
    steady.statistics.begin(0);
    steady.play(range(0, 50));
    steady.put(50, 3_000_000_000, 2000);
    steady.play(range(51, 50));
    expect(steady.statistics.report().jitterMs).toBe(0);

    const shaken = open();
    shaken.statistics.begin(0);
    for (const i of range(0, 500)) shaken.put(i, i * 3600, i * 40 + (i % 2) * 10);
    expect(shaken.statistics.report().jitterMs).toBeCloseTo(10, 1);
  });

  it('asks for nothing before the first packet', () => {
    expect(open().statistics.report()).toMatchObject({ expected: 0, lost: 0, fractionLost: 0 });
  });
});

describe('gate of a track', () => {
  function open() {
    const clock = new ManualClock(0);
    const passed: string[] = [];
    const gate = new RtpGate({
      payloadType: 96,
      clockRate: 90_000,
      clock,
      deliver: (bytes, start) => passed.push(`${bytes.readUInt32BE(start + 8)}/${bytes.readUInt16BE(start + 2)}`),
      switched: () => passed.push('switched'),
    });
    const put = (source: number, sequence: number, payloadType = 96) => {
      const packet = rtp(Buffer.alloc(10), { source, sequence, timestamp: 0, payloadType });
      gate.packet(packet, 0, packet.length);
    };
    return { passed, put, gate };
  }

  it('believes another source once two of its packets follow each other, and loses neither', () => {
    const { passed, put } = open();
    put(7, 1);
    put(8, 100);
    put(8, 101);
    put(8, 102);
    expect(passed).toEqual(['7/1', 'switched', '8/100', '8/101', '8/102']);
  });

  it('ignores strays between the packets of its source', () => {
    const { passed, put } = open();
    for (let i = 0; i < 4; i += 1) {
      put(7, i);
      put(1000 + i, 9 * i);
    }
    put(8, 4);
    put(7, 4);
    put(8, 5);
    expect(passed).toEqual(['7/0', '7/1', '7/2', '7/3', '7/4']);
  });

  it('begins with the payload type of the track, and then lets pass whatever its source sends', () => {
    const { passed, put } = open();
    put(5, 1, 100);
    put(7, 1);
    put(7, 2, 100);
    put(5, 2, 100);
    put(5, 3, 100);
    expect(passed).toEqual(['7/1', '7/2']);
  });

  it('takes anything without failing', () => {
    const { gate } = open();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => gate.packet(Buffer.from(bytes), 0, bytes.length)),
    );
  });
});
