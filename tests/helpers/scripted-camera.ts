import dgram from 'node:dgram';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { SCRIPT_FPS, ScriptedMedia, type MediaScript } from './scripted-media.ts';

const AAC = 'streamtype=5;mode=AAC-hbr;config=1408;SizeLength=13;IndexLength=3;IndexDeltaLength=3';

/** What a test may change while the camera runs. */
export interface CameraScript extends MediaScript {
  /** What SETUP takes; a TCP offer to a camera of UDP alone is answered with 461. */
  transports: ('tcp' | 'udp')[];
  /** Instead of 461, a TCP offer is answered with UDP. */
  answersWithUdp: boolean;
  /** The link is down: whatever is sent in either direction vanishes, and no connection hears of it. */
  swallowing: boolean;
  closesAfterPlay: ('tcp' | 'udp')[];
  answerAfterMs: (method: string, uri: string) => number;
  /** Answers every request with headers that do not end. */
  endless: boolean;
}

interface Client {
  socket: net.Socket;
  playing: boolean;
  /** Ways of the packets of both tracks. */
  send: ((kind: 'rtp' | 'rtcp', packet: Buffer) => void)[];
}

/**
 * A small RTSP camera with every bad habit at the turn of a switch. Its pictures are a few bytes that look like H.264, so
 * that it costs nothing and everything in them is known.
 */
