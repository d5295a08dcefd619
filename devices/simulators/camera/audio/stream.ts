import { randomInt } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import { RtpPacketiser } from '../video/rtp.ts';
import type { PictureSink, RtpSource } from '../video/stream.ts';
import type { AudioTrack } from './track.ts';

/** One sound for all receivers of all cameras that have it, sent only while there are any. */
export class AudioStream implements RtpSource {
  readonly track: AudioTrack;
  readonly timestampBase = randomInt(2 ** 32);
  readonly #clock: Clock;
  readonly #packetiser: RtpPacketiser;
  readonly #sinks = new Set<PictureSink>();
  #next = 0;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, track: AudioTrack) {
    this.#clock = clock;
    this.track = track;
    const { payloadType } = track;
    this.#packetiser = new RtpPacketiser({ ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 16), payloadType });
  }

  get ssrc(): number {
    return this.#packetiser.ssrc;
  }

  get nextSequence(): number {
    return this.#packetiser.nextSequence;
  }

  instant(): { wallClock: number; timestamp: number } {
    const samples = Math.round((this.#clock.monotonic() * this.track.clockRate) / 1000);
    return { wallClock: this.#clock.now(), timestamp: (this.timestampBase + samples) % 2 ** 32 };
  }

  join(sink: PictureSink): () => void {
    this.#sinks.add(sink);
    if (!this.#cancel) {
      this.#next = this.#due();
      this.#wait();
    }
    return () => {
      this.#sinks.delete(sink);
      if (this.#sinks.size > 0) return;
      this.#cancel?.();
      this.#cancel = null;
    };
  }

  /** Number of the packet whose last sample was just heard. */
  #due(): number {
    return Math.floor((this.#clock.monotonic() * this.track.clockRate) / 1000 / this.track.samplesInPacket);
  }

  #wait(): void {
    const { samplesInPacket, clockRate } = this.track;
    const at = ((this.#next + 1) * samplesInPacket * 1000) / clockRate;
    this.#cancel = this.#clock.after(Math.max(1, at - this.#clock.monotonic()), () => {
      for (const due = this.#due(); this.#next < due; this.#next++) this.#send(this.#next);
      if (this.#sinks.size > 0) this.#wait();
    });
  }

  #send(number: number): void {
    const { payloads, samplesInPacket } = this.track;
    const timestamp = (this.timestampBase + number * samplesInPacket) % 2 ** 32;
    const packet = this.#packetiser.packet({ parts: [payloads[number % payloads.length]!], marker: true }, timestamp);
    for (const sink of this.#sinks) sink({ key: true, packets: [packet], bytes: packet.length });
  }
}
