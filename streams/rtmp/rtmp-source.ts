import { get } from 'node:http';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import { StreamReader } from '../flv/stream-reader.ts';
import type { Source, SourceEnd, SourceSink } from '../source.ts';
import type { FlvPlace } from './server-process.ts';

/** What the source needs of the RTMP server. */
export interface PushPort {
  /** Null where nothing is received at all. */
  readonly listening: { host: string; port: number } | null;
  readonly changed: Emitter<string>;
  isPublishing(name: string): boolean;
  placeOf(name: string): FlvPlace | null;
}

export interface RtmpSourceOptions {
  name: string;
  push: PushPort;
  clock: Clock;
}

/** Reads what a device pushes to us, for as long as it does. */
export class RtmpSource implements Source {
  readonly kind = 'rtmp';
  readonly #options: RtmpSourceOptions;

  constructor(options: RtmpSourceOptions) {
    this.#options = options;
  }

  async run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd> {
    const { name, push, clock } = this.#options;
    if (signal.aborted) return { reason: 'stopped' };
    if (!push.listening) return { reason: 'failed', code: 'RTMP_OFF', detail: 'HALLWATCH_RTMP_PORT is not set' };
    const place = push.placeOf(name);
    if (!place) return { reason: 'failed', code: 'CAMERA_NOT_PUSHING', detail: `nobody publishes ${name}` };

    const reader = new StreamReader({ signal, sink, clock, codecs: ['h264', 'h265'] });
    const gone = new AbortController();
    const forget = push.changed.on(() => {
      if (!push.isPublishing(name)) gone.abort();
    });
    try {
      return await read(place, reader, AbortSignal.any([signal, gone.signal]));
    } catch {
      if (signal.aborted) return { reason: 'stopped' };
      return { reason: 'failed', code: 'CAMERA_NOT_PUSHING', detail: 'the device stopped pushing' };
    } finally {
      forget();
    }
  }
}

/** Resolves where what is pushed is of no use; rejects where it ends or is aborted. */
function read(place: FlvPlace, reader: StreamReader, signal: AbortSignal): Promise<SourceEnd> {
  return new Promise((resolve, reject) => {
    const request = get({ ...place, signal, agent: false }, (response) => {
      response.on('error', reject);
      response.on('close', () => reject(new Error('the stream was closed')));
      response.on('data', (chunk: Buffer) => {
        if (reader.push(chunk)) return;
        const detail = 'devices may push H.264 or H.265';
        resolve({ reason: 'failed', code: reader.otherCodec ? 'CAMERA_CODEC_UNSUPPORTED' : 'CAMERA_PROTOCOL', detail });
        request.destroy();
      });
    });
    request.on('error', reject);
  });
}
