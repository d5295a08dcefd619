import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Registry } from 'prom-client';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { z } from 'zod';
import type { ProfileRole } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { LiveFormat, LiveRequest, type LiveMessage } from '#contract/live.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Hub } from '../hub.ts';
import { measureEnds } from '../metrics.ts';
import { createEncoding, messagePool, type Encoding } from './encoding.ts';
import { LiveViewer } from './live-viewer.ts';
import { wireOf } from './wire.ts';

/** What a token opens. */
export interface Admission {
  cameraId: string;
  role: ProfileRole;
  /** He may not see all of it. */
  masked?: boolean;
  /** Told when he sees it, and what it gives when he does not any more. */
  begin?: () => () => void;
  /** Whether he may see it still; asked at every `review`. */
  mayStay: () => boolean;
}

/** Whom a token lets see what. */
export type Authorise = (
  token: string,
  request: IncomingMessage,
) => ({ ok: true } & Admission) | { ok: false; code: ErrorCode };

/** What the gateway needs of the house. */
export interface HubsPort {
  /** `h264`: for those who decode nothing else; `masked`: for those who may not see all of it. */
  hub(cameraId: string, role: ProfileRole, only?: 'h264' | 'masked'): Hub | undefined;
}

export interface LiveGatewayOptions {
  house: HubsPort;
  authorise: Authorise;
  clock: Clock;
  log: Logger;
  /** Of one stream. */
  maxViewers: number;
  metrics?: Registry;
}

const Query = z.object({
  token: z.string().max(4096).default(''),
  format: LiveFormat.default('units'),
  /** Who does not say what it decodes gets what there is. */
  decodes: z.string().max(100).default('h264,h265'),
});

/** Viewers say little: whatever they send may be small. */
const MAX_INCOMING_BYTES = 1024;
const PING_EVERY_MS = 20_000;
/** How long a viewer may take to hear the last word before it is cut off. */
const CLOSE_WITHIN_MS = 2000;
const NORMAL_CLOSURE = 1000;

/** What all viewers of one hub share. */
interface Audience {
  readonly encodings: Record<LiveFormat, Encoding>;
  viewers: number;
}

/** Serves live pictures to browsers by the protocol of `contract/live.ts`, one WebSocket a tile. */
export class LiveGateway {
  readonly #options: LiveGatewayOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_INCOMING_BYTES,
  });
  readonly #pool = messagePool();
  readonly #audiences = new WeakMap<Hub, Audience>();
  /** Sockets that have not answered the last ping. */
  readonly #unheard = new Set<WebSocket>();
  readonly #countEnd: (code: ErrorCode) => void;
  readonly #viewers = new Map<WebSocket, { viewer: LiveViewer; mayStay: () => boolean }>();
  #endPings: (() => void) | null = null;
  #stopped = false;

  constructor(options: LiveGatewayOptions) {
    this.#options = options;
    this.#countEnd = options.metrics ? measureEnds(options.metrics) : () => undefined;
  }

  /** Takes over an upgrade request for LIVE_PATH. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket, request));
  }

  /** Rights have changed: whoever may see a camera no more is sent away, as from one that does not exist. */
  review(): void {
    for (const { viewer, mayStay } of [...this.#viewers.values()]) if (!mayStay()) viewer.onEnd('NOT_FOUND');
  }

  /** Tells every viewer why, and resolves when their sockets are closed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPings?.();
    this.#endPings = null;
    const open = [...this.#server.clients].map(
      (socket) => new Promise<void>((resolve) => socket.once('close', resolve)),
    );
    for (const { viewer } of this.#viewers.values()) viewer.onEnd('SHUTTING_DOWN');
    await Promise.all(open);
  }

  /** Browsers cannot read why an upgrade was refused: whoever may not watch is told over the open socket. */
  #welcome(socket: WebSocket, request: IncomingMessage): void {
    socket.on('error', () => undefined); // always followed by `close`
    if (this.#stopped) return this.#refuse(socket, 'SHUTTING_DOWN');
    const query = Query.safeParse(Object.fromEntries(new URLSearchParams((request.url ?? '').split('?')[1] ?? '')));
    if (!query.success) return this.#refuse(socket, 'REQUEST_INVALID');
    const allowed = this.#options.authorise(query.data.token, request);
    if (!allowed.ok) return this.#refuse(socket, allowed.code);
    const decoded = query.data.decodes.split(',').includes('h265') ? undefined : 'h264';
    const only = allowed.masked ? 'masked' : decoded;
    const hub = this.#options.house.hub(allowed.cameraId, allowed.role, only);
    if (!hub) return this.#refuse(socket, 'NOT_FOUND');
    this.#admit(socket, request, hub, query.data.format, allowed);
  }

  #admit(
    socket: WebSocket,
    request: IncomingMessage,
    hub: Hub,
    format: LiveFormat,
    { begin, mayStay }: Admission,
  ): void {
    const audience = this.#audienceOf(hub);
    if (audience.viewers >= this.#options.maxViewers) return this.#refuse(socket, 'LIVE_VIEWERS_FULL');
    const viewer = new LiveViewer({
      wire: wireOf(socket, request.socket),
      encoding: audience.encodings[format],
      clock: this.#options.clock,
      onSkipped: (units) => (hub.counts.skipped += units),
      onOver: (code) => this.#close(socket, code),
    });
    audience.viewers += 1;
    this.#viewers.set(socket, { viewer, mayStay });
    this.#watchOver(socket);
    socket.on('message', (data, isBinary) => {
      const request = isBinary ? null : readRequest(data);
      if (request) viewer.ask(request);
    });
    const leave = hub.join(viewer);
    const end = leave && begin?.();
    socket.on('close', () => {
      audience.viewers -= 1;
      this.#viewers.delete(socket);
      leave?.();
      end?.();
    });
    if (leave === null) viewer.onEnd('LIVE_VIEWERS_FULL');
  }

  #audienceOf(hub: Hub): Audience {
    let audience = this.#audiences.get(hub);
    if (!audience) {
      const [units, fmp4] = [createEncoding('units', this.#pool), createEncoding('fmp4', this.#pool)];
      audience = { encodings: { units, fmp4 }, viewers: 0 };
      this.#audiences.set(hub, audience);
    }
    return audience;
  }

  #refuse(socket: WebSocket, code: ErrorCode): void {
    const words: LiveMessage = { type: 'end', code };
    socket.send(JSON.stringify(words));
    this.#close(socket, code);
  }

  #close(socket: WebSocket, code: ErrorCode): void {
    this.#options.log.debug({ code }, 'live viewer sent away');
    this.#countEnd(code);
    socket.close(NORMAL_CLOSURE);
    const cancel = this.#options.clock.after(CLOSE_WITHIN_MS, () => socket.terminate());
    socket.once('close', cancel);
  }

  /** A half-open connection of a stream that stands still shows in no buffer: it is found by its missing pong. */
  #watchOver(socket: WebSocket): void {
    socket.on('pong', () => this.#unheard.delete(socket));
    socket.on('close', () => this.#unheard.delete(socket));
    this.#endPings ??= this.#options.clock.every(PING_EVERY_MS, () => {
      for (const each of this.#viewers.keys()) {
        if (this.#unheard.has(each)) {
          each.terminate();
        } else {
          this.#unheard.add(each);
          each.ping();
        }
      }
    });
  }
}

/** Null for whatever is no request: a viewer that sends garbage harms nobody but itself. */
function readRequest(data: RawData): LiveRequest | null {
  try {
    return LiveRequest.safeParse(JSON.parse(String(data))).data ?? null;
  } catch {
    return null;
  }
}
