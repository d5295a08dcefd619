import { fuA, PPS, rtp, slice, SPS, stapA } from '../unit/streams/rtp-packets.ts';

export const SCRIPT_FPS = 50;
/** So that whoever waits for a key picture waits 0.2 s at most. */
export const PICTURES_A_GROUP = 10;
export const FIRST_SIZE = { width: 640, height: 360 };
export const OTHER_SIZE = { width: 642, height: 362 };

const OTHER_SPS = Buffer.from('6742c01eda0290bf8893011000003e90000ea600f162ea', 'hex');
const TICKS_A_PICTURE = 90_000 / SCRIPT_FPS;
const REPORT_EVERY_PICTURES = 25;
const SOUND_SAMPLES = 320;

/** What a test may change in the packets. */
export interface MediaScript {
  /** The encoder hangs: no pictures, but sender reports. */
  frozen: boolean;
  sound: 'none' | 'pcma' | 'aac' | 'refused' | 'hangs up';
  /** The order in which the packets of a picture leave. */
  shuffled: boolean;
  clockOffsetMs: number;
}

interface Source {
  ssrc: number;
  sequence: number;
  timestamp: number;
}

type Emit = (track: 0 | 1, kind: 'rtp' | 'rtcp', packet: Buffer) => void;

/** The packets of a scripted camera: a few bytes that look like H.264, and sound beside them. */
export class ScriptedMedia {
  readonly #script: MediaScript;
  readonly #emit: Emit;
  #pictures = 0;
  #losing = 0;
  #sps = SPS;
  #video: Source = { ssrc: 7, sequence: 65_000, timestamp: 4_294_900_000 };
  #sound: Source = { ssrc: 9, sequence: 10, timestamp: 1000 };
  #noise = 1;

  constructor(script: MediaScript, emit: Emit) {
    this.#script = script;
    this.#emit = emit;
  }

  /** From the next key picture on, pictures have the other size. */
  changeSize(): void {
    this.#sps = this.#sps === SPS ? OTHER_SPS : SPS;
    this.#pictures = 0;
  }

  /** The clock of the camera is set: its timestamps and its wall clock go on elsewhere. */
  jump(ms: number): void {
    this.#video.timestamp = (this.#video.timestamp + ms * 90) >>> 0;
    this.#script.clockOffsetMs += ms;
  }

  /** Goes on as another source, without a word. */
  changeSource(): void {
    this.#video = { ssrc: this.#video.ssrc + 1, sequence: 100, timestamp: 5000 };
    this.#pictures = 0;
  }

  lose(packets: number): void {
    this.#losing = packets;
  }

  /** Sends this many packets of noise among those of the pictures, all kinds of it. */
  babble(packets: number): void {
    for (let i = 0; i < packets; i += 1) {
      const noise = Buffer.from(Array.from({ length: 1 + this.#random(199) }, () => this.#random(256)));
      const stray = rtp(noise, {
        sequence: this.#random(65_536),
        timestamp: this.#random(2 ** 32),
        source: this.#random(2 ** 32),
      });
      for (const packet of [noise, stray]) this.#emit(0, 'rtp', packet);
      this.#emit(0, 'rtcp', noise);
    }
  }

  /** Packets of a payload type that no description spoke of, in the sequence of the pictures. */
  sendForeign(packets: number): void {
    for (let i = 0; i < packets; i += 1) this.#rtp(0, this.#video, Buffer.from('metadata'), false, 107);
  }

  /** A picture as an intruder would send it: all of it right but where it comes from. */
  forged(): Buffer {
    const { ssrc, sequence, timestamp } = this.#video;
    return rtp(slice(true, [66]), { source: ssrc, sequence, timestamp, marker: true });
  }

  /** The next picture, and the sound that goes with it. */
  next(): void {
    const key = this.#pictures % PICTURES_A_GROUP === 0;
    if (!this.#script.frozen) {
      const body = Array.from({ length: key ? 3000 : 300 }, () => this.#pictures & 255);
      const parts = fuA(slice(key, body), 1000);
      const payloads = key ? [stapA(this.#sps, PPS), ...parts] : parts;
      this.#burst(payloads);
      if (this.#script.sound === 'pcma' || this.#script.sound === 'aac') this.#soundPacket();
      this.#pictures += 1;
    }
    this.#video.timestamp = (this.#video.timestamp + TICKS_A_PICTURE) >>> 0;
    if (this.#pictures % REPORT_EVERY_PICTURES === 1 || this.#script.frozen) this.#senderReports();
  }

  #burst(payloads: Buffer[]): void {
    const packets = payloads.map((payload, i) => {
      const { ssrc, timestamp } = this.#video;
      const sequence = this.#count(this.#video);
      return rtp(payload, { source: ssrc, sequence, timestamp, marker: i === payloads.length - 1 });
    });
    if (this.#script.shuffled) packets.reverse();
    for (const packet of packets) {
      if (this.#losing > 0) this.#losing -= 1;
      else this.#emit(0, 'rtp', packet);
    }
  }

  #soundPacket(): void {
    const samples = Buffer.alloc(SOUND_SAMPLES, this.#pictures);
    const header = Buffer.from([0, 16, SOUND_SAMPLES >> 5, (SOUND_SAMPLES << 3) & 255]);
    const aac = this.#script.sound === 'aac';
    this.#rtp(1, this.#sound, aac ? Buffer.concat([header, samples]) : samples, true, aac ? 97 : 8);
    this.#sound.timestamp += aac ? 320 : SOUND_SAMPLES / 2;
  }

  #rtp(track: 0 | 1, source: Source, payload: Buffer, marker: boolean, payloadType: number): void {
    const { ssrc, timestamp } = source;
    this.#emit(
      track,
      'rtp',
      rtp(payload, { source: ssrc, sequence: this.#count(source), timestamp, marker, payloadType }),
    );
  }

  #senderReports(): void {
    const seconds = (Date.now() + this.#script.clockOffsetMs) / 1000 + 2_208_988_800;
    for (const [track, { ssrc, timestamp }] of [this.#video, this.#sound].entries()) {
      const report = Buffer.alloc(28);
      report.set([0x80, 200, 0, 6]);
      report.writeUInt32BE(ssrc, 4);
      report.writeUInt32BE(Math.floor(seconds), 8);
      report.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 12);
      report.writeUInt32BE(timestamp, 16);
      this.#emit(track as 0 | 1, 'rtcp', report);
    }
  }

  #count(source: Source): number {
    const { sequence } = source;
    source.sequence = (sequence + 1) & 0xffff;
    return sequence;
  }

  /** The same noise every time (Numerical Recipes, 7.1.4), so that a test does the same every time. */
  #random(below: number): number {
    this.#noise = (Math.imul(this.#noise, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#noise / 2 ** 32) * below);
  }
}
