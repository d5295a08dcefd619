import { describe, expect, it } from 'vitest';
import { fragmentHead } from '../../../streams/fmp4/fragment.ts';
import { initSegment } from '../../../streams/fmp4/init-segment.ts';
import { format } from './samples.ts';

/** Where the content of a box begins that holds other boxes. */
const CONTAINERS: Record<string, number> = {
  moov: 8,
  trak: 8,
  mdia: 8,
  minf: 8,
  dinf: 8,
  stbl: 8,
  mvex: 8,
  moof: 8,
  traf: 8,
};
Object.assign(CONTAINERS, { stsd: 16, dref: 16, avc1: 86, hvc1: 86 });

/** The tree of boxes as paths; fails where sizes do not fit together. */
function paths(bytes: Buffer, start = 0, end = bytes.length, parent = ''): string[] {
  const found: string[] = [];
  let at = start;
  while (at < end) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    expect(size).toBeGreaterThanOrEqual(8);
    expect(at + size).toBeLessThanOrEqual(end);
    found.push(parent + type);
    const inner = CONTAINERS[type];
    if (inner !== undefined) found.push(...paths(bytes, at + inner, at + size, `${parent}${type}.`));
    at += size;
  }
  return found;
}

describe('fragmented MP4', () => {
  it.each([
    ['h264', 'avc1', 'avcC'],
    ['h265', 'hvc1', 'hvcC'],
  ] as const)('initialisation segment of %s', (codec, entry, record) => {
    const segment = initSegment({ ...format, codec });
    const boxes = paths(segment);
    expect(boxes).toEqual(
      expect.arrayContaining([
        'ftyp',
        'moov.mvhd',
        'moov.trak.tkhd',
        `moov.trak.mdia.minf.stbl.stsd.${entry}.${record}`,
        'moov.mvex.trex',
      ]),
    );
    const at = segment.indexOf(record);
    expect(segment.subarray(at + 4, at + 4 + format.description.length)).toEqual(format.description);
  });

  it('fragment of several samples, whose data follow its head', () => {
    const samples = [
      { key: true, duration: 3600, data: Buffer.alloc(100, 1) },
      { key: false, duration: 3000, data: Buffer.alloc(20, 2) },
    ];
    const head = fragmentHead(7, 2 ** 33 + 90_000, samples);
    const whole = Buffer.concat([head, ...samples.map((sample) => sample.data)]);
    expect(paths(whole)).toEqual([
      'moof',
      'moof.mfhd',
      'moof.traf',
      'moof.traf.tfhd',
      'moof.traf.tfdt',
      'moof.traf.trun',
      'mdat',
    ]);
    const tfdt = whole.indexOf('tfdt');
    expect(whole.readBigUInt64BE(tfdt + 8)).toBe(2n ** 33n + 90_000n);
    const trun = whole.indexOf('trun');
    expect(whole.readUInt32BE(trun + 8)).toBe(2);
    expect(whole[whole.readUInt32BE(trun + 12)]).toBe(1);
    expect([0, 1, 2, 3, 4, 5].map((i) => whole.readUInt32BE(trun + 16 + 4 * i))).toEqual([
      3600, 100, 0x02000000, 3000, 20, 0x01010000,
    ]);
  });
});
