import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type RelayCodec = 'h264' | 'h265' | 'mpeg4';

export interface RelayOptions {
  codec?: RelayCodec;
  account?: { username: string; password: string };
  /** Hash of the digest asked for; `basic` asks for the password itself. */
  scheme?: 'md5' | 'sha256' | 'basic';
}

export interface RelayRequest {
  method: string;
  uri: string;
  headers: Map<string, string>;
}

/** Pictures of the clip: small, with a key frame a second, so that tests are quick. */
export const RELAY_WIDTH = 322;
export const RELAY_HEIGHT = 182;
export const RELAY_FPS = 25;

const ENCODERS: Record<RelayCodec, string[]> = {
  h264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-tune', 'zerolatency', '-b:v', '1M'],
  h265: [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'bframes=0:pools=1:keyint=25:min-keyint=25:log-level=none',
  ],
  mpeg4: ['-c:v', 'mpeg4', '-b:v', '1M'],
};

/**
 * A small RTSP camera over TCP for faults that a well-behaved camera never shows. A clip is encoded once; ffmpeg sends it
 * as RTP in real time to a port of ours, and every client that plays gets those packets.
 */
export class RtspRelay {
  readonly #options: RelayOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'hallwatch-relay-'));
  readonly #nonce = randomBytes(8).toString('hex');
  readonly #clients = new Set<RelayClient>();
  readonly #server = net.createServer((socket) => this.#accept(socket));
  readonly #sockets = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
  #sender: ChildProcess | null = null;
  #sdp = '';
  #losing = 0;
  muted = false;
  readonly requests: RelayRequest[] = [];
  /** How often somebody proved to be a stranger. */
  wrongProofs = 0;
  #onEmpty: () => void = () => undefined;

  constructor(options: RelayOptions = {}) {
    this.#options = options;
  }

  get uri(): string {
    return `rtsp://127.0.0.1:${(this.#server.address() as AddressInfo).port}/live`;
  }

