import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../streams/codec/bit-reader.ts';
import { parseH264Sps } from '../../../streams/codec/h264-sps.ts';
import { parseH265Sps } from '../../../streams/codec/h265-sps.ts';
import { MAX_PICTURE_SIDE } from '../../../streams/codec/sps-facts.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('bit reader', () => {
  it('reads Exp-Golomb numbers by table 9-2 and 9-3', () => {
    // 1 010 011 00100 00101 -> 0 1 2 3 4
    const reader = new BitReader(hex('a6429800'));
    expect([reader.ue(), reader.ue(), reader.ue(), reader.ue(), reader.ue()]).toEqual([0, 1, 2, 3, 4]);
    const signed = new BitReader(hex('a6429800'));
    expect([signed.se(), signed.se(), signed.se(), signed.se(), signed.se()]).toEqual([0, 1, -1, 2, -2]);
  });

  it('leaves out emulation prevention bytes', () => {
    const reader = new BitReader(hex('00000301000003ff'));
    expect(reader.bits(32)).toBe(0x00000100);
    expect(reader.bits(16)).toBe(0x00ff);
    expect(reader.overrun).toBe(false);
  });

  it('says so when the bytes end', () => {
    const reader = new BitReader(hex('ff'));
    reader.bits(9);
    expect(reader.overrun).toBe(true);
  });

  it('refuses a number that never ends', () => {
    const reader = new BitReader(Buffer.alloc(64));
    expect(reader.ue()).toBe(0);
    expect(reader.overrun).toBe(true);
  });
});

describe('H.264 sequence parameter set', () => {
  it.each([
    ['baseline', '6742c016da0280bfe5c044000003000400000300783c58ba80', 640, 360, 15],
    ['1080 lines cropped from 1088', '6742c028da01e0089f97011000000300100000030320f1832a', 1920, 1080, 25],
    ['NTSC rate, cropped on two sides', '6742c01eda0290bf8893011000003e90000ea600f162ea', 642, 362, 29.97],
    ['interlaced with scaling matrix', '6764001eace80b424d808800000300080000030190f8a155', 720, 576, 25],
    ['4:4:4', '67f4000b919681519e3e2f011000000300100000030140f142aa', 322, 182, 10],
    ['4:2:2 with 10 bits', '677a000bb6cb40a0cfc6e022000003000200000300281e285540', 320, 180, 10],
    ['grey', '6764000bf2d02833f1b80b64000003000400000300503c50aa80', 320, 180, 10],
    ['a camera of 720 lines', '674d001f9a6402802dff35010101400000fa000030d401', 1280, 720, 25],
    [
      'a camera with scaling lists',
      '67640028ad84010c20086100430802184010c200843b503c0113f2cdc040405000000fa0000186a084',
      1920,
      1080,
      12.5,
    ],
  ])('%s', (_, nal, width, height, fps) => {
    expect(parseH264Sps(hex(nal))).toMatchObject({ id: 0, width, height, fps });
  });

  it('knows bit depth and chroma format', () => {
    const nal = hex('677a000bb6cb40a0cfc6e022000003000200000300281e285540');
    expect(parseH264Sps(nal)).toMatchObject({ chromaFormat: 2, bitDepthLuma: 10, bitDepthChroma: 10 });
  });

  it('is null when cut off anywhere before its size is known', () => {
    const nal = hex('6764001eace80b424d808800000300080000030190f8a155');
    for (let length = 0; length < 9; length += 1) expect(parseH264Sps(nal.subarray(0, length))).toBeNull();
  });
});

describe('H.265 sequence parameter set', () => {
  it.each([
    ['main', '420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84', 1920, 1080, 8],
    [
      'main 10, cropped',
      '42010102200000030090000003000003005da00280802d1cd4d965654a4c2f016808000003000800000300c840',
      1270,
      718,
      10,
    ],
    ['4:4:4', '4201010408000003009e0800000300003c90015101838f8bcb2b2a5261780b4040000003004000000642', 322, 182, 8],
  ])('%s', (_, nal, width, height, bitDepthLuma) => {
    expect(parseH265Sps(hex(nal))).toMatchObject({ id: 0, width, height, bitDepthLuma });
  });
});

describe('any bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  const sane = (side: number) => side >= 1 && side <= MAX_PICTURE_SIDE;

  it('give a size that can be, or null', () => {
    fc.assert(
      fc.property(bytes, (tail) => {
        for (const [parse, header] of [
          [parseH264Sps, [0x67]],
          [parseH265Sps, [0x42, 1]],
        ] as const) {
          const facts = parse(Uint8Array.from([...header, ...tail]));
          expect(facts === null || (sane(facts.width) && sane(facts.height))).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('give one too where a real set is damaged', () => {
    const real = hex('67640028ad84010c20086100430802184010c200843b503c0113f2cdc040405000000fa0000186a084');
    fc.assert(
      fc.property(fc.nat(real.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const damaged = Buffer.from(real);
        damaged[at] = byte;
        const facts = parseH264Sps(damaged);
        expect(facts === null || (sane(facts.width) && sane(facts.height))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
