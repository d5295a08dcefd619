/**
 * Desks that publish as fast as they are acknowledged, QoS 1, as a process of its own:
 * `publishers.ts PORT HALLS WINDOWS IN_FLIGHT SECONDS`. Prints one JSON line, `PublisherReport`. It writes MQTT by hand:
 * what is to be measured is the broker, and a client library costs as much as that.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { desksOf, speechOf, type Desk } from './desks.ts';

export interface PublisherReport {
  /** Acknowledged in each whole second. */
  perSecond: number[];
  acknowledged: number;
  /** From PUBLISH to PUBACK, ms; every hundredth message. */
  ackMs: number[];
  /** What publishing took of a processor, seconds. */
  cpuSec: number;
}

const [port = 0, halls = 1, windows = 1, inFlight = 1, seconds = 1] = process.argv.slice(2).map(Number);
const PUBACK = 4;
const SAMPLE = 100;

const report: PublisherReport = { perSecond: [], acknowledged: 0, ackMs: [], cpuSec: 0 };
let speaking = true;

class Publisher {
  readonly #socket: Socket;
  readonly #say: ReturnType<typeof speechOf>;
  readonly #sentAt = new Map<number, number>();
  readonly ended: Promise<void>;
  #open = 0;
  #messageId = 0;
  #rest: Buffer = Buffer.alloc(0);
  #done: () => void = () => undefined;

  constructor(socket: Socket, desk: Desk, number: number) {
    this.#socket = socket;
    this.#say = speechOf(desk, number);
    this.ended = new Promise((resolve) => (this.#done = resolve));
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('close', () => this.#done());
    this.#fill();
  }

  /** As many as may be on their way. */
  #fill(): void {
    if (!speaking) {
      if (this.#open === 0) this.#socket.end();
      return;
    }
    const packets: Buffer[] = [];
    for (; this.#open < inFlight; this.#open += 1) {
      this.#messageId = (this.#messageId % 0xffff) + 1;
      if (this.#messageId % SAMPLE === 0) this.#sentAt.set(this.#messageId, performance.now());
      const { topic, payload } = this.#say();
      packets.push(publishPacket(this.#messageId, topic, payload));
    }
    if (packets.length > 0) this.#socket.write(packets.length === 1 ? packets[0]! : Buffer.concat(packets));
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    // What a broker sends to whom has subscribed to nothing is four bytes long.
    for (; at + 4 <= bytes.length; at += 4) {
      if (bytes[at]! >> 4 !== PUBACK) continue;
      this.#open -= 1;
      report.acknowledged += 1;
      const id = bytes.readUInt16BE(at + 2);
      const sentAt = this.#sentAt.get(id);
      if (sentAt === undefined) continue;
      report.ackMs.push(performance.now() - sentAt);
      this.#sentAt.delete(id);
    }
    this.#rest = bytes.subarray(at);
    this.#fill();
  }
}

function connectPacket(clientId: string): Buffer {
  const id = text(clientId);
  // MQTT 3.1.1 section 3.1: a clean session without user and will, kept alive for 60 s.
  const body = Buffer.concat([text('MQTT'), Buffer.from([4, 2, 0, 60]), id]);
  return Buffer.concat([Buffer.from([0x10, ...lengthOf(body.length)]), body]);
}

function publishPacket(messageId: number, topic: string, payload: string): Buffer {
  const length = 4 + topic.length + payload.length;
  const head = lengthOf(length);
  const packet = Buffer.allocUnsafe(1 + head.length + length);
  packet[0] = 0x32;
  packet.set(head, 1);
  let at = packet.writeUInt16BE(topic.length, 1 + head.length);
  at += packet.write(topic, at, 'latin1');
  at = packet.writeUInt16BE(messageId, at);
  packet.write(payload, at, 'latin1');
  return packet;
}

function text(ascii: string): Buffer {
  return Buffer.concat([Buffer.from([ascii.length >> 8, ascii.length & 0xff]), Buffer.from(ascii, 'latin1')]);
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
}

const desks = desksOf(halls, windows);
const sockets = await Promise.all(
  desks.map(async ({ name }) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.write(connectPacket(name));
    const [connack] = (await once(socket, 'data')) as [Buffer];
    if (connack[3] !== 0) throw new Error(`refused with code ${connack[3]}`);
    return socket;
  }),
);
const publishers = desks.map((desk, number) => new Publisher(sockets[number]!, desk, number));
let before = 0;
const used = process.cpuUsage();
const clock = setInterval(() => {
  report.perSecond.push(report.acknowledged - before);
  before = report.acknowledged;
  if (report.perSecond.length < seconds) return;
  speaking = false;
  clearInterval(clock);
}, 1_000);
await Promise.all(publishers.map(({ ended }) => ended));
const { user, system } = process.cpuUsage(used);
report.cpuSec = (user + system) / 1e6;
console.log(JSON.stringify(report));
