import { describe, expect, it } from 'vitest';
import { FragmentReader } from '../../../client/features/footage/playback/fragments.ts';
import { box, fullBox, u32 } from '../../../streams/fmp4/box.ts';

const track = (id: number) => box('trak', fullBox('tkhd', 0, 3, u32(0, 0, id, 0, 0)));
const head = Buffer.concat([box('ftyp', Buffer.from('iso6')), box('moov', track(1), track(2))]);
const clock = fullBox('prft', 1, 0, u32(1, 0, 0, 0, 0));

/** Two pictures of 40 ms from `time` on, after the wall clock as the recorder writes it. */
function fragment(time: number): Buffer {
  const table = u32(3600, 100, 0x02000000, 3600, 100, 0x01010000);
  const pictures = box(
    'traf',
    fullBox('tfhd', 0, 0x20000, u32(1)),
    fullBox('tfdt', 1, 0, u32(0, time)),
    fullBox('trun', 0, 0x701, u32(2, 0), table),
  );
  return Buffer.concat([
    clock,
    box('moof', fullBox('mfhd', 0, 0, u32(1)), pictures),
    box('mdat', Buffer.alloc(200, 7)),
  ]);
}

/** A picture track whose times have their usual duration in the header and a shift each, and a track of sound. */
function shifted(): Buffer {
  const pictures = box(
    'traf',
    fullBox('tfhd', 0, 0x20008, u32(1, 3000)),
    fullBox('tfdt', 0, 0, u32(9000)),
    fullBox('trun', 1, 0x801, u32(2, 0, 6000, 0)),
  );
  const sound = box('traf', fullBox('tfhd', 0, 0x20000, u32(2)), fullBox('tfdt', 0, 0, u32(0)));
  return Buffer.concat([box('moof', fullBox('mfhd', 0, 0, u32(1)), sound, pictures), box('mdat', Buffer.alloc(10))]);
}

describe('our files as they arrive', () => {
  const file = Buffer.concat([head, fragment(0), fragment(7200)]);

  it('come out as head and fragments, however they are cut', () => {
    for (const size of [1, 7, 100, file.length]) {
      const reader = new FragmentReader({ sound: 'kept' });
      const units = [];
      for (let at = 0; at < file.length; at += size) units.push(...reader.push(file.subarray(at, at + size)));
      expect(units.map(({ kind, pictures }) => [kind, pictures])).toEqual([
        ['head', []],
        ['fragment', [0, 3600]],
        ['fragment', [7200, 10_800]],
      ]);
      expect(Buffer.concat(units.map(({ bytes }) => bytes)).equals(file)).toBe(true);
      expect(reader.taken).toBe(file.length);
    }
  });

  it('are taken as far as they are whole', () => {
    const reader = new FragmentReader({ sound: 'kept' });
    const cut = file.subarray(0, head.length + fragment(0).length + 50);
    expect(reader.push(cut)).toHaveLength(2);
    expect(reader.taken).toBe(head.length + fragment(0).length);
    const rest = new FragmentReader({ sound: 'kept', after: reader });
    expect(rest.push(file.subarray(reader.taken)).map(({ pictures }) => pictures)).toEqual([[7200, 10_800]]);
    expect(rest.taken).toBe(file.length);
  });

  it('tell the times of pictures by usual durations and shifts too', () => {
    const [unit] = new FragmentReader({ sound: 'kept' }).push(shifted());
    expect(unit?.pictures).toEqual([15_000, 12_000]);
  });

  it('lose their sound without a byte being moved', () => {
    const reader = new FragmentReader({ sound: 'hidden' });
    const [start] = reader.push(head);
    const [unit] = reader.push(shifted());
    const types = (bytes: Uint8Array, type: string) => Buffer.from(bytes).toString('latin1').split(type).length - 1;
    expect([types(start!.bytes, 'trak'), types(start!.bytes, 'free')]).toEqual([1, 1]);
    expect([types(unit!.bytes, 'traf'), types(unit!.bytes, 'free')]).toEqual([1, 1]);
    expect(unit!.bytes.length).toBe(shifted().length);
    expect(unit!.pictures).toEqual([15_000, 12_000]);
  });

  it('that are none are refused', () => {
    expect(() => new FragmentReader({ sound: 'kept' }).push(Buffer.alloc(64, 0xff))).toThrow();
  });
});
