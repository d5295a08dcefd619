import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { StreamPicture } from '../video/stream.ts';

/** How packets reach one client. */
export interface PacketTransport {
  /** The Transport header that answers SETUP. */
  readonly header: string;
  /** Sends a whole picture, or nothing of it where the client has too much outstanding: then false. */
  sendPicture(picture: StreamPicture): boolean;
  sendControl(packet: Buffer): void;
  close(): void;
}

export type TransportOffer =
  { kind: 'tcp'; channels: readonly [number, number] } | { kind: 'udp'; ports: readonly [number, number] };

/** What may wait for one client; the pictures of about three seconds at the cap. */
const MAX_OUTSTANDING_BYTES = 1024 * 1024;
const PORT_PAIR_ATTEMPTS = 20;

/** The first of the client's offers that this server speaks (RFC 2326, 12.39); null means 461. */
export function chooseTransport(header: string, refused: 'tcp' | 'udp' | 'both' | null = null): TransportOffer | null {
  const speaks = (kind: 'tcp' | 'udp') => refused !== kind && refused !== 'both';
  for (const offer of header.split(',')) {
    const [protocol = '', ...parameters] = offer.split(';').map((part) => part.trim());
    if (parameters.includes('multicast')) continue;
    const range = (name: string) => {
      const [, first, second] = new RegExp(`^${name}=(\\d+)(?:-(\\d+))?$`).exec(findNamed(parameters, name)) ?? [];
      return first === undefined ? null : ([Number(first), Number(second ?? Number(first) + 1)] as const);
    };
    if (/^RTP\/AVP\/TCP$/i.test(protocol) && speaks('tcp')) {
      const channels = range('interleaved') ?? [0, 1];
      if (channels.every((channel) => channel <= 255)) return { kind: 'tcp', channels };
    }
    if (/^RTP\/AVP(\/UDP)?$/i.test(protocol) && speaks('udp')) {
      const ports = range('client_port');
      if (ports?.every((port) => port > 0 && port <= 65_535)) return { kind: 'udp', ports };
    }
  }
  return null;
}

function findNamed(parameters: string[], name: string): string {
  return parameters.find((parameter) => parameter.startsWith(`${name}=`)) ?? '';
}

/** Packets between the RTSP messages on their own connection (RFC 2326, 10.12). */
export class TcpTransport implements PacketTransport {
  readonly header: string;
  readonly channels: readonly [number, number];
  readonly #socket: Socket;

  constructor(socket: Socket, channels: readonly [number, number], ssrc: string) {
    this.#socket = socket;
    this.channels = channels;
    this.header = `RTP/AVP/TCP;unicast;interleaved=${channels.join('-')};ssrc=${ssrc}`;
  }

  /** One write for a picture: a system call for each packet would be the larger part of the cost. */
  sendPicture({ packets, bytes }: StreamPicture): boolean {
    const waiting = this.#socket.writableLength;
    if (waiting > 0 && waiting + bytes > MAX_OUTSTANDING_BYTES) return false;
    const joined = Buffer.allocUnsafe(bytes + packets.length * 4);
    let at = 0;
    for (const packet of packets) {
      writeFrame(joined, at, this.channels[0], packet);
      at += 4 + packet.length;
    }
    this.#socket.write(joined);
    return true;
  }

  sendControl(packet: Buffer): void {
    const frame = Buffer.allocUnsafe(4 + packet.length);
    writeFrame(frame, 0, this.channels[1], packet);
    this.#socket.write(frame);
  }

  close(): void {
    // The connection belongs to the server.
  }
}

function writeFrame(target: Buffer, at: number, channel: number, packet: Buffer): void {
  target[at] = 0x24;
  target[at + 1] = channel;
  target.writeUInt16BE(packet.length, at + 2);
  packet.copy(target, at + 4);
}

export interface Impairment {
  /** Share of the datagrams that are lost, 0..1. */
  loss: number;
  reorders: boolean;
}

/** One of so many datagrams is overtaken by the next. */
const REORDER_EVERY = 9;

export interface UdpTransportOptions {
  /** Address of the local interface. */
  address: string;
  clientAddress: string;
  ports: readonly [number, number];
  ssrc: string;
  /** What the network does to the datagrams. */
  impairment: () => Impairment;
  /** The client said something on the RTCP port. */
  onHeard: () => void;
}

/** Packets as datagrams from a pair of own ports. */
export class UdpTransport implements PacketTransport {
  readonly header: string;
  readonly #options: UdpTransportOptions;
  readonly #rtp: UdpSocket;
  readonly #rtcp: UdpSocket;
  #outstandingBytes = 0;
  #sent = 0;

  private constructor(options: UdpTransportOptions, rtp: UdpSocket, rtcp: UdpSocket) {
    this.#options = options;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    const own = `${rtp.address().port}-${rtcp.address().port}`;
    this.header = `RTP/AVP;unicast;client_port=${options.ports.join('-')};server_port=${own};ssrc=${options.ssrc}`;
    // An ICMP "port unreachable" of a client that left; its session times out.
    rtp.on('error', () => undefined);
    rtcp.on('error', () => undefined);
    rtcp.on('message', (_, from) => {
      if (from.address === options.clientAddress) options.onHeard();
    });
  }

  /** @throws Error where no pair of ports is free. */
  static async open(options: UdpTransportOptions): Promise<UdpTransport> {
    const [rtp, rtcp] = await bindPortPair(options.address);
    return new UdpTransport(options, rtp, rtcp);
  }

  sendPicture({ packets, bytes }: StreamPicture): boolean {
    if (this.#outstandingBytes > 0 && this.#outstandingBytes + bytes > MAX_OUTSTANDING_BYTES) return false;
    for (const packet of this.#impaired(packets)) {
      this.#outstandingBytes += packet.length;
      this.#rtp.send(packet, this.#options.ports[0], this.#options.clientAddress, () => {
        this.#outstandingBytes -= packet.length;
      });
    }
    return true;
  }

  /** What the network leaves of a picture, in the order in which it arrives. */
  #impaired(packets: readonly Buffer[]): readonly Buffer[] {
    const { loss, reorders } = this.#options.impairment();
    if (loss === 0 && !reorders) return packets;
    const left = packets.filter(() => Math.random() >= loss);
    for (let at = 0; reorders && at + 1 < left.length; at++) {
      this.#sent += 1;
      if (this.#sent % REORDER_EVERY === 0) [left[at], left[at + 1]] = [left[at + 1]!, left[at]!];
    }
    return left;
  }

  sendControl(packet: Buffer): void {
    this.#rtcp.send(packet, this.#options.ports[1], this.#options.clientAddress, () => undefined);
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }
}

/** RFC 3550, 11: RTP on an even port, RTCP on the next one. */
async function bindPortPair(address: string): Promise<[UdpSocket, UdpSocket]> {
  for (let attempt = 0; attempt < PORT_PAIR_ATTEMPTS; attempt++) {
    const rtp = await bind(address, 0);
    const port = rtp.address().port;
    if (port % 2 === 0) {
      const rtcp = await bind(address, port + 1).catch(() => null);
      if (rtcp) return [rtp, rtcp];
    }
    rtp.close();
  }
  throw new Error(`no pair of UDP ports is free on ${address}`);
}

async function bind(address: string, port: number): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}
