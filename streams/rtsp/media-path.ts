import type { RtspConnection } from './connection.ts';
import { offerTcp, offerUdp, type Transport } from './transport.ts';
import { UdpPorts } from './udp-ports.ts';

/** Who takes the packets of a track. */
export interface PacketTaker {
  rtp(bytes: Buffer, start: number, end: number): void;
  rtcp(bytes: Buffer, start: number, end: number): void;
}

/** The way of one track's packets from the camera to us, and of our reports back. */
export interface MediaPath {
  /** What we ask for in SETUP. */
  readonly offer: string;
  /** Holds from the camera's answer on. `greeting` goes first where something must go first. */
  begin(transport: Transport, greeting: Buffer): void;
  report(packet: Buffer): void;
  close(): void;
}

/** Leads the packets between the messages of one connection to the tracks, by their channels. */
export class InterleavedPaths {
  readonly #connection: RtspConnection;
  /** By channel. */
  readonly #rtp: (PacketTaker | undefined)[] = [];
  readonly #rtcp: (PacketTaker | undefined)[] = [];
  #opened = 0;

  constructor(connection: RtspConnection) {
    this.#connection = connection;
  }

  take(channel: number, bytes: Buffer, start: number, end: number): void {
    const taker = this.#rtp[channel];
    if (taker) taker.rtp(bytes, start, end);
    else this.#rtcp[channel]?.rtcp(bytes, start, end);
  }

  open(taker: PacketTaker): MediaPath {
    const offered = 2 * this.#opened;
    let reportChannel: number | null = null;
    this.#opened += 1;
    return {
      offer: offerTcp(offered),
      begin: (transport) => {
        if (transport.kind !== 'tcp') return;
        const { rtpChannel, rtcpChannel } = transport;
        // The first track keeps its channels where a camera gives the same to a second one.
        if (this.#rtp[rtpChannel] || this.#rtcp[rtcpChannel]) return;
        this.#rtp[rtpChannel] = this.#rtcp[rtcpChannel] = taker;
        reportChannel = rtcpChannel;
      },
      report: (packet) => {
        if (reportChannel !== null) this.#connection.sendInterleaved(reportChannel, packet);
      },
      close: () => undefined,
    };
  }
}

/** @throws AppError CAMERA_UNREACHABLE where no ports are free. */
export async function openUdpPath(connection: RtspConnection, taker: PacketTaker): Promise<MediaPath> {
  const { local, remote } = connection.addresses;
  const ports = await UdpPorts.open({
    localAddress: local,
    cameraAddress: remote,
    rtp: (packet) => taker.rtp(packet, 0, packet.length),
    rtcp: (packet) => taker.rtcp(packet, 0, packet.length),
  });
  return {
    offer: offerUdp(ports.ours),
    begin: (transport, greeting) => {
      if (transport.kind === 'udp' && transport.cameraPorts) ports.greet(transport.cameraPorts, greeting);
    },
    report: (packet) => ports.report(packet),
    close: () => ports.close(),
  };
}
