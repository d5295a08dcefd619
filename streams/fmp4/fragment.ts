import { box, fullBox, u32 } from './box.ts';
import { TRACK_ID } from './init-segment.ts';

export interface Sample {
  key: boolean;
  /** In ticks of TIMESCALE. */
  duration: number;
  data: Uint8Array;
}

/** sample_depends_on and sample_is_non_sync_sample (ISO/IEC 14496-12, 8.8.3.1). */
const KEY_FLAGS = 0x02000000;
const DELTA_FLAGS = 0x01010000;
const DEFAULT_BASE_IS_MOOF = 0x20000;
/** Data offset, and of each sample its duration, size and flags. */
const RUN_FLAGS = 0x701;
const MDAT_HEADER_BYTES = 8;

/**
 * All of a movie fragment (8.8.4) but its data: a moof box and the header of the mdat box. Behind it belong the data of
 * the samples in their order. `decodeTime` in ticks of TIMESCALE.
 */
export function fragmentHead(sequence: number, decodeTime: number, samples: readonly Sample[]): Buffer {
  const time = Buffer.allocUnsafe(8);
  time.writeBigUInt64BE(BigInt(decodeTime));
  const run = u32(
    ...samples.flatMap(({ duration, data, key }) => [duration, data.length, key ? KEY_FLAGS : DELTA_FLAGS]),
  );
  const moof = box(
    'moof',
    fullBox('mfhd', 0, 0, u32(sequence)),
    box(
      'traf',
      fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(TRACK_ID)),
      fullBox('tfdt', 1, 0, time),
      fullBox('trun', 0, RUN_FLAGS, u32(samples.length, 0), run),
    ),
  );
  // The run is the last box of the moof: its offset stands just before its samples.
  moof.writeUInt32BE(moof.length + MDAT_HEADER_BYTES, moof.length - run.length - 4);
  const dataBytes = samples.reduce((sum, sample) => sum + sample.data.length, 0);
  return Buffer.concat([moof, u32(MDAT_HEADER_BYTES + dataBytes), Buffer.from('mdat')]);
}
