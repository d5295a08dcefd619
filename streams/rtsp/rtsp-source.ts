import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Source, SourceAddress, SourceCode, SourceEnd, SourceSink } from '../source.ts';
import { parseRtspAddress, type RtspAddress } from './address.ts';
import { Authenticator } from './authenticator.ts';
import { RtspConnection } from './connection.ts';
import { RtspSession } from './session.ts';
import { TrackReader } from './track-reader.ts';

const STEP_TIMEOUT_MS = 5000;
const MAX_REDIRECTS = 3;

export interface RtspSourceOptions {
  address: SourceAddress;
  clock: Clock;
}

type Outcome = { redirect: RtspAddress } | { redirect: null; end: AppError };

/** Pulls H.264 or H.265 by RTSP (RFC 2326), RTP interleaved in the same TCP connection. */
export class RtspSource implements Source {
  readonly kind = 'rtsp';
  readonly #address: SourceAddress;
  readonly #clock: Clock;

  constructor({ address, clock }: RtspSourceOptions) {
    this.#address = address;
    this.#clock = clock;
  }

  async run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    const given = parseRtspAddress(this.#address.uri);
    if (!given) return failed('CAMERA_PROTOCOL', 'the address does not begin with rtsp://');
    let address = given;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      if (signal.aborted) return { reason: 'stopped' };
      const outcome: Outcome = await this.#pull(address, sink, signal).catch((error: unknown) => ({
        redirect: null,
        end: error instanceof AppError ? error : new AppError('CAMERA_PROTOCOL', messageOf(error)),
      }));
      if (signal.aborted) return { reason: 'stopped' };
      if (outcome.redirect === null) return failed(outcome.end.code as SourceCode, String(outcome.end.details));
      address = outcome.redirect;
    }
    return failed('CAMERA_PROTOCOL', 'too many redirections');
  }

  async #pull(address: RtspAddress, sink: SourceSink, signal: AbortSignal): Promise<Outcome> {
    let reader: TrackReader | null = null;
    const connection = new RtspConnection({
      host: address.host,
      port: address.port,
      clock: this.#clock,
      timeoutMs: STEP_TIMEOUT_MS,
      interleaved: (channel, bytes, start, end) => reader?.read(channel, bytes, start, end),
    });
    const session = new RtspSession(connection, new Authenticator(this.#address), address);
    const stop = () => void session.close();
    signal.addEventListener('abort', stop);
    let endKeepAlive: (() => void) | null = null;
    try {
      await connection.connect();
      const description = await session.describe();
      if (description.redirect) return description;
      const channels = await session.setup(description.track);
      const goodbye = () => connection.destroy(new AppError('CAMERA_UNREACHABLE', 'the camera ended the stream'));
      reader = new TrackReader({ ...channels, track: description.track, sink, clock: this.#clock, goodbye });
      await session.play();
      endKeepAlive = session.keepAlive(this.#clock);
      return { redirect: null, end: await connection.ended };
    } finally {
      signal.removeEventListener('abort', stop);
      endKeepAlive?.();
      await session.close();
    }
  }
}

function failed(code: SourceCode, detail: string): SourceEnd {
  return { reason: 'failed', code, detail };
}
