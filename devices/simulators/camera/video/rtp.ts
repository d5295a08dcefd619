import type { VideoCodec } from '../model.ts';
import { VIDEO_PAYLOAD_TYPE } from './sdp.ts';

/** RFC 6184, 5.1: the H.264 clock. */
export const RTP_CLOCK_HZ = 90_000;
/** Largest RTP packet, so that it fits an Ethernet frame with room for tunnels. */
const MAX_PACKET_BYTES = 1400;
const RTP_HEADER_BYTES = 12;
const FU_A = 28;
const FU = 49;
const SENDER_REPORT = 200;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;
/** Seconds from 1900 (NTP) to 1970. */
const NTP_EPOCH_OFFSET = 2_208_988_800;

/** What becomes a packet of its own beside the picture's other ones. */
interface Payload {
  parts: Buffer[];
  marker: boolean;
}

/** Puts payloads into RTP packets with growing sequence numbers. */
export class RtpPacketiser {
  readonly ssrc: number;
  readonly #payloadType: number;
  #sequence: number;

  constructor(start: { ssrc: number; sequence: number; payloadType?: number }) {
    this.#payloadType = start.payloadType ?? VIDEO_PAYLOAD_TYPE;
    this.ssrc = start.ssrc >>> 0;
    this.#sequence = start.sequence & 0xffff;
  }

  /** Number of the packet that comes next. */
  get nextSequence(): number {
    return this.#sequence;
  }

  /** The packets of one picture (RFC 6184, RFC 7798); the last one carries the marker bit. */
  packets(nals: readonly Buffer[], timestamp: number, codec: VideoCodec = 'h264'): Buffer[] {
    const payloads = nals.flatMap((nal) => fragments(nal, codec));
    return payloads.map((parts, index) => this.packet({ parts, marker: index === payloads.length - 1 }, timestamp));
  }

  packet({ parts, marker }: Payload, timestamp: number): Buffer {
    const header = Buffer.allocUnsafe(RTP_HEADER_BYTES);
    header[0] = 0x80;
    header[1] = (marker ? 0x80 : 0) | this.#payloadType;
    header.writeUInt16BE(this.#sequence, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(this.ssrc, 8);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return Buffer.concat([header, ...parts]);
  }
}

/** A NAL unit whole, or as FU-A (RFC 6184, 5.8) or FU (RFC 7798, 4.4.3). */
function fragments(nal: Buffer, codec: VideoCodec): Buffer[][] {
  if (nal.length <= MAX_PACKET_BYTES - RTP_HEADER_BYTES) return [[nal]];
  const headerBytes = codec === 'h264' ? 1 : 2;
  const first = nal[0]!;
  const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
  const unitHeader = codec === 'h264' ? [(first & 0xe0) | FU_A] : [(first & 0x81) | (FU << 1), nal[1]!];
  const room = MAX_PACKET_BYTES - RTP_HEADER_BYTES - unitHeader.length - 1;
  const parts: Buffer[][] = [];
  for (let at = headerBytes; at < nal.length; at += room) {
    const end = Math.min(nal.length, at + room);
    const start = at === headerBytes ? 0x80 : 0;
    const final = end === nal.length ? 0x40 : 0;
    parts.push([Buffer.from([...unitHeader, start | final | type]), nal.subarray(at, end)]);
  }
  return parts;
}

/** The same packet in another session: with this SSRC, and so far on in sequence and time. */
export function readdressed(packet: Buffer, to: { ssrc: number; sequence: number; timestamp: number }): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt16BE((packet.readUInt16BE(2) + to.sequence) & 0xffff, 2);
  copy.writeUInt32BE((packet.readUInt32BE(4) + to.timestamp) >>> 0, 4);
  copy.writeUInt32BE(to.ssrc >>> 0, 8);
  return copy;
}

export interface SenderReport {
  ssrc: number;
  /** The camera's clock, epoch ms, at the instant that `timestamp` names. */
  wallClock: number;
  timestamp: number;
  packetsSent: number;
  bytesSent: number;
  cname: string;
}

/** An RTCP compound packet: sender report (RFC 3550, 6.4.1) and source description (6.5). */
export function senderReport(report: SenderReport): Buffer {
  const sr = Buffer.alloc(28);
  sr[0] = 0x80;
  sr[1] = SENDER_REPORT;
  sr.writeUInt16BE(sr.length / 4 - 1, 2);
  sr.writeUInt32BE(report.ssrc, 4);
  const seconds = Math.floor(report.wallClock / 1000);
  sr.writeUInt32BE((seconds + NTP_EPOCH_OFFSET) >>> 0, 8);
  sr.writeUInt32BE(Math.floor(((report.wallClock - seconds * 1000) / 1000) * 2 ** 32) >>> 0, 12);
  sr.writeUInt32BE(report.timestamp, 16);
  sr.writeUInt32BE(report.packetsSent >>> 0, 20);
  sr.writeUInt32BE(report.bytesSent >>> 0, 24);

  const cname = Buffer.from(report.cname);
  // The list of items ends with at least one zero byte and fills its last word.
  const sdes = Buffer.alloc(8 + Math.ceil((2 + cname.length + 1) / 4) * 4);
  sdes[0] = 0x81;
  sdes[1] = SOURCE_DESCRIPTION;
  sdes.writeUInt16BE(sdes.length / 4 - 1, 2);
  sdes.writeUInt32BE(report.ssrc, 4);
  sdes[8] = CNAME;
  sdes[9] = cname.length;
  cname.copy(sdes, 10);
  return Buffer.concat([sr, sdes]);
}
