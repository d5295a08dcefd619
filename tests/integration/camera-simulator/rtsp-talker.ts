import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/** Speaks RTSP word by word, so that a test can say wrong ones. */
export class RtspTalker {
  readonly #socket: Socket;
  readonly #account: { username: string; password: string };
  #pending = Buffer.alloc(0);
  #waiting: (() => void)[] = [];
  #challenge: { realm: string; nonce: string } | null = null;
  #count = 0;
  #sequence = 0;

  constructor(url: string, account: { username: string; password: string }) {
    const { hostname, port } = new URL(url);
    this.#account = account;
    this.#socket = connect(Number(port), hostname);
    this.#socket.on('data', (chunk) => {
      this.#pending = Buffer.concat([this.#pending, chunk]);
      this.#waiting.splice(0).forEach((wake) => wake());
    });
    this.#socket.on('error', () => undefined);
  }

  /** Asks, a second time with digest where that is wanted; resolves with the last answer. */
  async ask(method: string, url: string, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await this.#once(method, url, headers);
    if (answer.status !== 401) return answer;
    const field = (name: string) =>
      new RegExp(`${name}="([^"]*)"`).exec(answer.headers.get('www-authenticate') ?? '')?.[1] ?? '';
    this.#challenge = { realm: field('realm'), nonce: field('nonce') };
    this.#count = 0;
    return this.#once(method, url, headers);
  }

  /** Says something and does not wait. */
  say(method: string, url: string, headers: Record<string, string> = {}): void {
    this.#sequence += 1;
    const all: Record<string, string> = {
      CSeq: String(this.#sequence),
      ...this.#authorization(method, url),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(`${method} ${url} RTSP/1.0\r\n${lines.join('')}\r\n`);
  }

  /** The next answer, skipping packets. */
  async answer(): Promise<Answer> {
    for (;;) {
      if (this.#pending[0] === 0x24) {
        await this.packet();
        continue;
      }
      const end = this.#pending.indexOf('\r\n\r\n');
      if (end >= 0) {
        const [first = '', ...lines] = this.#pending.toString('utf8', 0, end).split('\r\n');
        const headers = new Map(
          lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
        );
        const length = Number(headers.get('content-length') ?? 0);
        if (this.#pending.length >= end + 4 + length) {
          const body = this.#pending.toString('utf8', end + 4, end + 4 + length);
          this.#pending = this.#pending.subarray(end + 4 + length);
          return { status: Number(first.split(' ')[1]), headers, body };
        }
      }
      await this.#more();
    }
  }

  /** The next interleaved packet. */
  async packet(): Promise<{ channel: number; data: Buffer }> {
    while (this.#pending.length < 4 || this.#pending.length < 4 + this.#pending.readUInt16BE(2)) await this.#more();
    const [channel, end] = [this.#pending[1]!, 4 + this.#pending.readUInt16BE(2)];
    const data = this.#pending.subarray(4, end);
    this.#pending = this.#pending.subarray(end);
    return { channel, data };
  }

  async closed(): Promise<void> {
    if (!this.#socket.closed) await once(this.#socket, 'close');
  }

  end(): void {
    this.#socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #once(method: string, url: string, headers: Record<string, string>): Promise<Answer> {
    this.say(method, url, headers);
    return this.answer();
  }

  #authorization(method: string, url: string): Record<string, string> {
    if (!this.#challenge) return {};
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const { realm, nonce } = this.#challenge;
    const { username, password } = this.#account;
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const response = md5(
      `${md5(`${username}:${realm}:${password}`)}:${nonce}:${nc}:c1:auth:${md5(`${method}:${url}`)}`,
    );
    return {
      Authorization: `Digest username="${username}", realm="${realm}", nonce="${nonce}", uri="${url}", qop=auth, nc=${nc}, cnonce="c1", response="${response}"`,
    };
  }
}
