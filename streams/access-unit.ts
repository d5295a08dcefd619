/** The codecs that travel through the house as they are; anything else is transcoded by the `ffmpeg` source. */
export type StreamCodec = 'h264' | 'h265';

/** One picture as the decoder wants it: all NAL units of one moment, without parameter sets. */
export interface AccessUnit {
  readonly track: 'video';
  readonly codec: StreamCodec;
  /** Decodable without anything that came before (IDR in H.264, IRAP in H.265). */
  readonly key: boolean;
  /**
   * Presentation time in ms, from the 90 kHz clock of the camera unwrapped; strictly growing. A source counts from its
   * own first picture; the supervisor shifts that, so that time also grows over a reconnect.
   */
  pts: number;
  /** When the camera took the picture by its own clock, epoch ms; null until an RTCP sender report has said. */
  readonly wallclock: number | null;
  /** The camera's clock minus ours, ms, as its last sender report told; null where `wallclock` is. */
  readonly clockOffsetMs: number | null;
  /** False where pictures are missing between the one before and this one, or nobody knows: then it is a key unit. */
  readonly follows: boolean;
  /** When its last byte arrived here, epoch ms. */
  readonly receivedAt: number;
  /**
   * Every NAL unit preceded by its length in 4 bytes (ISO/IEC 14496-15). Lent for the call that hands the unit out: the
   * bytes are written over when it is done. Who needs them longer copies them (`kept`). Shared by all: never written to.
   */
  readonly data: Buffer;
}

/** The sounds that are carried along; everything else a camera may offer is left out. */
export type SoundCodec = 'aac' | 'ulaw' | 'alaw';

export interface SoundFormat {
  readonly codec: SoundCodec;
  /** As WebCodecs calls it: `mp4a.40.2`, `ulaw`, `alaw`. */
  readonly codecString: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1); empty for G.711. */
  readonly description: Buffer;
}

/** One frame of AAC, or the samples of one packet of G.711. */
export interface SoundUnit {
  readonly track: 'sound';
  /** On the line of the pictures, ms; strictly growing. */
  pts: number;
  readonly wallclock: number | null;
  readonly receivedAt: number;
  /** Lent for the call, as the data of a picture. */
  readonly data: Buffer;
}

/** The unit with bytes of its own, for who needs them after the call that lent them. */
export function kept<Unit extends AccessUnit | SoundUnit>(unit: Unit): Unit {
  return { ...unit, data: Buffer.from(unit.data) };
}

/** What a decoder must know before the first access unit, and again whenever it changes. */
export interface StreamFormat {
  readonly codec: StreamCodec;
  /** RFC 6381, e.g. `avc1.42c01f` or `hvc1.1.6.L93.B0`. */
  readonly codecString: string;
  /** The avcC or hvcC record (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1). */
  readonly description: Buffer;
  /** Of the picture after cropping. */
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
}
