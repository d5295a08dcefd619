import { timingSafeEqual } from 'node:crypto';
import type { Session } from 'node-media-server';
import type { Clock } from '#lib/clock.ts';
import { hashOf, pathOf, signatureOf, type Refusal, type Report } from './messages.ts';

/** An encoder sends all the time: one that is silent this long has lost its connection without a word. */
const STALE_AFTER_MS = 2000;

export interface PublishersOptions {
  secret: string;
  clock: Clock;
  report: (report: Report) => void;
}

/**
 * Who may publish what inside the RTMP server. node-media-server lets in whoever carries its signature; we sign, at the
 * last moment, only those who gave the key of their device.
 *
 * One device a stream: a second publisher is refused, unless the first has been silent for two seconds. That is a device
 * whose connection broke off, and this is the same device back again.
 */
export class Publishers {
  readonly #options: PublishersOptions;
  #keys: Readonly<Record<string, string>> = {};
  /** Those who publish now, with the hash of the key that let them in. */
  readonly #accepted = new Map<Session, string>();
  readonly #heardAt = new WeakMap<Session, number>();

  constructor(options: PublishersOptions) {
    this.#options = options;
  }

  /** All keys there are, by stream name. Who came in with another one has to leave. */
  setKeys(keys: Readonly<Record<string, string>>): void {
    this.#keys = keys;
    for (const [session, hash] of this.#accepted) {
      if (keys[session.streamName] !== hash) session.socket?.destroy();
    }
  }

  heard(session: Session): void {
    this.#heardAt.set(session, this.#options.clock.monotonic());
  }

  isPublisher(session: Session): boolean {
    return this.#accepted.has(session);
  }

  /** Before node-media-server looks at the signature. */
  ask(session: Session): void {
    const { clock, secret } = this.#options;
    // Its own notion of a publisher that may come back would replay old pictures to who joins meanwhile.
    session.broadcast.publishGraceMs = 0;
    const expected = Object.hasOwn(this.#keys, session.streamName) ? this.#keys[session.streamName]! : null;
    if (expected === null || session.streamPath !== pathOf(session.streamName)) {
      return this.refuse(session, 'unknown-stream');
    }
    const { key } = session.streamQuery;
    const given = typeof key === 'string' ? hashOf(key) : '';
    if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
      return this.refuse(session, 'wrong-key');
    }
    const present = session.broadcast.publisher;
    if (present && clock.monotonic() - (this.#heardAt.get(present) ?? 0) < STALE_AFTER_MS) {
      return this.refuse(session, 'already-published');
    }
    if (present) this.#replace(present);
    session.streamQuery['sign'] = signatureOf(session.streamPath, secret, clock.now());
    this.#accepted.set(session, expected);
    this.#options.report({ type: 'published', name: session.streamName, from: session.ip });
  }

  /** The connection is gone. */
  left(session: Session): void {
    if (!this.#accepted.delete(session)) return;
    const { streamName: name } = session;
    const others = [...this.#accepted.keys()].some((other) => other.streamName === name);
    if (!others) this.#options.report({ type: 'left', name });
  }

  /** Without our signature node-media-server refuses; it would leave half of the connection open. */
  refuse(session: Session, why: Refusal): void {
    delete session.streamQuery['sign'];
    this.#options.report({ type: 'refused', why, from: session.ip });
    session.socket?.destroySoon();
  }

  #replace(stale: Session): void {
    stale.broadcast.donePublish(stale);
    stale.socket?.destroy();
  }
}
