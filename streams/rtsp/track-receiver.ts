import type { Clock } from '#lib/clock.ts';
import type { LinkReport } from '../source.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { readRtcp, receiverReport, type RtcpListener } from './rtcp.ts';
import { RtpGate } from './rtp-gate.ts';
import type { WallClock } from './wall-clock.ts';

export interface TrackReceiverOptions {
  payloadType: number;
  clockRate: number;
  clock: Clock;
  /** Packets may come in any order (UDP). */
  unordered: boolean;
  wallClock: WallClock;
  /** Our own synchronisation source in reports. */
  ours: number;
  /** One packet of the track, in order. */
  packet: (bytes: Buffer, start: number, end: number) => void;
  /** What follows continues nothing. */
  restart: () => void;
  /** The camera has said that the track is over. */
  goodbye?: () => void;
}

/** What RTP and RTCP of one track have in common, whatever it carries and however it travels. */
export class TrackReceiver {
  readonly #clock: Clock;
  readonly #ours: number;
  readonly #wallClock: WallClock;
  readonly #gate: RtpGate;
  readonly #order: ReorderBuffer | null;
  readonly #reports: RtcpListener;
  #reportedAt = 0;

  constructor({
    payloadType,
    clockRate,
    clock,
    unordered,
    wallClock,
    ours,
    packet,
    restart,
    goodbye,
  }: TrackReceiverOptions) {
    const order = unordered ? new ReorderBuffer({ clock, deliver: packet }) : null;
    const deliver = order ? (bytes: Buffer, start: number, end: number) => order.packet(bytes, start, end) : packet;
    const switched = () => {
      order?.reset();
      wallClock.forget();
      restart();
    };
    this.#clock = clock;
    this.#ours = ours;
    this.#wallClock = wallClock;
    this.#order = order;
    this.#gate = new RtpGate({ payloadType, clockRate, clock, deliver, switched });
    this.#reports = {
      // Whosever it says: on some cameras it is not the source of the packets, though it speaks of them.
      senderReport: (_source, seconds, fraction, timestamp) => {
        this.#reportedAt = clock.monotonic();
        wallClock.report(seconds, fraction, timestamp, clock.now());
      },
      goodbye: (source) => {
        if (source === this.#gate.source) goodbye?.();
      },
    };
  }

  /** Whether a packet of the track has come. */
  get heard(): boolean {
    return this.#gate.source !== null;
  }

  rtp(bytes: Buffer, start: number, end: number): void {
    this.#gate.packet(bytes, start, end);
  }

  rtcp(bytes: Buffer, start: number, end: number): void {
    readRtcp(bytes, start, end, this.#reports);
  }

  /** How the track fared since this was last asked: for the camera, and for us. */
  report(): { packet: Buffer; link: LinkReport } {
    const { source, statistics } = this.#gate;
    const reception = statistics.report();
    const { lastReport, offsetMs } = this.#wallClock;
    const since = lastReport === 0 ? 0 : ((this.#clock.monotonic() - this.#reportedAt) / 1000) * 65_536;
    const block = source === null ? null : { ...reception, source, lastReport, sinceLastReport: Math.round(since) };
    const { expected, lost, jitterMs } = reception;
    return { packet: receiverReport(this.#ours, block), link: { expected, lost, jitterMs, clockOffsetMs: offsetMs } };
  }

  close(): void {
    this.#order?.reset();
  }
}
