import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProfileName } from '../model.ts';
import type { AudioStream } from '../audio/stream.ts';
import { describe, TRACKS, type TrackName } from '../video/sdp.ts';
import type { VideoStream } from '../video/stream.ts';
import { DigestGuard, type Credentials } from './digest.ts';
import { Feed, type FeedConditions } from './feed.ts';
import { formatAnswer, RtspReader, type RtspAnswer, type RtspRequest } from './message.ts';
import { chooseTransport, TcpTransport, UdpTransport, type Impairment, type PacketTransport } from './transport.ts';

/** A camera as the RTSP server needs it. */
export interface RtspCamera extends FeedConditions {
  id: string;
  isDown(): boolean;
  credentials(): Credentials;
  /** Somebody tried to sign in; a camera may count the wrong ones. */
  onSignIn(isRight: boolean): void;
  stream(role: ProfileName): VideoStream;
  /** Its microphone, if it has one. */
  sound(): AudioStream | null;
  ssrcMask(): number;
  refusedTransport(): 'tcp' | 'udp' | 'both' | null;
  closesAfterPlay(): boolean;
  impairment(): Impairment;
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
  role: ProfileName;
  feeds: Map<TrackName, Feed>;
  rtcpChannels: Set<number>;
}

/** What an address names. */
interface Place {
  camera: RtspCamera;
  role: ProfileName;
  track: TrackName;
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
    this.#endSession();
    this.#socket.destroy();
  }

  /** The camera may show its pictures from another encoder now. */
  refresh(): void {
    if (this.#session) this.#session.feeds.get('video')?.use(this.#camera!.stream(this.#session.role));
  }

  #endSession(): void {
    for (const feed of this.#session?.feeds.values() ?? []) feed.close();
    this.#session = null;
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
        if (this.#session?.rtcpChannels.has(item.channel)) this.#heardAt = this.#deps.clock.monotonic();
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
    if (request.method !== 'PLAY' || answer.status !== 200) return;
    if (this.#camera?.closesAfterPlay()) this.#socket.end();
    else for (const feed of this.#session?.feeds.values() ?? []) feed.play();
  }

  async #answer(request: RtspRequest): Promise<RtspAnswer> {
    const { method, headers } = request;
    const place = this.#locate(request.url);
    if (place) this.#camera = place.camera;
    if (headers.has('require')) return { status: 551, headers: { Unsupported: headers.get('require')! } };
    if (method === 'OPTIONS') return { status: 200, headers: { Public: METHODS } };
    if (!METHODS.split(', ').includes(method)) return { status: 501, headers: { Public: METHODS } };
    if (!place) return { status: 404 };

    const authorization = headers.get('authorization');
    const verdict = this.#guard.check(method, authorization, place.camera.credentials());
    if (authorization !== undefined) place.camera.onSignIn(verdict !== 'refused');
    if (verdict !== 'accepted') {
      return { status: 401, headers: { 'WWW-Authenticate': this.#guard.challenge(verdict === 'stale') } };
    }
    if (method === 'DESCRIBE') return this.#describe(place, request.url);
    if (method === 'SETUP') return this.#setup(place, headers);

    const session = this.#session;
    const named = headers.get('session')?.split(';')[0]?.trim();
    // GET_PARAMETER without a session is a plain sign of life (10.8).
    if (method === 'GET_PARAMETER' && named === undefined) return { status: 200 };
    if (!session || named !== session.id) return { status: 454 };
    const own = { Session: session.id };
    if (method === 'TEARDOWN') this.#endSession();
    if (method === 'PAUSE') for (const feed of session.feeds.values()) feed.pause();
    if (method !== 'PLAY') return { status: 200, headers: own };
    const base = request.url.replace(/\/+$/, '');
    const info = [...session.feeds].map(
      ([track, feed]) => `url=${base}/${TRACKS[track]};seq=${feed.nextSequence};rtptime=${feed.timestamp}`,
    );
    return { status: 200, headers: { ...own, Range: 'npt=now-', 'RTP-Info': info.join(',') } };
  }

  #describe({ camera, role }: Place, url: string): RtspAnswer {
    const stream = camera.stream(role);
    return {
      status: 200,
      headers: { 'Content-Base': url.endsWith('/') ? url : `${url}/` },
      body: {
        type: 'application/sdp',
        text: describe({
          profile: stream.profile,
          sets: stream.parameterSets,
          audio: camera.sound()?.track ?? null,
          originAddress: this.#deps.address,
        }),
      },
    };
  }

  async #setup({ camera, role, track }: Place, headers: ReadonlyMap<string, string>): Promise<RtspAnswer> {
    const named = headers.get('session')?.split(';')[0]?.trim();
    if (named !== undefined && named !== this.#session?.id) return { status: 454 };
    const session = this.#session;
    // Setting a track up again would change the transport of a running stream (10.4).
    if ([...(session?.feeds.values() ?? [])].some(({ playing }) => playing)) return { status: 455 };
    // The tracks of a session are of one profile (10.4: aggregated under one address).
    if (session && session.role !== role) return { status: 459 };
    const offer = chooseTransport(headers.get('transport') ?? '', camera.refusedTransport());
    if (!offer) return { status: 461 };
    const source = track === 'video' ? camera.stream(role) : camera.sound();
    if (!source) return { status: 404 };
    const ssrcMask = camera.ssrcMask();
    const ssrc = ((source.ssrc ^ ssrcMask) >>> 0).toString(16).padStart(8, '0').toUpperCase();
    const transport: PacketTransport =
      offer.kind === 'tcp'
        ? new TcpTransport(this.#socket, offer.channels, ssrc)
        : await UdpTransport.open({
            address: this.#deps.address,
            clientAddress: this.#socket.remoteAddress ?? this.#deps.address,
            ports: offer.ports,
            ssrc,
            impairment: () => camera.impairment(),
            onHeard: () => {
              this.#heardAt = this.#deps.clock.monotonic();
            },
          });
    if (this.#socket.destroyed) {
      transport.close();
      return { status: 500 };
    }
    const { clock } = this.#deps;
    this.#session ??= {
      id: randomBytes(8).toString('hex').toUpperCase(),
      role,
      feeds: new Map(),
      rtcpChannels: new Set(),
    };
    if (offer.kind === 'tcp') this.#session.rtcpChannels.add(offer.channels[1]);
    this.#session.feeds.get(track)?.close();
    this.#session.feeds.set(
      track,
      new Feed({ clock, source, transport, cname: camera.id, conditions: camera, ssrcMask }),
    );
    return {
      status: 200,
      headers: { Transport: transport.header, Session: `${this.#session.id};timeout=${SESSION_TIMEOUT_SECONDS}` },
    };
  }

  /** `rtsp://host:port/{camera}/{main|sub}`, with the track after it in SETUP. */
  #locate(url: string): Place | null {
    const path = URL.parse(url)?.pathname ?? '';
    const [, id = '', role, named = TRACKS.video, ...more] = path.replace(/\/+$/, '').split('/');
    const camera = this.#deps.findCamera(id);
    const track = (['video', 'audio'] as const).find((name) => TRACKS[name] === named);
    if (!camera || (role !== 'main' && role !== 'sub') || !track || more.length > 0) return null;
    return { camera, role, track };
  }
}