export class ScriptedCamera {
  readonly script: CameraScript;
  readonly media: ScriptedMedia;
  readonly requests: string[] = [];
  /** What clients call themselves. */
  readonly agents = new Set<string>();
  /** Receiver reports that came, over whichever transport. */
  readonly reports: Buffer[] = [];
  /** Where clients asked to get their packets over UDP. */
  readonly ports: number[] = [];
  bytesWritten = 0;
  #server: net.Server | null = null;
  #port = 0;
  #udp: dgram.Socket[] = [];
  readonly #clients = new Set<Client>();
  #timer: NodeJS.Timeout | null = null;
  constructor(script: Partial<CameraScript> = {}) {
    this.script = {
      transports: ['tcp', 'udp'],
      answersWithUdp: false,
      frozen: false,
      swallowing: false,
      closesAfterPlay: [],
      answerAfterMs: () => 0,
      endless: false,
      sound: 'none',
      shuffled: false,
      clockOffsetMs: 0,
      ...script,
    };
    this.media = new ScriptedMedia(this.script, (track, kind, packet) => this.#send(track, kind, packet));
  }

  get uri(): string {
    return `rtsp://127.0.0.1:${this.#port}/live`;
  }

  get playing(): number {
    return [...this.#clients].filter(({ playing }) => playing).length;
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Switches it on, the second time at the address it had. */
  async start(): Promise<void> {
    this.#udp = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
    for (const socket of this.#udp) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.on('message', (packet) => this.#heard(packet));
    }
    this.#server = net.createServer((socket) => this.#accept(socket)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#timer = setInterval(() => this.media.next(), 1000 / SCRIPT_FPS);
  }

  /** Power off. */
  async stop(): Promise<void> {
    if (!this.#server) return;
    if (this.#timer) clearInterval(this.#timer);
    for (const { socket } of this.#clients) socket.destroy();
    for (const socket of this.#udp) socket.close();
    await new Promise<void>((resolve) => this.#server!.close(() => resolve()));
    this.#server = null;
  }

  /** Sends a picture packet from another address than the camera's: what an intruder could do. */
  async intrude(rtpPort: number): Promise<void> {
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.2');
    await once(socket, 'listening');
    await new Promise((resolve) => socket.send(this.media.forged(), rtpPort, '127.0.0.1', resolve));
    socket.close();
  }

  #send(track: 0 | 1, kind: 'rtp' | 'rtcp', packet: Buffer): void {
    if (this.script.swallowing) return;
    for (const { playing, send } of this.#clients) if (playing) send[track]?.(kind, packet);
  }

  #accept(socket: net.Socket): void {
    const client: Client = { socket, playing: false, send: [] };
    this.#clients.add(client);
    let text = '';
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('data', (chunk) => {
      if (this.script.swallowing) return;
      text += chunk.toString('latin1');
      for (;;) {
        if (text.startsWith('$') && text.length >= 4) {
          const length = 4 + text.charCodeAt(2) * 256 + text.charCodeAt(3);
          if (text.length < length) return;
          this.#heard(Buffer.from(text.slice(4, length), 'latin1'));
          text = text.slice(length);
          continue;
        }
        const end = text.indexOf('\r\n\r\n');
        if (end < 0) return;
        this.#serve(client, text.slice(0, end));
        text = text.slice(end + 4);
      }
    });
  }

  #heard(packet: Buffer): void {
    if (packet[1] === 201) this.reports.push(packet);
  }

  #serve(client: Client, request: string): void {
    const method = request.split(' ')[0]!;
    const header = (name: string) => new RegExp(`^${name}: *(.*)$`, 'im').exec(request)?.[1]?.trim() ?? '';
    const offer = header('Transport');
    this.agents.add(header('User-Agent').replace(/[/\d.]+$/, ''));
    this.requests.push(method === 'SETUP' ? `SETUP ${offer.includes('TCP') ? 'tcp' : 'udp'}` : method);
    const answer = () => {
      if (this.script.swallowing || client.socket.destroyed) return;
      if (this.script.endless) return this.#babbleHeaders(client.socket);
      const [status, lines, body] = this.#answer(client, method, request.split(' ')[1]!, offer);
      if (status === '') return void client.socket.destroy();
      const length = body === '' ? [] : [`Content-Length: ${body.length}`];
      const text = [`RTSP/1.0 ${status}`, `CSeq: ${header('CSeq')}`, ...lines, ...length, '', body].join('\r\n');
      client.socket.write(text);
      if (method !== 'PLAY') return;
      const transport = client.send.length > 0 && this.requests.at(-2) === 'SETUP udp' ? 'udp' : 'tcp';
      if (this.script.closesAfterPlay.includes(transport)) return void client.socket.end();
      client.playing = true;
    };
    const after = this.script.answerAfterMs(method, request.split(' ')[1]!);
    if (after > 0) setTimeout(answer, after).unref();
    else answer();
  }

  /** Writes until the client is gone or does not read any more. */
  #babbleHeaders(socket: net.Socket): void {
    const filler = Buffer.from('X-Filler: yes\r\n'.repeat(1000));
    const more = () => {
      while (!socket.destroyed && this.bytesWritten < 64 * 1024 * 1024) {
        this.bytesWritten += filler.length;
        if (!socket.write(filler)) return void socket.once('drain', more);
      }
    };
    socket.write('RTSP/1.0 200 OK\r\n');
    more();
  }

  /** An empty status hangs up. */
  #answer(client: Client, method: string, uri: string, offer: string): [status: string, lines: string[], body: string] {
    const session = 'Session: 4711;timeout=60';
    if (method === 'OPTIONS') return ['200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN'], ''];
    if (method === 'DESCRIBE') return ['200 OK', [`Content-Base: ${uri}/`], this.#description()];
    if (method !== 'SETUP') return ['200 OK', [session], ''];
    const track = uri.endsWith('sound') ? 1 : 0;
    if (track === 1 && this.script.sound === 'refused') return ['500 Internal Server Error', [], ''];
    if (track === 1 && this.script.sound === 'hangs up') return ['', [], ''];
    const wanted = offer.includes('TCP') ? 'tcp' : 'udp';
    if (!this.script.transports.includes(wanted)) {
      if (!this.script.answersWithUdp) return ['461 Unsupported Transport', [], ''];
      return ['200 OK', [session, 'Transport: RTP/AVP;unicast;client_port=1-2;server_port=3-4'], ''];
    }
    const numbers = [...offer.matchAll(/\d+/g)].map(Number).slice(-2) as [number, number];
    client.send[track] = wanted === 'tcp' ? interleaved(client.socket, numbers) : this.#datagrams(numbers);
    const server = `server_port=${this.#udp.map((socket) => socket.address().port).join('-')}`;
    return ['200 OK', [session, `Transport: ${offer}${wanted === 'udp' ? `;${server}` : ''}`], ''];
  }

  #datagrams(ports: [number, number]): (kind: 'rtp' | 'rtcp', packet: Buffer) => void {
    const sockets = this.#udp;
    this.ports.push(ports[0]);
    return (kind, packet) => {
      const which = kind === 'rtp' ? 0 : 1;
      sockets[which]!.send(packet, ports[which], '127.0.0.1', () => undefined);
    };
  }

  #description(): string {
    const audio = {
      none: [],
      aac: ['m=audio 0 RTP/AVP 97', 'a=rtpmap:97 MPEG4-GENERIC/16000/1', `a=fmtp:97 ${AAC}`, 'a=control:sound'],
    } as Record<string, string[]>;
    const sound = audio[this.script.sound] ?? ['m=audio 0 RTP/AVP 8', 'a=control:sound'];
    const video = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:pictures'];
    return ['v=0', 's=script', 'a=control:*', ...video, ...sound, ''].join('\r\n');
  }
}

function interleaved(socket: net.Socket, channels: [number, number]): (kind: 'rtp' | 'rtcp', packet: Buffer) => void {
  return (kind, packet) => {
    const head = [0x24, channels[kind === 'rtp' ? 0 : 1], packet.length >> 8, packet.length & 255];
    if (socket.writable) socket.write(Buffer.concat([Buffer.from(head), packet]));
  };
}
