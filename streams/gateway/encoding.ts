import { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES, type LiveFormat } from '#contract/live.ts';
import type { AccessUnit, SoundUnit, StreamFormat } from '../access-unit.ts';
import { fragmentHead } from '../fmp4/fragment.ts';
import { initSegment, TIMESCALE } from '../fmp4/init-segment.ts';
import { TrackRun, VIDEO_TRACK } from '../fmp4/track-run.ts';

/** Turns the units of one hub into binary messages, the same bytes for all its viewers of one format. */
export interface Encoding {
  /** What goes on the wire behind a `config` message, if anything. */
  init(format: StreamFormat): Buffer | null;
  unit(unit: AccessUnit): Buffer;
  /** Missing where this format carries no sound. */
  sound?(unit: SoundUnit): Buffer;
}

export function createEncoding(format: LiveFormat): Encoding {
  const encoding = format === 'units' ? unitsEncoding() : fmp4Encoding();
  return {
    init: encoding.init,
    unit: once(encoding.unit),
    ...(encoding.sound && { sound: once(encoding.sound) }),
  };
}

/**
 * The hub goes through its viewers with one unit after the other, so remembering the last one is enough for each unit to
 * be copied once and not once a viewer.
 */
function once<Unit>(encode: (unit: Unit) => Buffer): (unit: Unit) => Buffer {
  let last: { unit: Unit; bytes: Buffer } | null = null;
  return (unit) => {
    if (last?.unit !== unit) last = { unit, bytes: encode(unit) };
    return last.bytes;
  };
}

function unitsEncoding(): Encoding {
  return {
    init: () => null,
    unit: (unit) => flagged(unit.key ? LIVE_FLAG_KEY : 0, unit),
    sound: (unit) => flagged(LIVE_FLAG_SOUND, unit),
  };
}

function flagged(flags: number, { pts, wallclock, data }: AccessUnit | SoundUnit): Buffer {
  const message = Buffer.allocUnsafe(LIVE_HEADER_BYTES + data.length);
  message[0] = flags;
  message.writeDoubleBE(pts, 1);
  message.writeDoubleBE(wallclock ?? Number.NaN, 9);
  data.copy(message, LIVE_HEADER_BYTES);
  return message;
}

const DEFAULT_FPS = 25;
/** A pause longer than this is a hole and says nothing about how long a picture lasts. */
const MAX_INTERVAL_MS = 2000;

/** A fragment a picture. How long it lasts is not known before the next one is there: as long as the one before. */
function fmp4Encoding(): Encoding {
  const run = new TrackRun(VIDEO_TRACK);
  let sequence = 0;
  let lastPts: number | null = null;
  let intervalMs = 1000 / DEFAULT_FPS;
  return {
    init(format) {
      if (format.fps) intervalMs = 1000 / format.fps;
      return initSegment(format);
    },
    unit({ key, pts, data }) {
      const passed = lastPts === null ? 0 : pts - lastPts;
      if (passed > 0 && passed < MAX_INTERVAL_MS) intervalMs = passed;
      lastPts = pts;
      sequence = (sequence + 1) >>> 0;
      run.begin(Math.round((pts * TIMESCALE) / 1000));
      run.add(data.length, key, Math.round((intervalMs * TIMESCALE) / 1000));
      return Buffer.concat([fragmentHead(sequence, [run]), data]);
    },
  };
}
