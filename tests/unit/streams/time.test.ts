import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../../streams/codec/timeline.ts';
import { readRtcp } from '../../../streams/rtsp/rtcp.ts';
import { WallClock } from '../../../streams/rtsp/wall-clock.ts';

describe('timeline', () => {
  it('begins at 0 and runs in milliseconds', () => {
    const timeline = new Timeline(90_000);
    expect([5000, 8600, 12_200].map((timestamp, i) => timeline.pts(timestamp, i * 40))).toEqual([0, 40, 80]);
  });

  it('goes on over the wrap of 32 bits', () => {
    const timeline = new Timeline(90_000);
    expect([2 ** 32 - 3600, 0, 3600].map((timestamp, i) => timeline.pts(timestamp, i * 40))).toEqual([0, 40, 80]);
  });

  it('bridges a jump of the clock of the camera by the time that went by', () => {
    const timeline = new Timeline(90_000);
    timeline.pts(0, 0);
    expect(timeline.pts(900_000_000, 40)).toBe(40);
    expect(timeline.pts(900_003_600, 80)).toBe(80);
    expect(timeline.pts(500, 120)).toBe(120);
  });

  it('does not stand still where the clock of the camera goes back by seconds', () => {
    const timeline = new Timeline(90_000);
    const pts = [900_000, 903_600, 450_000, 453_600].map((timestamp, i) => timeline.pts(timestamp, i * 40));
    expect(pts).toEqual([0, 40, 80, 120]);
  });

  it('takes a pause for a pause', () => {
    const timeline = new Timeline(90_000);
    timeline.pts(0, 0);
    expect(timeline.pts(30 * 90_000, 30_000)).toBe(30_000);
  });

  it('keeps growing where pictures come out of their order, and comes back to the clock', () => {
    const timeline = new Timeline(1000);
    const pts = [0, 120, 40, 80, 240].map((timestamp, i) => timeline.pts(timestamp, i * 40));
    expect(pts).toEqual([0, 120, 121, 122, 240]);
  });

  it('grows strictly, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(20_000)), { maxLength: 50 }), (steps) => {
        const timeline = new Timeline(90_000);
        let arrival = 0;
        let last = -1;
        for (const [timestamp, passed] of steps) {
          arrival += passed;
          const pts = timeline.pts(timestamp, arrival);
          expect(pts).toBeGreaterThan(last);
          last = pts;
        }
      }),
    );
  });
});

describe('wall clock', () => {
  const now = Date.UTC(2026, 5, 1);
  const ntp = (epochMs: number) => Math.floor(epochMs / 1000) + 2_208_988_800;

  it('is unknown until a report', () => {
    expect(new WallClock(90_000).at(0)).toBeNull();
  });

  it('maps timestamps before and behind the report, over the wrap', () => {
    const clock = new WallClock(90_000);
    clock.report(ntp(now), 0, 10, now);
    expect(clock.at(90_010)).toBe(now + 1000);
    expect(clock.at(2 ** 32 + 10 - 90_000)).toBe(now - 1000);
  });

  it('reads seconds behind the end of the first NTP era in 2036', () => {
    const later = Date.UTC(2040, 0, 1);
    const clock = new WallClock(90_000);
    clock.report(ntp(later) - 2 ** 32, 0, 0, later);
    expect(clock.at(0)).toBe(later);
  });

  it.each([
    ['zero', 0],
    ['an hour since the camera started', 3600],
    ['the year 2000, a clock that was never set', ntp(Date.UTC(2000, 0, 1))],
  ])('does not believe %s', (_, seconds) => {
    const clock = new WallClock(90_000);
    clock.report(seconds, 0, 0, now);
    expect(clock.at(0)).toBeNull();
  });
});

describe('RTCP', () => {
  const listen = (bytes: Buffer) => {
    const heard: unknown[] = [];
    readRtcp(bytes, 0, bytes.length, {
      senderReport: (...report) => heard.push(report),
      goodbye: (source) => heard.push(`goodbye ${source}`),
    });
    return heard;
  };
  const report = Buffer.from(
    '80c80006' + '00000007' + 'e8000000' + '80000000' + '00001000' + '0000000100000064',
    'hex',
  );
  const description = Buffer.from('81ca0002' + '00000007' + '01000000', 'hex');
  const goodbye = Buffer.from('81cb0001' + '00000007', 'hex');

  it('walks a compound packet', () => {
    expect(listen(Buffer.concat([report, description, goodbye]))).toEqual([
      [7, 0xe8000000, 0x80000000, 0x1000],
      'goodbye 7',
    ]);
  });

  it('hears whom a goodbye is from, and of no more than it holds', () => {
    expect(listen(Buffer.from('82cb0002' + '00000007' + '00000008', 'hex'))).toEqual(['goodbye 7', 'goodbye 8']);
    expect(listen(Buffer.from('9fcb0001' + '00000007', 'hex'))).toEqual(['goodbye 7']);
    expect(listen(Buffer.from('80cb0000', 'hex'))).toEqual([]);
  });

  it('passes over what is cut off or no RTCP', () => {
    expect(listen(report.subarray(0, 20))).toEqual([]);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void listen(Buffer.from(bytes))));
  });
});
