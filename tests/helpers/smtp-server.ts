import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body as they came, CRLF as LF. */
  raw: string;
}

export interface SmtpDoor {
  /** `tls` from the first byte, `starttls` before anything else is heard, or neither. */
  security: 'tls' | 'starttls' | 'plain';
  cert?: string;
  key?: string;
  /** Whom it takes mail from (AUTH PLAIN); without it, from everybody. */
  login?: { user: string; password: string };
}

/** A mail server (RFC 5321, 3207, 4954) that takes what comes, or refuses as the test says. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** What is answered to the end of a mail; `250` takes it. A 4xx keeps what came all the same, to compare. */
  answer = '250 taken';
  /** Every word that was heard, with what followed it, before TLS and within. */
  readonly heard: string[] = [];
  readonly #door: SmtpDoor;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();

  constructor(door: SmtpDoor = { security: 'plain' }) {
    this.#door = door;
    const serve = (socket: net.Socket) => this.#greet(socket);
    this.#server = door.security === 'tls' ? tls.createServer(door, serve) : net.createServer(serve);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #greet(socket: net.Socket): void {
    socket.write('220 test\r\n');
    this.#serve(socket, this.#door.security !== 'starttls');
  }

  #serve(socket: net.Socket, isSafe: boolean): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    const { login } = this.#door;
    let text = '';
    let mail: ReceivedMail | null = null;
    let isData = false;
    let isKnown = login === undefined;
    const answerTo = (word: string, line: string): string => {
      const address = /<(.*?)>/.exec(line)?.[1] ?? '';
      switch (word) {
        case 'EHLO':
          return `250-test\r\n${isSafe ? (login ? '250-AUTH PLAIN\r\n' : '') : '250-STARTTLS\r\n'}250 8BITMIME`;
        case 'AUTH':
          isKnown = line.slice(11) === plainLogin(login);
          return isKnown ? '235 known' : '535 unknown';
        case 'MAIL':
          if (!isSafe || !isKnown) return isSafe ? '530 who is it' : '530 STARTTLS first';
          mail = { from: address, to: [], raw: '' };
          return '250 ok';
        case 'RCPT':
          mail!.to.push(address);
          return '250 ok';
        case 'DATA':
          isData = true;
          return '354 go on';
        default:
          return '502 not spoken here';
      }
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (;;) {
        const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) {
          this.mails.push({ ...mail!, raw: part.replaceAll('\r\n', '\n') });
          isData = false;
          socket.write(`${this.answer}\r\n`);
          continue;
        }
        this.heard.push(part);
        const word = part.slice(0, 8).split(' ')[0]!.toUpperCase();
        if (word === 'QUIT') socket.end('221 bye\r\n');
        else if (word === 'STARTTLS' && !isSafe) return this.#secure(socket);
        else socket.write(`${answerTo(word, part)}\r\n`);
      }
    });
  }

  /** From here on all is TLS, and is asked anew (RFC 3207 4.2). */
  #secure(socket: net.Socket): void {
    socket.removeAllListeners('data');
    socket.write('220 go on\r\n');
    const { cert, key } = this.#door;
    this.#serve(
      new tls.TLSSocket(socket, { isServer: true, secureContext: tls.createSecureContext({ cert, key }) }),
      true,
    );
  }
}

function plainLogin(login: SmtpDoor['login']): string {
  return Buffer.from(`\0${login?.user}\0${login?.password}`).toString('base64');
}
