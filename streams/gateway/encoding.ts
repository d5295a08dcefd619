import { LIVE_FLAG_KEY, LIVE_FLAG_SOUND, LIVE_HEADER_BYTES, type LiveFormat } from '#contract/live.ts';
import type { AccessUnit, SoundUnit, StreamFormat } from '../access-unit.ts';
import { BufferPool } from '../buffer-pool.ts';
import { fragmentHeadBytes, writeFragmentHead } from '../fmp4/fragment.ts';
import { initSegment, TIMESCALE } from '../fmp4/init-segment.ts';
import { TrackRun, VIDEO_TRACK } from '../fmp4/track-run.ts';
import { Message } from './message.ts';

/** Sub streams have pictures of a kilobyte or two. What is kept is what waited for viewers that were slow. */
const POOL = { smallest: 4 * 1024, kept: 16 * 1024 * 1024 };

/**
 * Turns the units of one hub into binary messages, the same bytes for all its viewers of one format. A message is there until
 * the next one is made; who sends it holds it.
 */
export interface Encoding {
  /** What goes on the wire behind a `config` message, if anything. */
  init(format: StreamFormat): Buffer | null;
  unit(unit: AccessUnit): Message;
  /** Missing where this format carries no sound. */
  sound?(unit: SoundUnit): Message;
}

/** The memory that encodings make their messages in; they may share it. */
export const messagePool = () => new BufferPool(POOL);

export function createEncoding(format: LiveFormat, pool = messagePool()): Encoding {
  const encoding = format === 'units' ? unitsEncoding(pool) : fmp4Encoding(pool);
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
function once<Unit>(encode: (unit: Unit) => Message): (unit: Unit) => Message {
  let last: { unit: Unit; message: Message; letGo: () => void } | null = null;
  return (unit) => {
    if (last?.unit === unit) return last.message;
    last?.letGo();
    const message = encode(unit);
    last = { unit, message, letGo: message.hold() };
    return message;
  };
}

function unitsEncoding(pool: BufferPool): Encoding {
  return {
    init: () => null,
    unit: (unit) => flagged(pool, unit.key ? LIVE_FLAG_KEY : 0, unit),
    sound: (unit) => flagged(pool, LIVE_FLAG_SOUND, unit),
  };
}

function flagged(pool: BufferPool, flags: number, { pts, wallclock, data }: AccessUnit | SoundUnit): Message {
  const message = new Message(pool, LIVE_HEADER_BYTES + data.length);
  const { bytes } = message;
  bytes[0] = flags;
  bytes.writeDoubleBE(pts, 1);
  bytes.writeDoubleBE(wallclock ?? Number.NaN, 9);
  data.copy(bytes, LIVE_HEADER_BYTES);
  return message;
}

const DEFAULT_FPS = 25;
const HEAD_BYTES = fragmentHeadBytes(1, 1);
/** A pause longer than this is a hole and says nothing about how long a picture lasts. */
const MAX_INTERVAL_MS = 2000;

/** A fragment a picture. How long it lasts is not known before the next one is there: as long as the one before. */
function fmp4Encoding(pool: BufferPool): Encoding {
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
      const message = new Message(pool, HEAD_BYTES + data.length);
      data.copy(message.bytes, writeFragmentHead(message.bytes, 0, sequence, [run]));
      return message;
    },
  };
}
