import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '#contract/errors.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Hub } from '../hub.ts';
import { FlvViewer } from './flv-viewer.ts';
import type { Admission, HubsPort } from './live-gateway.ts';

export interface FlvGatewayOptions {
  house: HubsPort;
  clock: Clock;
  log: Logger;
  /** Of one stream, beside its tiles. */
  maxViewers: number;
}

/** How long a player may take to read the last pictures before it is cut off. */
const CLOSE_WITHIN_MS = 2000;

/**
 * Live streams as FLV over HTTP, for players and programs of others: H.264 of any camera, whether it is pulled or pushes,
 * converted where it sends H.265. Who may watch is decided before.
 */
export class FlvGateway {
  readonly #options: FlvGatewayOptions;
  readonly #viewers = new Map<FlvViewer, { hub: Hub; mayStay: () => boolean }>();

  constructor(options: FlvGatewayOptions) {
    this.#options = options;
  }

  stop(): void {
    for (const viewer of [...this.#viewers.keys()]) viewer.onEnd('SHUTTING_DOWN');
  }

  /** Rights have changed: whoever may see a camera no more gets no further picture. */
  review(): void {
    for (const [viewer, { mayStay }] of [...this.#viewers]) if (!mayStay()) viewer.onEnd('NOT_FOUND');
  }

  /** Streams until the player hangs up, may not stay, or the stream is over; or answers why not, with nothing sent. */
  serve({ cameraId, role, masked, begin, mayStay }: Admission, response: ServerResponse): ErrorCode | null {
    const { house, clock, log, maxViewers } = this.#options;
    const hub = house.hub(cameraId, role, masked ? 'masked' : 'h264');
    if (!hub) return 'NOT_FOUND';
    if ([...this.#viewers.values()].filter((watched) => watched.hub === hub).length >= maxViewers)
      return 'LIVE_VIEWERS_FULL';
    const viewer = new FlvViewer({
      wire: response,
      clock,
      onSkipped: (units) => (hub.counts.skipped += units),
      onOver: (code) => {
        log.debug({ code, camera: cameraId, role }, 'FLV viewer ended');
        // One that does not read would never see an end that waits behind its pictures.
        if (code === 'LIVE_VIEWER_SLOW') return void response.destroy();
        response.end();
        response.once(
          'close',
          clock.after(CLOSE_WITHIN_MS, () => response.destroy()),
        );
      },
    });
    response.on('error', () => undefined); // followed by `close`
    response.writeHead(200, { 'content-type': 'video/x-flv', 'cache-control': 'no-store', connection: 'close' });
    response.flushHeaders();
    this.#viewers.set(viewer, { hub, mayStay });
    const leave = hub.join(viewer);
    const end = leave && begin?.();
    response.on('close', () => {
      this.#viewers.delete(viewer);
      leave?.();
      end?.();
    });
    if (leave === null) viewer.onEnd('LIVE_VIEWERS_FULL');
    return null;
  }
}
