import type { Clock } from '#lib/clock.ts';
import { readdressed, senderReport } from '../video/rtp.ts';
import type { RtpSource, StreamPicture } from '../video/stream.ts';
import type { PacketTransport } from './transport.ts';

/** What a camera does to what it sends; asked at every picture. */
export interface FeedConditions {
  /** A hung camera sends nothing. */
  isSilent(): boolean;
  /** A frozen encoder: only reports. */
  isFrozen(): boolean;
  sendsGarbage(): boolean;
  /** How far the camera's clock is ahead, ms. */
  clockOffsetMs(): number;
}

export interface FeedDependencies {
  clock: Clock;
  source: RtpSource;
  transport: PacketTransport;
  cname: string;
  conditions: FeedConditions;
  /** Makes the SSRC another one than the source's, as after a restart of the camera. */
  ssrcMask: number;
}

/** RFC 3550, 6.2: the recommended interval for small sessions. */
const REPORT_INTERVAL_MS = 5000;
const GARBAGE_PACKETS = 2;

/** A stream on its way to one client: from key frame to key frame, with sender reports for the wall clock. */
export class Feed {
  readonly #deps: FeedDependencies;
  readonly #ssrc: number;
  readonly #timestampBase: number;
  #source: RtpSource;
  #leave: (() => void) | null = null;
  /** Takes over with its next key frame. */
  #coming: { source: RtpSource; leave: () => void } | null = null;
  #waitsForKey = true;
  #nextReportAt = Number.NEGATIVE_INFINITY;
  #packetsSent = 0;
  #bytesSent = 0;
  /** Number of the packet that comes next where the source has changed; null where it is the source's own. */
  #nextSequence: number | null = null;

  constructor(deps: FeedDependencies) {
    this.#deps = deps;
    this.#source = deps.source;
    this.#ssrc = (deps.source.ssrc ^ deps.ssrcMask) >>> 0;
    this.#timestampBase = deps.source.timestampBase;
  }

  get playing(): boolean {
    return this.#leave !== null;
  }

  get ssrc(): number {
    return this.#ssrc;
  }

  get nextSequence(): number {
    return this.#nextSequence ?? this.#source.nextSequence;
  }

  /** The RTP timestamp of now. */
  get timestamp(): number {
    return (this.#source.instant().timestamp + this.#timestampShift) >>> 0;
  }

  play(): void {
    if (this.#leave) return;
    this.#waitsForKey = true;
    this.#leave = this.#source.join((picture) => this.#send(picture));
  }

  pause(): void {
    this.#leave?.();
    this.#leave = null;
    if (this.#coming) this.#take(this.#coming.source);
  }

  /** Goes on with another source from its next key frame on; for the client it remains one stream. */
  use(source: RtpSource): void {
    this.#coming?.leave();
    this.#coming = null;
    if (source === this.#source) return;
    if (!this.playing) return this.#take(source);
    const leave = source.join((picture) => {
      if (picture.key && this.#coming?.source === source) {
        this.#leave?.();
        this.#leave = leave;
        this.#coming = null;
        this.#take(source);
      }
      if (this.#source === source) this.#send(picture);
    });
    this.#coming = { source, leave };
  }

  #take(source: RtpSource): void {
    if (this.#coming) this.#coming.leave();
    this.#coming = null;
    this.#nextSequence = this.nextSequence;
    this.#source = source;
  }

  close(): void {
    this.pause();
    this.#deps.transport.close();
  }

  get #timestampShift(): number {
    return this.#timestampBase - this.#source.timestampBase;
  }

  #send(picture: StreamPicture): void {
    const { conditions, transport } = this.#deps;
    if (conditions.isSilent() || conditions.isFrozen()) this.#waitsForKey = true;
    if (conditions.isSilent()) return;
    if (conditions.isFrozen()) return this.#report();
    if (this.#waitsForKey && !picture.key) return;
    // The first report goes ahead of the first picture, so that its wall clock is known at once.
    this.#report();
    if (conditions.sendsGarbage()) transport.sendPicture(garbage());
    const own = this.#readdress(picture);
    // What follows a lost picture cannot be decoded, so the client gets the next key frame instead.
    this.#waitsForKey = !transport.sendPicture(own);
    if (this.#waitsForKey) return;
    if (this.#nextSequence !== null) this.#nextSequence = (this.#nextSequence + own.packets.length) & 0xffff;
    this.#packetsSent += own.packets.length;
    this.#bytesSent += own.bytes;
  }

  /** The packets themselves where this is the session they were made for. */
  #readdress(picture: StreamPicture): StreamPicture {
    if (this.#nextSequence === null && this.#ssrc === this.#source.ssrc) return picture;
    const first = picture.packets[0]!.readUInt16BE(2);
    const to = {
      ssrc: this.#ssrc,
      sequence: (this.#nextSequence ?? first) - first,
      timestamp: this.#timestampShift,
    };
    return { ...picture, packets: picture.packets.map((packet) => readdressed(packet, to)) };
  }

  #report(): void {
    const { clock, transport, cname, conditions } = this.#deps;
    if (clock.monotonic() < this.#nextReportAt) return;
    this.#nextReportAt = clock.monotonic() + REPORT_INTERVAL_MS;
    transport.sendControl(
      senderReport({
        ssrc: this.#ssrc,
        wallClock: this.#source.instant().wallClock + conditions.clockOffsetMs(),
        timestamp: this.timestamp,
        packetsSent: this.#packetsSent,
        bytesSent: this.#bytesSent,
        cname,
      }),
    );
  }
}

/** Anything but RTP: too short, of another version, or cut off within its own header. */
function garbage(): StreamPicture {
  const packets = Array.from({ length: GARBAGE_PACKETS }, () => {
    const packet = Buffer.alloc(Math.floor(Math.random() * 200));
    for (let at = 0; at < packet.length; at++) packet[at] = Math.random() * 256;
    // The first two bits are the version; a few claim to be RTP and carry more contributing sources than bytes.
    if (packet.length > 0) packet[0] = Math.random() < 0.5 ? packet[0]! & 0x3f : 0x8f;
    return packet.subarray(0, packet[0] === 0x8f ? 20 : packet.length);
  });
  return { key: false, packets, bytes: packets.reduce((sum, { length }) => sum + length, 0) };
}
