import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { PortPair } from './transport.ts';

const ATTEMPTS = 20;
/** A key frame comes in one burst, which waits here while we do something else. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

export interface UdpPortsOptions {
  /** Ours, on the way to the camera. */
  localAddress: string;
  /** Packets from anywhere else are passed over. */
  cameraAddress: string;
  rtp: (packet: Buffer) => void;
  rtcp: (packet: Buffer) => void;
}

/** A pair of UDP ports for one track: RTP on an even one, RTCP on the next (RFC 3550, 11). */
export class UdpPorts {
  readonly #cameraAddress: string;
  readonly #sockets: readonly [Socket, Socket];
  #cameraPorts: PortPair | null = null;

  private constructor(options: UdpPortsOptions, sockets: readonly [Socket, Socket]) {
    this.#cameraAddress = options.cameraAddress;
    this.#sockets = sockets;
    for (const [i, take] of [options.rtp, options.rtcp].entries()) {
      sockets[i]!.on('message', (packet: Buffer, from: RemoteInfo) => {
        if (from.address === options.cameraAddress) take(packet);
      });
      // What ICMP says of a port that the camera does not hear on is no reason to stop hearing the camera.
      sockets[i]!.on('error', () => undefined);
    }
  }

  /** @throws AppError CAMERA_UNREACHABLE where no pair is free. */
  static async open(options: UdpPortsOptions): Promise<UdpPorts> {
    let cause: unknown = null;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const rtp = await bind(options.localAddress, 0).catch((error: unknown) => ((cause = error), null));
      if (!rtp) break;
      const { port } = rtp.address();
      const rtcp = port % 2 === 0 ? await bind(options.localAddress, port + 1).catch(() => null) : null;
      if (rtcp) return new UdpPorts(options, [rtp, rtcp]);
      rtp.close();
    }
    throw new AppError('CAMERA_UNREACHABLE', `no pair of UDP ports is free on ${options.localAddress}`, {
      cause: cause ?? undefined,
    });
  }

  get ours(): PortPair {
    const [rtp, rtcp] = this.#sockets;
    return { rtp: rtp.address().port, rtcp: rtcp.address().port };
  }

  /**
   * The camera sends from these ports. A first packet to each opens the way back through whatever stands between, which
   * lets in only answers: an RTP header without payload, and a report.
   */
  greet(cameraPorts: PortPair, report: Buffer): void {
    this.#cameraPorts = cameraPorts;
    this.#send(0, Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), cameraPorts.rtp);
    this.report(report);
  }

  report(packet: Buffer): void {
    if (this.#cameraPorts) this.#send(1, packet, this.#cameraPorts.rtcp);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #send(which: 0 | 1, packet: Buffer, port: number): void {
    this.#sockets[which].send(packet, port, this.#cameraAddress, () => undefined);
  }
}

async function bind(address: string, port: number): Promise<Socket> {
  const type = address.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES });
  try {
    socket.bind({ address, port, exclusive: true });
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw new Error(messageOf(error), { cause: error });
  }
}
