import { randomInt } from 'node:crypto';
import { Backoff } from '#lib/backoff.ts';
import { messageOf } from '#lib/app-error.ts';
import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Profile, VideoCodec } from '../model.ts';
import { Encoder } from './encoder.ts';
import type { ParameterSets } from './flv.ts';
import { RTP_CLOCK_HZ, RtpPacketiser } from './rtp.ts';

/** Something that feeds are given packets of. */
export interface RtpSource {
  readonly ssrc: number;
  readonly nextSequence: number;
  /** RTP timestamp of the monotonic clock's zero. */
  readonly timestampBase: number;
  /** The same instant as epoch ms and as an RTP timestamp, for sender reports. */
  instant(): { wallClock: number; timestamp: number };
  /** Gives the packets to `sink` from now on; the returned function ends that. */
  join(sink: PictureSink): () => void;
}

/** A painted yuv420p frame, borrowed until `release` is called. */
export interface PaintedFrame {
  bytes: Uint8Array;
  release: () => void;
}

/** Paints what a profile shows now; null while every frame buffer is still borrowed. */
export interface FramePainter {
  paint(): PaintedFrame | null;
}

/** One picture in RTP packets, the same objects for every receiver. */
export interface StreamPicture {
  key: boolean;
  packets: readonly Buffer[];
  bytes: number;
}

/** Who receives a stream. It must not wait: what it cannot take it drops. */
export type PictureSink = (picture: StreamPicture) => void;

export interface VideoStreamDependencies {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  profile: Profile;
  codec: VideoCodec;
  /** Sends the profile's bit rate whatever the picture. */
  constantRate?: boolean;
  /** From the probe of this profile; used until the encoder has said its own. */
  parameterSets: ParameterSets;
  painter: () => Promise<FramePainter>;
  /** How long pictures are still made after the last receiver left, ms. */
  lingerMs: number;
}

/**
 * One scene in one profile: painted, encoded and packetised once for all receivers, and only while there are any. A new
 * receiver gets pictures from the next key frame on, as from a real camera; nothing is replayed.
 */
export class VideoStream implements RtpSource {
  readonly profile: Profile;
  readonly #deps: VideoStreamDependencies;
  readonly #packetiser = new RtpPacketiser({ ssrc: randomInt(2 ** 32), sequence: randomInt(2 ** 16) });
  readonly timestampBase = randomInt(2 ** 32);
  readonly #sinks = new Set<PictureSink>();
  #parameterSets: ParameterSets;
  #run: { abort: AbortController; over: Promise<void> } | null = null;
  #cancelLinger: (() => void) | null = null;
  #stopped = false;

  constructor(deps: VideoStreamDependencies) {
    this.#deps = deps;
    this.profile = deps.profile;
    this.#parameterSets = deps.parameterSets;
  }

  get parameterSets(): ParameterSets {
    return this.#parameterSets;
  }

  get ssrc(): number {
    return this.#packetiser.ssrc;
  }

  get nextSequence(): number {
    return this.#packetiser.nextSequence;
  }

  instant(): { wallClock: number; timestamp: number } {
    const { clock } = this.#deps;
    return { wallClock: clock.now(), timestamp: this.#timestampAt(clock.monotonic()) };
  }

  join(sink: PictureSink): () => void {
    this.#sinks.add(sink);
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    if (!this.#run && !this.#stopped) {
      const abort = new AbortController();
      this.#run = { abort, over: this.#work(abort.signal) };
    }
    return () => {
      this.#sinks.delete(sink);
      if (this.#sinks.size > 0 || !this.#run || this.#cancelLinger) return;
      this.#cancelLinger = this.#deps.clock.after(this.#deps.lingerMs, () => {
        this.#cancelLinger = null;
        void this.#rest();
      });
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLinger?.();
    this.#cancelLinger = null;
    this.#sinks.clear();
    await this.#rest();
  }

  async #rest(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    run?.abort.abort();
    await run?.over;
  }

  /** Keeps an encoder alive until told otherwise; one that dies is replaced, with growing pauses while that fails. */
  async #work(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff({ firstMs: 250, maxMs: 10_000, jitter: 0 });
    while (!signal.aborted) {
      try {
        const words = await this.#encode(await this.#deps.painter(), signal, () => backoff.reset());
        if (words !== null) this.#deps.log.warn({ profile: this.profile.role, words }, 'the encoder ended');
      } catch (error) {
        if (signal.aborted) return;
        this.#deps.log.error({ profile: this.profile.role, error: messageOf(error) }, 'the picture cannot be made');
      }
      await pause(this.#deps.clock, backoff.next(), signal);
    }
  }

  async #encode(painter: FramePainter, signal: AbortSignal, onPicture: () => void): Promise<string | null> {
    if (signal.aborted) return null;
    const encoder = new Encoder(this.#deps);
    const ended = new Promise<string | null>((resolve) => encoder.ended.on(resolve));
    encoder.parameters.on((sets) => {
      this.#parameterSets = sets;
    });
    encoder.picture.on(({ key, nals, capturedAt }) => {
      onPicture();
      const { vps, sps, pps } = this.#parameterSets;
      // Receivers that join at any key frame find the parameter sets beside it (RFC 6184, 8.4; RFC 7798, 7.1).
      const sets = vps ? [vps, sps, pps] : [sps, pps];
      const packets = this.#packetiser.packets(
        key ? [...sets, ...nals] : nals,
        this.#timestampAt(capturedAt),
        this.#deps.codec,
      );
      const bytes = packets.reduce((sum, packet) => sum + packet.length, 0);
      for (const sink of this.#sinks) sink({ key, packets, bytes });
    });
    encoder.start();
    try {
      await Promise.race([ended, this.#paintInto(encoder, painter, signal)]);
    } finally {
      await encoder.stop();
    }
    return ended;
  }

  /** Paints at the profile's rate until told to stop. After a stall frames are left out rather than sent in a burst. */
  async #paintInto(encoder: Encoder, painter: FramePainter, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const period = 1000 / this.profile.fps;
    let due = clock.monotonic();
    while (!signal.aborted && !encoder.isOver) {
      const now = clock.monotonic();
      const frame = painter.paint();
      if (frame && !encoder.write(frame.bytes, now, frame.release)) frame.release();
      due += period;
      if (due < now) due = now + period - ((now - due) % period);
      await pause(clock, Math.max(0, due - clock.monotonic()), signal);
    }
  }

  #timestampAt(monotonic: number): number {
    return (this.timestampBase + Math.round((monotonic * RTP_CLOCK_HZ) / 1000)) % 2 ** 32;
  }
}
