import type { Clock } from '#lib/clock.ts';
import { senderReport } from '../video/rtp.ts';
import type { StreamPicture, VideoStream } from '../video/stream.ts';
import type { PacketTransport } from './transport.ts';

export interface FeedDependencies {
  clock: Clock;
  stream: VideoStream;
  transport: PacketTransport;
  cname: string;
  /** How far the camera's clock is ahead, ms. */
  clockOffsetMs: number;
  /** A hung camera sends nothing. */
  isSilent: () => boolean;
}

/** RFC 3550, 6.2: the recommended interval for small sessions. */
const REPORT_INTERVAL_MS = 5000;

/** A stream on its way to one client: from key frame to key frame, with sender reports for the wall clock. */
export class Feed {
  readonly #deps: FeedDependencies;
  #leave: (() => void) | null = null;
  #waitsForKey = true;
  #nextReportAt = Number.NEGATIVE_INFINITY;
  #packetsSent = 0;
  #bytesSent = 0;

  constructor(deps: FeedDependencies) {
    this.#deps = deps;
  }

  get playing(): boolean {
    return this.#leave !== null;
  }

  play(): void {
    if (this.#leave) return;
    this.#waitsForKey = true;
    this.#leave = this.#deps.stream.join((picture) => this.#send(picture));
  }

  pause(): void {
    this.#leave?.();
    this.#leave = null;
  }

  close(): void {
    this.pause();
    this.#deps.transport.close();
  }

  #send(picture: StreamPicture): void {
    if (this.#deps.isSilent()) this.#waitsForKey = true;
    if (this.#waitsForKey && (!picture.key || this.#deps.isSilent())) return;
    // The first report goes ahead of the first picture, so that its wall clock is known at once.
    this.#report();
    // What follows a lost picture cannot be decoded, so the client gets the next key frame instead.
    this.#waitsForKey = !this.#deps.transport.sendPicture(picture);
    if (this.#waitsForKey) return;
    this.#packetsSent += picture.packets.length;
    this.#bytesSent += picture.bytes;
  }

  #report(): void {
    const { clock, stream, transport, cname, clockOffsetMs } = this.#deps;
    if (clock.monotonic() < this.#nextReportAt) return;
    this.#nextReportAt = clock.monotonic() + REPORT_INTERVAL_MS;
    const { wallClock, timestamp } = stream.instant();
    transport.sendControl(
      senderReport({
        ssrc: stream.ssrc,
        wallClock: wallClock + clockOffsetMs,
        timestamp,
        packetsSent: this.#packetsSent,
        bytesSent: this.#bytesSent,
        cname,
      }),
    );
  }
}
