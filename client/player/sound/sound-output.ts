import { LIVE_HEADER_BYTES } from '#contract/live-header.ts';
import type { LiveMessage } from '#contract/live.ts';
import { decodeG711, type G711 } from './g711.ts';
import { SoundSchedule } from './sound-schedule.ts';

export type SoundFormat = NonNullable<Extract<LiveMessage, { type: 'sound' }>['format']>;

const isG711 = (codec: string): codec is G711 => codec === 'ulaw' || codec === 'alaw';

/** Whether this browser can decode it at all: G.711 always, the rest by WebCodecs, which needs a secure origin. */
export async function canDecode({ codec, sampleRate, channels }: SoundFormat): Promise<boolean> {
  if (isG711(codec)) return true;
  if (typeof AudioDecoder === 'undefined') return false;
  const config = { codec, sampleRate, numberOfChannels: channels };
  return (await AudioDecoder.isConfigSupported(config).catch(() => ({ supported: false }))).supported ?? false;
}

/** Sound of one stream: decodes what the gateway sends and plays it a fifth of a second later. */
export class SoundOutput {
  readonly #context: AudioContext;
  readonly #format: SoundFormat;
  readonly #onHeard: () => void;
  readonly #schedule = new SoundSchedule();
  readonly #decoder: AudioDecoder | null;

  constructor(context: AudioContext, format: SoundFormat, events: { heard(): void; failed(): void }) {
    this.#context = context;
    this.#format = format;
    this.#onHeard = () => events.heard();
    this.#decoder = isG711(format.codec) ? null : this.#openDecoder(() => events.failed());
  }

  /** A binary message of the gateway that is flagged as sound. */
  push(message: ArrayBuffer): void {
    const data = new Uint8Array(message, LIVE_HEADER_BYTES);
    const { codec } = this.#format;
    if (isG711(codec)) return this.#play([decodeG711(codec, data)], this.#format.sampleRate);
    if (this.#decoder?.state !== 'configured') return;
    const timestamp = Math.round(new DataView(message).getFloat64(1) * 1000);
    this.#decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data }));
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
  }

  #openDecoder(failed: () => void): AudioDecoder {
    const { codec, sampleRate, channels, description } = this.#format;
    const decoder = new AudioDecoder({
      output: (data) => {
        const planes = Array.from({ length: data.numberOfChannels }, (_, planeIndex) => {
          const plane = new Float32Array(data.numberOfFrames);
          data.copyTo(plane, { planeIndex, format: 'f32-planar' });
          return plane;
        });
        this.#play(planes, data.sampleRate);
        data.close();
      },
      error: failed,
    });
    decoder.configure({
      codec,
      sampleRate,
      numberOfChannels: channels,
      ...(description === '' ? {} : { description: Uint8Array.from(atob(description), (c) => c.charCodeAt(0)) }),
    });
    return decoder;
  }

  #play(planes: Float32Array<ArrayBuffer>[], sampleRate: number): void {
    const length = planes[0]?.length ?? 0;
    if (length === 0 || this.#context.state !== 'running') return;
    const at = this.#schedule.place(this.#context.currentTime, length / sampleRate);
    if (at === null) return;
    const buffer = this.#context.createBuffer(planes.length, length, sampleRate);
    planes.forEach((plane, channel) => buffer.copyToChannel(plane, channel));
    const node = this.#context.createBufferSource();
    node.buffer = buffer;
    node.connect(this.#context.destination);
    node.start(at);
    this.#onHeard();
  }
}
