import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../streams/codec/codec-rules.ts';
import { MAX_UNIT_BYTES, PictureBuilder } from '../../../streams/codec/picture-builder.ts';
import { nalsOf, RecordingSink } from './recording-sink.ts';
import { PPS, slice, SPS } from './rtp-packets.ts';

const times = { pts: 40, wallclock: 1_700_000_000_000, clockOffsetMs: 12, receivedAt: 5 };
const SMALLER_SPS = Buffer.from('6742c01eda0290bf8893011000003e90000ea600f162ea', 'hex');

function build(parameterSets: Buffer[] = []) {
  const sink = new RecordingSink();
  const builder = new PictureBuilder({ rules: rulesOf('h264'), sink, announcedFps: null, parameterSets });
  const put = (...nals: Buffer[]) => nals.forEach((nal) => builder.nal(nal, 0, nal.length));
  return { sink, builder, put };
}

describe('picture builder', () => {
  it('tells the format before the first key unit and leaves parameter sets and noise out of the data', () => {
    const { sink, builder, put } = build();
    const delimiter = Buffer.from([0x09, 0xf0]);
    const sei = Buffer.from([0x06, 5, 1, 0, 0x80]);
    put(delimiter, SPS, PPS, sei, slice(true, [1, 2, 3]));
    builder.complete(times);
    expect(sink.order).toEqual(['format', 'key']);
    expect(sink.formats[0]).toMatchObject({ codecString: 'avc1.42c016', width: 640, height: 360 });
    expect(nalsOf(sink.units[0]!)).toEqual(['0605010080', '6588010203']);
    expect(sink.units[0]).toMatchObject({ track: 'video', codec: 'h264', key: true, ...times });
  });

  it('uses parameter sets announced before the stream', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    put(slice(true, [1]));
    builder.complete(times);
    expect(sink.order).toEqual(['format', 'key']);
  });

  it('tells the format again only when the sets changed', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    for (const sps of [SPS, SPS, SMALLER_SPS, SMALLER_SPS]) {
      put(sps, PPS, slice(true, [1]));
      builder.complete(times);
    }
    expect(sink.order).toEqual(['format', 'key', 'key', 'format', 'key', 'key']);
    expect(sink.formats[1]).toMatchObject({ width: 642, height: 362 });
  });

  it('does not tell it again where several sets are repeated in turn', () => {
    const { sink, builder, put } = build();
    const otherPps = Buffer.from('684e0fc8', 'hex');
    for (let i = 0; i < 3; i += 1) {
      put(SPS, PPS, otherPps, slice(true, [1]));
      builder.complete(times);
    }
    expect(sink.order).toEqual(['format', 'key', 'key', 'key']);
  });

  it('hands nothing out before the first key unit', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    put(slice(false, [1]));
    builder.complete(times);
    put(slice(true, [2]));
    builder.complete(times);
    put(slice(false, [3]));
    builder.complete(times);
    expect(sink.order).toEqual(['dropped', 'format', 'key', 'delta']);
  });

  it('hands out no key unit whose parameter sets it does not have', () => {
    const { sink, builder, put } = build([SPS]);
    put(slice(true, [1]));
    builder.complete(times);
    put(slice(false, [1]));
    builder.complete(times);
    expect(sink.order).toEqual(['dropped', 'dropped']);
  });

  it('after a loss waits for the next key unit', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    put(slice(true, [1]));
    builder.complete(times);
    put(slice(false, [2]));
    builder.lose();
    put(slice(false, [3]));
    builder.complete(times);
    put(slice(true, [4]));
    builder.complete(times);
    expect(sink.order).toEqual(['format', 'key', 'dropped', 'dropped', 'key']);
  });

  it('after a loss does not take the rest of a key picture for a whole one', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    builder.lose();
    put(slice(true, [1], false));
    builder.complete(times);
    put(slice(true, [2]));
    builder.complete(times);
    expect(sink.order).toEqual(['dropped', 'format', 'key']);
  });

  it('takes NAL units in pieces and forgets one that was not finished', () => {
    const { sink, builder } = build([SPS, PPS]);
    builder.openNal();
    builder.append(Buffer.from([9, 9, 9]), 0, 3);
    builder.openNal();
    builder.appendByte(0x65);
    builder.append(Buffer.from([0, 0x88, 7, 0]), 1, 3);
    builder.closeNal();
    builder.complete(times);
    expect(nalsOf(sink.units[0]!)).toEqual(['658807']);
  });

  it('does nothing while there is no picture', () => {
    const { sink, builder, put } = build();
    put(SPS, PPS, Buffer.from([0x06, 1, 1]));
    builder.complete(times);
    expect(sink.order).toEqual([]);
  });

  it('builds all units in the same bytes, which grow with them', () => {
    const { sink, builder } = build([SPS, PPS]);
    const places = new Set<ArrayBufferLike>();
    sink.unit = (unit) => {
      places.add(unit.data.buffer);
      RecordingSink.prototype.unit.call(sink, unit);
    };
    const units = Array.from({ length: 200 }, (_, i) => slice(i === 0, Array<number>(1 + i * 37).fill(i)));
    for (const nal of units) {
      builder.nal(nal, 0, nal.length);
      builder.complete(times);
    }
    expect(sink.units.map((unit) => nalsOf(unit)[0])).toEqual(units.map((nal) => nal.toString('hex')));
    expect(places.size).toBe(1);
  });

  it('drops a unit that grows without an end, and goes on', () => {
    const { sink, builder, put } = build([SPS, PPS]);
    const piece = Buffer.alloc(1024 * 1024, 1);
    builder.openNal();
    builder.append(slice(true, []), 0, 2);
    for (let bytes = 0; bytes <= MAX_UNIT_BYTES; bytes += piece.length) builder.append(piece, 0, piece.length);
    builder.closeNal();
    put(slice(true, [1]));
    builder.complete(times);
    put(slice(true, [2]));
    builder.complete(times);
    expect(sink.order).toEqual(['dropped', 'format', 'key']);
    expect(nalsOf(sink.units[0]!)).toEqual(['658802']);
  });
});
