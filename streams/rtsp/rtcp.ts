const SENDER_REPORT = 200;
const GOODBYE = 203;

export interface RtcpListener {
  senderReport(ntpSeconds: number, ntpFraction: number, timestamp: number): void;
  goodbye(): void;
}

/** Walks a compound RTCP packet (RFC 3550, 6.1); what is broken or unknown is passed over. */
export function readRtcp(bytes: Buffer, start: number, end: number, listener: RtcpListener): void {
  let at = start;
  while (end - at >= 4 && bytes[at]! >> 6 === 2) {
    const length = 4 * (bytes.readUInt16BE(at + 2) + 1);
    if (length > end - at) return;
    const type = bytes[at + 1];
    if (type === SENDER_REPORT && length >= 28) {
      listener.senderReport(bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12), bytes.readUInt32BE(at + 16));
    } else if (type === GOODBYE) {
      listener.goodbye();
    }
    at += length;
  }
}
