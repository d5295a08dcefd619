/** How a track travels, as the camera answered SETUP (RFC 2326, 12.39). */
export type Transport =
  | { kind: 'tcp'; rtpChannel: number; rtcpChannel: number }
  /** Where the camera sends from and hears reports; null where it did not say. */
  | { kind: 'udp'; cameraPorts: PortPair | null };

export interface PortPair {
  rtp: number;
  rtcp: number;
}

export function offerTcp(channel: number): string {
  return `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
}

export function offerUdp({ rtp, rtcp }: PortPair): string {
  return `RTP/AVP;unicast;client_port=${rtp}-${rtcp}`;
}

/** Reads the Transport header of an answer; where it says nothing, what was offered holds. */
export function readTransport(header: string, offer: string): Transport {
  const answered = header.trim() === '' ? offer : header;
  if (/^\s*RTP\/AVP\/TCP/i.test(answered) || /;\s*interleaved\s*=/i.test(answered)) {
    const [rtpChannel, rtcpChannel] = pair(answered, 'interleaved') ?? pair(offer, 'interleaved') ?? [0, 1];
    return { kind: 'tcp', rtpChannel, rtcpChannel };
  }
  const ports = pair(answered, 'server_port');
  return {
    kind: 'udp',
    cameraPorts: ports && isPort(ports[0]) && isPort(ports[1]) ? { rtp: ports[0], rtcp: ports[1] } : null,
  };
}

function pair(text: string, name: string): [number, number] | null {
  const found = new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*(\\d{1,5})(?:\\s*-\\s*(\\d{1,5}))?`, 'i').exec(text);
  if (!found) return null;
  const first = Number(found[1]);
  return [first, Number(found[2] ?? first + 1)];
}

const isPort = (value: number) => value > 0 && value <= 65_535;
