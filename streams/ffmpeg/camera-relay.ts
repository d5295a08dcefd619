import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import tls from 'node:tls';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import { parseStreamAddress } from '#lib/stream-address.ts';

export interface CameraRelayOptions {
  /** rtsp:// or rtsps:// address of the camera. */
  uri: string;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
}

const PORTS = { 'rtsp:': 554, 'rtsps:': 322 } as const;
const LOOPBACK = '127.0.0.1';

/**
 * The one connection that ffmpeg makes, carried on to the camera by us. ffmpeg asks nobody before it connects and goes
 * wherever a camera sends it; so it knows no address but that of this relay, and what would send it elsewhere does not
 * get through. The camera's name is resolved once, judged, and that address is connected to. TLS ends here, as what
 * is encrypted cannot be looked at.
 */
export class CameraRelay {
  readonly #options: CameraRelayOptions;
  readonly #server = net.createServer((socket) => this.#carry(socket));
  readonly #sockets = new Set<net.Socket>();
  #failure: AppError | null = null;

  constructor(options: CameraRelayOptions) {
    this.#options = options;
  }

  /** Why the camera could not be reached; null where it could, or nobody tried. */
  get failure(): AppError | null {
    return this.#failure;
  }

  /** Answers the address for ffmpeg. @throws AppError CAMERA_PROTOCOL for what is no stream address */
  async open(): Promise<string> {
    const stream = parseStreamAddress(this.#options.uri);
    if (!stream) throw new AppError('CAMERA_PROTOCOL', 'the address does not begin with rtsp://');
    this.#server.listen(0, LOOPBACK);
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    return stream.address.replace(/^rtsps?:\/\/(\[[^\]]*\]|[^/?#:]+)(:\d+)?/, `rtsp://${LOOPBACK}:${port}`);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #carry(ours: net.Socket): void {
    // ffmpeg makes one connection; whoever else comes is not ffmpeg.
    this.#server.close();
    let camera: net.Socket;
    try {
      camera = this.#connect();
    } catch (error) {
      return this.#fail(error, ours);
    }
    const way = new WithoutRedirections();
    // That ffmpeg hangs up says nothing of the camera.
    ours.on('error', () => camera.destroy());
    camera.on('error', (error) => this.#fail(error, ours));
    this.#keep(ours, camera);
    this.#keep(camera, ours);
    ours.pipe(camera);
    camera.pipe(way).pipe(ours);
  }

  #connect(): net.Socket {
    const { uri, networks } = this.#options;
    const { protocol, hostname, port } = new URL(uri.replace(/^(rtsps?):/i, (scheme) => scheme.toLowerCase()));
    const host = hostname.replace(/^\[|\]$/g, '');
    networks?.check(host);
    const where = {
      host,
      port: Number(port) || PORTS[protocol as keyof typeof PORTS],
      noDelay: true,
      ...(networks ? { lookup: networks.lookup } : {}),
    };
    if (protocol === 'rtsp:') return net.connect(where);
    // Cameras make their own certificates; see devices/onvif/bounded-post.ts.
    return tls.connect({ ...where, rejectUnauthorized: false, ...(net.isIP(host) === 0 ? { servername: host } : {}) });
  }

  /** What ends on one side ends on the other. */
  #keep(socket: net.Socket, other: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }

  #fail(error: unknown, other: net.Socket): void {
    this.#failure ??= error instanceof AppError ? error : new AppError('CAMERA_UNREACHABLE', messageOf(error));
    other.destroy();
  }
}

const HEADER = Buffer.from('LOCATION:', 'latin1');

/**
 * Passes on what a camera says, but makes `Location:` unreadable wherever it stands (RFC 2326, 12.25): with a semicolon it is
 * a header that nobody knows. ffmpeg leaves out every CR while it reads, so they count for nothing here. In the bytes
 * of pictures the word comes up by chance once in ages, and costs a letter.
 */
export class WithoutRedirections extends Transform {
  /** How much of the word stands at the end of what was passed on. */
  #matched = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === 0x0d) continue;
      const upper = byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
      // No letter of the word begins it but the first.
      this.#matched = upper === HEADER[this.#matched] ? this.#matched + 1 : upper === HEADER[0] ? 1 : 0;
      if (this.#matched < HEADER.length) continue;
      chunk[at] = 0x3b;
      this.#matched = 0;
    }
    done(null, chunk);
  }
}
