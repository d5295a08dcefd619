import type { ReceptionReport } from './receiver-statistics.ts';

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const GOODBYE = 203;
const CNAME = 1;

export interface RtcpListener {
  senderReport(source: number, ntpSeconds: number, ntpFraction: number, timestamp: number): void;
  goodbye(source: number): void;
}

/** Walks a compound RTCP packet (RFC 3550, 6.1); what is broken or unknown is passed over. */
export function readRtcp(bytes: Buffer, start: number, end: number, listener: RtcpListener): void {
  let at = start;
  while (end - at >= 4 && bytes[at]! >> 6 === 2) {
    const length = 4 * (bytes.readUInt16BE(at + 2) + 1);
    if (length > end - at) return;
    const type = bytes[at + 1];
    if (type === SENDER_REPORT && length >= 28) {
      const word = (index: number) => bytes.readUInt32BE(at + 4 * index);
      listener.senderReport(word(1), word(2), word(3), word(4));
    } else if (type === GOODBYE) {
      const sources = Math.min(bytes[at]! & 31, length / 4 - 1);
      for (let i = 1; i <= sources; i += 1) listener.goodbye(bytes.readUInt32BE(at + 4 * i));
    }
    at += length;
  }
}

export interface ReportBlock extends ReceptionReport {
  /** Whose packets it is about. */
  source: number;
  /** The middle 32 bits of the NTP time of the last sender report; 0 where there was none. */
  lastReport: number;
  /** Since that report came, in 1/65536 s. */
  sinceLastReport: number;
}

/** A receiver report with our name behind it, as a compound packet must have (RFC 3550, 6.1, 6.4.2 and 6.5). */
export function receiverReport(ours: number, block: ReportBlock | null): Buffer {
  const report = Buffer.alloc(block ? 32 : 8);
  report[0] = 0x80 | (block ? 1 : 0);
  report[1] = RECEIVER_REPORT;
  report.writeUInt16BE(report.length / 4 - 1, 2);
  report.writeUInt32BE(ours, 4);
  if (block) {
    report.writeUInt32BE(block.source, 8);
    report[12] = block.fractionLost;
    report.writeIntBE(Math.max(-0x800000, Math.min(0x7fffff, block.cumulativeLost)), 13, 3);
    report.writeUInt32BE(block.highestSequence, 16);
    report.writeUInt32BE(block.jitter >>> 0, 20);
    report.writeUInt32BE(block.lastReport >>> 0, 24);
    report.writeUInt32BE(block.sinceLastReport >>> 0, 28);
  }
  return Buffer.concat([report, ourName(ours)]);
}

function ourName(ours: number): Buffer {
  const name = `hallwatch-${ours.toString(16)}`;
  // The list of items ends with at least one zero, on a word.
  const words = Math.ceil((8 + 2 + name.length + 1) / 4);
  const description = Buffer.alloc(4 * words);
  description[0] = 0x81;
  description[1] = SOURCE_DESCRIPTION;
  description.writeUInt16BE(words - 1, 2);
  description.writeUInt32BE(ours, 4);
  description[8] = CNAME;
  description[9] = name.length;
  description.write(name, 10, 'latin1');
  return description;
}
