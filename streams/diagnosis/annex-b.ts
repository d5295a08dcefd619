import type { AccessUnit, StreamFormat } from '../access-unit.ts';

const START = Buffer.from([0, 0, 0, 1]);

/**
 * A key unit with its parameter sets in the byte stream format of annex B, as a raw decoder reads it. Null where the
 * unit holds no picture. Everything but sets and slices stays behind: it is of no use to a single picture.
 */
export function annexB(format: StreamFormat, unit: AccessUnit): Buffer | null {
  const isSlice = format.codec === 'h264' ? isH264Slice : isH265Slice;
  const slices = lengthPrefixed(unit.data).filter((nal) => nal.length > 2 && isSlice(nal[0]!));
  if (slices.length === 0) return null;
  const sets = format.codec === 'h264' ? setsOfAvcC(format.description) : setsOfHvcC(format.description);
  return Buffer.concat([...sets, ...slices].flatMap((nal) => [START, nal]));
}

const isH264Slice = (first: number) => (first & 31) >= 1 && (first & 31) <= 5;
const isH265Slice = (first: number) => ((first >> 1) & 63) < 32;

function lengthPrefixed(data: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = 0; at + 4 <= data.length;) {
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) break;
    nals.push(data.subarray(at + 4, end));
    at = end;
  }
  return nals;
}

/** The record is ours (codec/h264.ts), written after ISO/IEC 14496-15, 5.3.3.1.2. */
function setsOfAvcC(record: Buffer): Buffer[] {
  const sps = counted(record, 6, record[5]! & 31);
  const pps = counted(record, sps.end + 1, record[sps.end] ?? 0);
  return [...sps.nals, ...pps.nals];
}

/** ISO/IEC 14496-15, 8.3.3.1.2: arrays of VPS, SPS and PPS. */
function setsOfHvcC(record: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 23;
  for (let array = 0; array < record[22]! && at + 3 <= record.length; array += 1) {
    const { nals, end } = counted(record, at + 3, record.readUInt16BE(at + 1));
    sets.push(...nals);
    at = end;
  }
  return sets;
}

function counted(record: Buffer, from: number, count: number): { nals: Buffer[]; end: number } {
  const nals: Buffer[] = [];
  let at = from;
  for (let index = 0; index < count && at + 2 <= record.length; index += 1) {
    const end = at + 2 + record.readUInt16BE(at);
    nals.push(record.subarray(at + 2, end));
    at = end;
  }
  return { nals, end: at };
}
