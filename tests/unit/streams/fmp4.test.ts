import { describe, expect, it } from 'vitest';
import { fragmentHeadBytes, writeFragmentHead } from '../../../streams/fmp4/fragment.ts';
import { initSegment, mimeTypeOf } from '../../../streams/fmp4/init-segment.ts';
import { SOUND_TRACK, TrackRun, VIDEO_TRACK } from '../../../streams/fmp4/track-run.ts';
import { format, soundFormat } from './samples.ts';

/** What stands before the data of a fragment. */
function fragmentHead(sequence: number, runs: TrackRun[]): Buffer {
  const head = Buffer.alloc(fragmentHeadBytes(2, 64));
  return head.subarray(0, writeFragmentHead(head, 0, sequence, runs));
}

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
Object.assign(CONTAINERS, { stsd: 16, dref: 16, avc1: 86, hvc1: 86, mp4a: 36, ulaw: 36 });

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

  it('initialisation segment with a track of sound', () => {
    const aac = { ...soundFormat, codec: 'aac', description: Buffer.from('1210', 'hex') } as const;
    const boxes = paths(initSegment(format, aac));
    expect(boxes.filter((path) => path === 'moov.trak.tkhd')).toHaveLength(2);
    expect(boxes).toContain('moov.trak.mdia.minf.smhd');
    expect(boxes).toContain('moov.trak.mdia.minf.stbl.stsd.mp4a');
    expect(paths(initSegment(format, soundFormat))).toContain('moov.trak.mdia.minf.stbl.stsd.ulaw');
    expect(mimeTypeOf(format, soundFormat)).toBe('video/mp4; codecs="avc1.42c016,ulaw"');
  });

  it('fragment of several samples, whose data follow its head', () => {
    const run = new TrackRun(VIDEO_TRACK);
    run.begin(2 ** 33 + 90_000);
    run.add(100, true, 3600);
    run.add(20, false);
    run.lastLasts(3000);
    const whole = Buffer.concat([fragmentHead(7, [run]), Buffer.alloc(100, 1), Buffer.alloc(20, 2)]);
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
    expect(run.ticks).toBe(6600);
  });

  it('fragment of pictures and sound: data of the tracks one behind the other, empty tracks left out', () => {
    const [pictures, sounds] = [new TrackRun(VIDEO_TRACK), new TrackRun(SOUND_TRACK)];
    pictures.begin(0);
    sounds.begin(0);
    pictures.add(50, true, 6000);
    const alone = Buffer.concat([fragmentHead(1, [pictures, sounds]), Buffer.alloc(50)]);
    expect(paths(alone).filter((path) => path === 'moof.traf')).toHaveLength(1);
    for (let i = 0; i < 40; i += 1) sounds.add(10, true, 160);
    const whole = Buffer.concat([fragmentHead(1, [pictures, sounds]), Buffer.alloc(50, 1), Buffer.alloc(400, 2)]);
    expect(paths(whole).filter((path) => path === 'moof.traf.trun')).toHaveLength(2);
    const second = whole.lastIndexOf('trun');
    const dataAt = whole.readUInt32BE(second + 12);
    expect([whole[dataAt - 1], whole[dataAt]]).toEqual([1, 2]);
  });
});
