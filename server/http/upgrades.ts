import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '#lib/clock.ts';

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface UpgradeRoute {
  /** Path, without the query. A trailing slash means everything below it. */
  path: string;
  /** null: a listener of its own takes care of it. */
  handle: UpgradeHandler | null;
}

/** How long a peer may take to say goodbye before its connection is cut. */
const GOODBYE_MS = 500;

/**
 * The one place that decides who gets a WebSocket upgrade: the first route whose path fits. Node leaves an upgrade that
 * no one answers open for ever, so every other path is refused here. Upgraded connections are no longer the http
 * server's to close, so those that outlive their owner's goodbye are cut here too.
 */
export class Upgrades {
  readonly #server: Server;
  readonly #routes: readonly UpgradeRoute[];
  readonly #clock: Clock;
  readonly #open = new Set<Duplex>();
  #listening = false;

  constructor({ server, routes, clock }: { server: Server; routes: readonly UpgradeRoute[]; clock: Clock }) {
    this.#server = server;
    this.#routes = routes;
    this.#clock = clock;
  }

  start(): void {
    if (this.#listening) return;
    this.#listening = true;
    this.#server.on('upgrade', this.#onUpgrade);
  }

  /** Call after the owners of the connections have said goodbye. */
  async stop(): Promise<void> {
    if (!this.#listening) return;
    this.#listening = false;
    this.#server.off('upgrade', this.#onUpgrade);
    const closed = Promise.all(
      [...this.#open].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    const cancel = this.#clock.after(GOODBYE_MS, () => {
      for (const socket of this.#open) socket.destroy();
    });
    await closed;
    cancel();
  }

  readonly #onUpgrade: UpgradeHandler = (request, socket, head) => {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    // A peer may hang up at any moment of the handshake; without a listener that would end the process.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0]!;
    const route = this.#routes.find((known) =>
      known.path.endsWith('/') ? path.startsWith(known.path) : path === known.path,
    );
    if (route) route.handle?.(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
  };
}