  /** Clients that play now. */
  get playing(): number {
    return [...this.#clients].filter((client) => client.playing).length;
  }

  /** Resolves when no client is connected any more. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
      if (this.#clients.size === 0) resolve();
    });
  }

  async start(): Promise<void> {
    const ports: number[] = [];
    for (const [i, socket] of this.#sockets.entries()) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      ports.push(socket.address().port);
      socket.on('message', (packet) => this.#relay(i, packet));
    }
    await this.#send(ports[0]!, ports[1]!);
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#sender?.kill('SIGKILL');
    this.cut();
    for (const socket of this.#sockets) socket.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Keeps the next packets of RTP from every client. */
  lose(packets: number): void {
    this.#losing = packets;
  }

  /** Ends all connections in the middle of a packet. */
  cut(): void {
    for (const { socket } of this.#clients) {
      socket.write(Buffer.from([0x24, 0, 5, 220, 0x80, 96, 1, 2, 3]));
      socket.end();
    }
  }

  /** Sends bytes that are nothing to every client. */
  babble(): void {
    for (const { socket } of this.#clients) socket.write(Buffer.from('\u0007 neither fish nor fowl'));
  }

  async #send(rtpPort: number, rtcpPort: number): Promise<void> {
    const { codec = 'h264' } = this.#options;
    const clip = join(this.#folder, 'clip.mkv');
    const source = `testsrc2=size=${RELAY_WIDTH}x${RELAY_HEIGHT}:rate=${RELAY_FPS}:duration=4`;
    const made = spawnSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      source,
      '-g',
      '25',
      ...ENCODERS[codec],
      clip,
    ]);
    if (made.status !== 0) throw new Error(made.stderr.toString());
    const sdpFile = join(this.#folder, 'sdp');
    const output = ['-c', 'copy', '-sdp_file', sdpFile, '-f', 'rtp', `rtp://127.0.0.1:${rtpPort}?rtcpport=${rtcpPort}`];
    const first = once(this.#sockets[0]!, 'message');
    this.#sender = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', clip, ...output], {
      stdio: 'ignore',
    });
    await first;
    // A stray packet may come to the port before ffmpeg has begun.
    while (!existsSync(sdpFile)) await once(this.#sockets[0]!, 'message');
    this.#sdp = readFileSync(sdpFile, 'utf8');
  }

  #relay(channel: number, packet: Buffer): void {
    if (this.muted) return;
    if (channel === 0 && this.#losing > 0) {
      this.#losing -= 1;
      return;
    }
    const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 255]);
    for (const client of this.#clients) {
      if (client.playing && client.socket.writable) client.socket.write(Buffer.concat([head, packet]));
    }
  }

  #accept(socket: net.Socket): void {
    const client: RelayClient = { socket, playing: false };
    this.#clients.add(client);
    let text = '';
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#clients.delete(client);
      if (this.#clients.size === 0) this.#onEmpty();
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = readRequest(text.slice(0, end));
        text = text.slice(end + 4);
        this.requests.push(request);
        if (!this.muted) socket.write(this.#answer(request, client));
      }
    });
  }

  #answer(request: RelayRequest, client: RelayClient): string {
    const { method, uri, headers } = request;
    const answer = (status: string, extra: string[] = [], body = '') =>
      [`RTSP/1.0 ${status}`, `CSeq: ${headers.get('cseq')}`, ...extra, `Content-Length: ${body.length}`, '', body].join(
        '\r\n',
      );
    if (method === 'OPTIONS')
      return answer('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER']);
    const authorization = headers.get('authorization') ?? '';
    if (!this.#authorized(method, authorization)) {
      if (authorization !== '') this.wrongProofs += 1;
      return answer('401 Unauthorized', [`WWW-Authenticate: ${this.#challenge()}`]);
    }
    // By whatever address it was reached.
    if (!/^rtsp:\/\/[^/]+\/live/.test(uri)) return answer('404 Not Found');
    if (method === 'DESCRIBE') {
      const kept = this.#sdp.split(/\r?\n/).filter((line) => /^(a=(rtpmap|fmtp)|m=)/.test(line));
      const body = ['v=0', 's=relay', ...kept, 'a=control:track1', ''].join('\r\n');
      return answer('200 OK', ['Content-Type: application/sdp', `Content-Base: ${uri}/`], body);
    }
    if (method === 'SETUP') {
      return answer('200 OK', ['Session: relay;timeout=60', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1']);
    }
    if (method === 'PLAY') client.playing = true;
    if (method === 'TEARDOWN') client.playing = false;
    return answer('200 OK', ['Session: relay']);
  }

  #challenge(): string {
    const { scheme = 'md5' } = this.#options;
    if (scheme === 'basic') return 'Basic realm="relay"';
    return `Digest realm="relay", nonce="${this.#nonce}", algorithm=${scheme === 'md5' ? 'MD5' : 'SHA-256'}, qop="auth"`;
  }

  #authorized(method: string, authorization: string): boolean {
    const { account, scheme = 'md5' } = this.#options;
    if (!account) return true;
    const { username, password } = account;
    if (scheme === 'basic') {
      return authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    const field = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(authorization)?.[1];
    const hash = (text: string) => createHash(scheme).update(text).digest('hex');
    const secret = hash(`${username}:relay:${password}`);
    const tail = `${field('nc')}:${field(' cnonce')}:auth:${hash(`${method}:${field('uri')}`)}`;
    return field('response') === hash(`${secret}:${this.#nonce}:${tail}`);
  }
}

interface RelayClient {
  socket: net.Socket;
  playing: boolean;
}

function readRequest(text: string): RelayRequest {
  // Whatever came between the requests (receiver reports) ends before the method.
  const [start = '', ...lines] = text.slice(Math.max(0, text.search(/[A-Z_]+ rtsp:/))).split('\r\n');
  const [method = '', uri = ''] = start.split(' ');
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { method, uri, headers };
}
