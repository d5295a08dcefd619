import path from 'node:path';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { profiles, type Scene, type SimulatedCamera } from '../../devices/simulators/camera/model.ts';
import { PictureStudio } from '../../devices/simulators/camera/picture/studio.ts';
import { Encoder } from '../../devices/simulators/camera/video/encoder.ts';
import type { FramePainter } from '../../devices/simulators/camera/video/stream.ts';
import type { AccessUnit, StreamFormat } from '../../streams/access-unit.ts';
import { h264Rules } from '../../streams/codec/h264.ts';
import { ParameterSets } from '../../streams/codec/parameter-sets.ts';
import { KeyPictureDecoder } from '../../streams/diagnosis/decoder.ts';
import type { Picture } from '../../streams/diagnosis/picture.ts';

const START = Buffer.from([0, 0, 0, 1]);
/** A key picture each, with the settings of a simulated sub stream. */
const profile = { ...profiles.sub, fps: 0.5 };

/** A picture on its way through a camera's encoder and our decoder, as in life: only the wire is missing. */
export class Coding {
  readonly #encoder = new Encoder({
    clock: systemClock,
    log: silentLogger,
    ffmpegPath: 'ffmpeg',
    profile,
    codec: 'h264',
  });
  readonly #decoder = new KeyPictureDecoder({ codec: 'h264', clock: systemClock, ffmpegPath: 'ffmpeg' });
  #sets: Buffer[] = [];
  #pts = 0;

  start(): void {
    this.#encoder.parameters.on(({ sps, pps }) => (this.#sets = [sps, pps]));
    this.#encoder.start();
  }

  async coded(frame: Uint8Array): Promise<Buffer> {
    const slices = await this.#slices(frame);
    return Buffer.concat([...this.#sets, ...slices].flatMap((nal) => [START, nal]));
  }

  /** As a camera's stream carries it. */
  async unit(frame: Uint8Array): Promise<{ format: StreamFormat; unit: AccessUnit }> {
    const slices = await this.#slices(frame);
    const sets = new ParameterSets();
    sets.put('sps', 0, this.#sets[0]!);
    sets.put('pps', 0, this.#sets[1]!);
    const data = Buffer.concat(slices.flatMap((nal) => [lengthOf(nal), nal]));
    this.#pts += 2000;
    const times = { pts: this.#pts, wallclock: null, clockOffsetMs: null, follows: true, receivedAt: 0 };
    return {
      format: h264Rules.format(sets, null)!,
      unit: { track: 'video', codec: 'h264', key: true, ...times, data },
    };
  }

  async #slices(frame: Uint8Array): Promise<Buffer[]> {
    const nals = new Promise<Buffer[]>((resolve) => {
      const off = this.#encoder.picture.on((picture) => {
        off();
        resolve(picture.nals);
      });
    });
    if (!this.#encoder.write(frame, 0, () => undefined)) throw new Error('the encoder takes nothing');
    return nals;
  }

  async through(frame: Uint8Array): Promise<Picture> {
    const decoded = await this.#decoder.decode(await this.coded(frame));
    if ('failed' in decoded) throw new Error(`${decoded.failed}: ${decoded.detail}`);
    return decoded.picture;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#encoder.stop(), this.#decoder.stop()]);
  }
}

function lengthOf(nal: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nal.length);
  return length;
}

/** Scenes before simulated cameras, at a time of their own. */
export class Lab {
  readonly clock: ManualClock;
  readonly #studio: PictureStudio;
  readonly #cameras: SimulatedCamera[];
  readonly #painters = new Map<Scene, FramePainter>();

  constructor(scenes: readonly Scene[], startAt: number) {
    this.clock = new ManualClock(startAt);
    this.#cameras = scenes.map((scene, index) => ({
      id: `lab-${index}`,
      name: `Lab ${index}`,
      location: 'lab',
      hardware: 'sim',
      model: 'SIM-1',
      serial: String(index),
      scene,
    }));
    this.#studio = new PictureStudio({
      clock: this.clock,
      log: silentLogger,
      ffmpegPath: 'ffmpeg',
      cameras: this.#cameras,
      timeZone: 'Asia/Shanghai',
      barcode: false,
      cacheFolder: path.resolve(import.meta.dirname, '../../.hallwatch/scenes'),
    });
  }

  /** What the scene looks like now. */
  async frame(scene: Scene): Promise<Uint8Array> {
    let painter = this.#painters.get(scene);
    if (!painter) {
      painter = await this.#studio.painter(
        this.#cameras.find((camera) => camera.scene === scene)!,
        profiles.sub,
      );
      this.#painters.set(scene, painter);
    }
    const painted = painter.paint()!;
    const copy = Uint8Array.from(painted.bytes);
    painted.release();
    return copy;
  }

  stop(): Promise<void> {
    return this.#studio.stop();
  }
}
