import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProfileName } from '../model.ts';
import { describe, TRACK } from '../video/sdp.ts';
import type { VideoStream } from '../video/stream.ts';
import { DigestGuard, type Credentials } from './digest.ts';
import { Feed } from './feed.ts';
import { formatAnswer, RtspReader, type RtspAnswer, type RtspRequest } from './message.ts';
import { chooseTransport, TcpTransport, UdpTransport, type PacketTransport } from './transport.ts';

/** A camera as the RTSP server needs it. */
export interface RtspCamera {
  id: string;
  clockOffsetMs: number;
  isDown(): boolean;
  isSilent(): boolean;
  credentials(): Credentials;
  stream(role: ProfileName): VideoStream;
}

export interface ConnectionDependencies {
  clock: Clock;
  log: Logger;
  /** Address of the interface, for UDP ports and descriptions. */
  address: string;
  findCamera: (id: string) => RtspCamera | undefined;
}

/** Seconds without a word after which a session is over (RFC 2326, 12.37). */
export const SESSION_TIMEOUT_SECONDS = 60;

const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER';

interface Session {
  id: string;
  feed: Feed;
  rtcpChannel: number | null;
}

/** One RTSP client. A session lives and ends with its connection, as on most cameras. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #deps: ConnectionDependencies;
  readonly #reader = new RtspReader();
  readonly #guard: DigestGuard;
  #camera: RtspCamera | null = null;
  #session: Session | null = null;
  #heardAt: number;
  #work: Promise<void> = Promise.resolve();

  constructor(socket: Socket, deps: ConnectionDependencies) {
    this.#socket = socket;
    this.#deps = deps;
    this.#guard = new DigestGuard(deps.clock);
    this.#heardAt = deps.clock.monotonic();
  }

  /** The camera that this client has asked for, once it has. */
  get cameraId(): string | null {
    return this.#camera?.id ?? null;
  }

  start(): void {
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', () => this.drop());
    this.#socket.on('close', () => this.drop());
  }

  /** Ends the connection without a word. */
  drop(): void {
    this.#session?.feed.close();
    this.#session = null;
    this.#socket.destroy();
  }

  /** Ends a client that has been quiet for too long. */
  dropIfQuiet(): void {
    if (this.#deps.clock.monotonic() - this.#heardAt > SESSION_TIMEOUT_SECONDS * 1000) this.drop();
  }

  #read(chunk: Buffer): void {
    for (const item of this.#reader.push(chunk)) {
      if (item.type === 'malformed') {
        this.#socket.end(formatAnswer({ status: 400 }, undefined));
      } else if (item.type === 'interleaved') {
        // Any receiver report says that the client is there.
        if (item.channel === this.#session?.rtcpChannel) this.#heardAt = this.#deps.clock.monotonic();
      } else {
        // One after the other: answers must keep the order of the requests.
        this.#work = this.#work.then(() => this.#serve(item.request));
      }
    }
  }

  async #serve(request: RtspRequest): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#heardAt = this.#deps.clock.monotonic();
    const answer = await this.#answer(request).catch((error: unknown): RtspAnswer => {
      this.#deps.log.error({ method: request.method, error: messageOf(error) }, 'an RTSP request failed');
      return { status: 500 };
    });
    if (this.#camera?.isDown()) return this.drop();
    if (this.#camera?.isSilent() || this.#socket.destroyed) return;
    const text = formatAnswer(answer, request.headers.get('cseq'));
    if (request.method === 'TEARDOWN' && answer.status === 200) this.#socket.end(text);
    else this.#socket.write(text);
    // Pictures only after the answer: some clients take a `$` before it for garbage.
    if (request.method === 'PLAY' && answer.status === 200) this.#session?.feed.play();
  }

  async #answer(request: RtspRequest): Promise<RtspAnswer> {
    const { method, headers } = request;
    const place = this.#locate(request.url);
    if (place) this.#camera = place.camera;
    if (headers.has('require')) return { status: 551, headers: { Unsupported: headers.get('require')! } };
    if (method === 'OPTIONS') return { status: 200, headers: { Public: METHODS } };
    if (!METHODS.split(', ').includes(method)) return { status: 501, headers: { Public: METHODS } };
    if (!place) return { status: 404 };

    const verdict = this.#guard.check(method, headers.get('authorization'), place.camera.credentials());
    if (verdict !== 'accepted') {
      return { status: 401, headers: { 'WWW-Authenticate': this.#guard.challenge(verdict === 'stale') } };
    }
    if (method === 'DESCRIBE') return this.#describe(place.stream, request.url);
    if (method === 'SETUP') return this.#setup(place.camera, place.stream, headers);

    const session = this.#session;
    const named = headers.get('session')?.split(';')[0]?.trim();
    // GET_PARAMETER without a session is a plain sign of life (10.8).
    if (method === 'GET_PARAMETER' && named === undefined) return { status: 200 };
    if (!session || named !== session.id) return { status: 454 };
    const own = { Session: session.id };
    if (method === 'TEARDOWN') {
      session.feed.close();
      this.#session = null;
    }
    if (method === 'PAUSE') session.feed.pause();
    if (method !== 'PLAY') return { status: 200, headers: own };
    const track = `url=${request.url.replace(/\/+$/, '')}/${TRACK}`;
    const info = `${track};seq=${place.stream.nextSequence};rtptime=${place.stream.instant().timestamp}`;
    return { status: 200, headers: { ...own, Range: 'npt=now-', 'RTP-Info': info } };
  }

  #describe(stream: VideoStream, url: string): RtspAnswer {
    return {
      status: 200,
      headers: { 'Content-Base': url.endsWith('/') ? url : `${url}/` },
      body: {
        type: 'application/sdp',
        text: describe(stream.profile, stream.parameterSets, this.#deps.address),
      },
    };
  }

  async #setup(camera: RtspCamera, stream: VideoStream, headers: ReadonlyMap<string, string>): Promise<RtspAnswer> {
    const named = headers.get('session')?.split(';')[0]?.trim();
    if (named !== undefined && named !== this.#session?.id) return { status: 454 };
    // There is one track; setting it up again would change the transport of a running stream (10.4).
    if (this.#session?.feed.playing) return { status: 455 };
    const offer = chooseTransport(headers.get('transport') ?? '');
    if (!offer) return { status: 461 };
    const ssrc = stream.ssrc.toString(16).padStart(8, '0').toUpperCase();
    const transport: PacketTransport =
      offer.kind === 'tcp'
        ? new TcpTransport(this.#socket, offer.channels, ssrc)
        : await UdpTransport.open({
            address: this.#deps.address,
            clientAddress: this.#socket.remoteAddress ?? this.#deps.address,
            ports: offer.ports,
            ssrc,
            onHeard: () => {
              this.#heardAt = this.#deps.clock.monotonic();
            },
          });
    if (this.#socket.destroyed) {
      transport.close();
      return { status: 500 };
    }
    this.#session?.feed.close();
    const { clock } = this.#deps;
    this.#session = {
      id: this.#session?.id ?? randomBytes(8).toString('hex').toUpperCase(),
      rtcpChannel: offer.kind === 'tcp' ? offer.channels[1] : null,
      feed: new Feed({
        clock,
        stream,
        transport,
        cname: camera.id,
        clockOffsetMs: camera.clockOffsetMs,
        isSilent: () => camera.isSilent(),
      }),
    };
    return {
      status: 200,
      headers: { Transport: transport.header, Session: `${this.#session.id};timeout=${SESSION_TIMEOUT_SECONDS}` },
    };
  }

  /** `rtsp://host:port/{camera}/{main|sub}`, with the track after it in SETUP. */
  #locate(url: string): { camera: RtspCamera; stream: VideoStream } | null {
    const path = URL.parse(url)?.pathname ?? '';
    const [, id = '', role, track, ...more] = path.replace(/\/+$/, '').split('/');
    const camera = this.#deps.findCamera(id);
    if (!camera || (role !== 'main' && role !== 'sub') || (track ?? TRACK) !== TRACK || more.length > 0) return null;
    return { camera, stream: camera.stream(role) };
  }
}
