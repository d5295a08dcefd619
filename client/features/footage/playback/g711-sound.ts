import { g711Samples, type G711 } from '../../../player/sound/g711.ts';
import { boxes, boxIn, PICTURE_TRACK, trackOfTraf, trackOfTrak, type Box } from './boxes.ts';
import { flacFrame, streamInfo } from './flac.ts';

/** The sound of a run as its head tells. */
export interface G711Sound {
  law: G711;
  channels: number;
}

/** Size, type, reserved, index; version to compression; rate (12.2.3.2). */
const SOUND_ENTRY_BYTES = 36;
/** Where the type of an entry of stsd begins, behind version, count and the size of the entry. */
const ENTRY_AT = 16;
const TABLE = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, shift: 0x800 };

/**
 * No browser plays G.711 in MP4, and each plays FLAC: so the sound that a camera sent is written as that, sample by sample,
 * and stays on the clock of its picture. The head, with its track of sound described as FLAC; null where it has no G.711.
 */
export function flacHead(head: Uint8Array<ArrayBuffer>): { bytes: Uint8Array<ArrayBuffer>; sound: G711Sound } | null {
  const view = viewOf(head);
  for (const moov of boxes(view, 0, head.length)) {
    if (moov.type !== 'moov') continue;
    for (const trak of boxes(view, moov.at + 8, moov.end)) {
      if (trak.type !== 'trak' || trackOfTrak(view, trak) === PICTURE_TRACK) continue;
      const way = [moov, trak];
      for (const type of ['mdia', 'minf', 'stbl', 'stsd']) {
        const next = boxIn(view, way.at(-1)!, type);
        if (!next) return null;
        way.push(next);
      }
      return describe(head, way);
    }
  }
  return null;
}

/** `way`: the boxes around the description of the sound, each in the one before. */
function describe(head: Uint8Array<ArrayBuffer>, way: readonly Box[]) {
  const view = viewOf(head);
  const entry = way.at(-1)!.at + ENTRY_AT;
  const type = String.fromCharCode(...head.subarray(entry + 4, entry + 8));
  if (type !== 'ulaw' && type !== 'alaw') return null;
  const channels = view.getUint16(entry + 24);
  const info = streamInfo(view.getUint16(entry + 32), channels);
  const added = 8 + info.length;
  const end = entry + view.getUint32(entry);
  const bytes = new Uint8Array(head.length + added);
  bytes.set(head.subarray(0, end));
  bytes.set(head.subarray(end), end + added);
  const made = viewOf(bytes);
  // what a player of FLAC looks at is in front: fLaC, and dfLa behind the fields that every sound has
  const rest = bytes.slice(entry + SOUND_ENTRY_BYTES, end);
  writeType(bytes, entry, 'fLaC');
  made.setUint32(entry + SOUND_ENTRY_BYTES, added);
  writeType(bytes, entry + SOUND_ENTRY_BYTES, 'dfLa');
  bytes.set(info, entry + SOUND_ENTRY_BYTES + 8);
  bytes.set(rest, entry + SOUND_ENTRY_BYTES + added);
  for (const at of [entry, ...way.map((box) => box.at)]) made.setUint32(at, made.getUint32(at) + added);
  return { bytes, sound: { law: type, channels } as const };
}

/**
 * A fragment with its G.711 as FLAC. Our sound lies behind the pictures, and the table tells the bytes of each sample: so only
 * those numbers and the end change. Without sound, or with a table of another kind, it is given back as it is.
 */
export function flacFragment(fragment: Uint8Array<ArrayBuffer>, { law, channels }: G711Sound): Uint8Array<ArrayBuffer> {
  const view = viewOf(fragment);
  const [moof, mdat] = [findBox(view, 'moof'), findBox(view, 'mdat')];
  const traf = moof && trafOfSound(view, moof);
  const table = traf && tableOf(view, traf);
  if (!moof || !mdat || !table) return fragment;
  const begin = moof.at + table.offset;
  const frames: Uint8Array[] = [];
  let [at, position] = [begin, table.decodeTime];
  for (let i = 0; i < table.count; i += 1) {
    const entry = table.sizes + i * table.step;
    const samples = g711Samples(law, fragment.subarray(at, at + view.getUint32(entry)));
    const frame = flacFrame(samples, channels, position);
    at += view.getUint32(entry);
    position += samples.length / channels;
    view.setUint32(entry, frame.length);
    frames.push(frame);
  }
  if (at !== mdat.end) throw new Error('sound lies where it should not');
  const size = frames.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(begin + size);
  bytes.set(fragment.subarray(0, begin));
  let next = begin;
  for (const frame of frames) {
    bytes.set(frame, next);
    next += frame.length;
  }
  viewOf(bytes).setUint32(mdat.at, bytes.length - mdat.at);
  return bytes;
}

interface Table {
  /** Of the first sample, from the moof on. */
  offset: number;
  count: number;
  /** Where the size of the first sample stands, and how far it is to the next. */
  sizes: number;
  step: number;
  decodeTime: number;
}

function tableOf(view: DataView, traf: Box): Table | null {
  const [tfdt, trun] = [boxIn(view, traf, 'tfdt'), boxIn(view, traf, 'trun')];
  if (!tfdt || !trun) return null;
  const flags = view.getUint32(trun.at + 8) & 0xffffff;
  if (!(flags & TABLE.offset) || !(flags & TABLE.size)) return null;
  const wide = view.getUint8(tfdt.at + 8) === 1;
  const columns = [TABLE.duration, TABLE.size, TABLE.flags, TABLE.shift].filter((flag) => flags & flag);
  const rows = trun.at + 20 + (flags & TABLE.firstFlags ? 4 : 0);
  return {
    offset: view.getInt32(trun.at + 16),
    count: view.getUint32(trun.at + 12),
    sizes: rows + 4 * columns.indexOf(TABLE.size),
    step: 4 * columns.length,
    decodeTime: wide ? Number(view.getBigUint64(tfdt.at + 12)) : view.getUint32(tfdt.at + 12),
  };
}

function trafOfSound(view: DataView, moof: Box): Box | null {
  for (const box of boxes(view, moof.at + 8, moof.end)) {
    if (box.type === 'traf' && trackOfTraf(view, box) !== PICTURE_TRACK) return box;
  }
  return null;
}

function findBox(view: DataView, type: string): Box | null {
  for (const box of boxes(view, 0, view.byteLength)) if (box.type === type) return box;
  return null;
}

function writeType(bytes: Uint8Array, at: number, type: string): void {
  for (let i = 0; i < 4; i += 1) bytes[at + 4 + i] = type.charCodeAt(i);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
