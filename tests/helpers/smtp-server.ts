import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body as they came, CRLF as LF. */
  raw: string;
}

/** A mail server (RFC 5321) that takes what comes, or refuses as the test says. It asks for no user. */
export class SmtpServer {
  readonly mails: ReceivedMail[] = [];
  /** What is answered to the end of a mail; `250` takes it. A 4xx keeps what came all the same, to compare. */
  answer = '250 taken';
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<net.Socket>();

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

  #serve(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    let mail: ReceivedMail | null = null;
    let isData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test');
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      for (;;) {
        const end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        if (isData) {
          this.mails.push({ ...mail!, raw: part.replaceAll('\r\n', '\n') });
          isData = false;
          say(this.answer);
          continue;
        }
        const word = part.slice(0, 4).toUpperCase();
        const address = /<(.*?)>/.exec(part)?.[1] ?? '';
        if (word === 'EHLO') say('250-test\r\n250 8BITMIME');
        else if (word === 'MAIL') say((mail = { from: address, to: [], raw: '' }) && '250 ok');
        else if (word === 'RCPT') say(mail!.to.push(address) > 0 ? '250 ok' : '');
        else if (word === 'DATA') say((isData = true) && '354 go on');
        else if (word === 'QUIT') socket.end('221 bye\r\n');
        else say('250 ok');
      }
    });
  }
}
