import type { Clock } from '#lib/clock.ts';
import { rulesOf } from '../codec/codec-rules.ts';
import { PictureBuilder } from '../codec/picture-builder.ts';
import type { SourceSink } from '../source.ts';
import { readRtcp, type RtcpListener } from './rtcp.ts';
import { RtpReceiver } from './rtp-receiver.ts';
import type { VideoTrack } from './video-track.ts';
import { WallClock } from './wall-clock.ts';

export interface TrackReaderOptions {
  rtpChannel: number;
  rtcpChannel: number;
  track: VideoTrack;
  sink: SourceSink;
  clock: Clock;
  /** The camera has said that this stream is over. */
  goodbye: () => void;
}

/** Leads the interleaved packets of one track to where they are read. */
export class TrackReader {
  readonly #rtpChannel: number;
  readonly #rtcpChannel: number;
  readonly #receiver: RtpReceiver;
  readonly #reports: RtcpListener;

  constructor({ rtpChannel, rtcpChannel, track, sink, clock, goodbye }: TrackReaderOptions) {
    const { codec, payloadType, clockRate, fps, parameterSets } = track;
    const builder = new PictureBuilder({ rules: rulesOf(codec), sink, announcedFps: fps, parameterSets });
    const wallClock = new WallClock(clockRate);
    this.#rtpChannel = rtpChannel;
    this.#rtcpChannel = rtcpChannel;
    this.#receiver = new RtpReceiver({ codec, payloadType, clockRate, builder, wallClock, clock });
    this.#reports = {
      senderReport: (seconds, fraction, timestamp) => wallClock.report(seconds, fraction, timestamp, clock.now()),
      goodbye,
    };
  }

  /** One packet in `bytes[start, end)`; other channels are passed over. */
  read(channel: number, bytes: Buffer, start: number, end: number): void {
    if (channel === this.#rtpChannel) this.#receiver.packet(bytes, start, end);
    else if (channel === this.#rtcpChannel) readRtcp(bytes, start, end, this.#reports);
  }
}
