import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Device } from '../device/device.ts';
import { codecOf, profiles, type Profile, type ProfileName, type Scene, type VideoCodec } from '../model.ts';
import { AlteredPainter } from '../picture/altered-painter.ts';
import type { PictureStudio } from '../picture/studio.ts';
import { probeParameterSets } from './encoder.ts';
import type { ParameterSets } from './flv.ts';
import { VideoStream } from './stream.ts';

export interface StreamPoolDependencies {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  studio: PictureStudio;
  constantRate: boolean;
}

/** A sub stream is always wanted again soon; a main stream is expensive and watched by one person at a time. */
const LINGER_MS: Record<ProfileName, number> = { main: 5000, sub: 30_000 };

/** The encoders: one for all cameras with the same scene and codec, and one of its own for a camera that shows it otherwise. */
export class StreamPool {
  readonly #deps: StreamPoolDependencies;
  readonly #shared = new Map<Scene, Map<string, VideoStream>>();
  readonly #own = new Map<string, VideoStream>();
  readonly #parameterSets = new Map<string, ParameterSets>();

  constructor(deps: StreamPoolDependencies) {
    this.#deps = deps;
  }

  /** @throws AppError FFMPEG_MISSING */
  async start(codecs: Iterable<VideoCodec>): Promise<void> {
    const { clock, log, ffmpegPath, constantRate } = this.#deps;
    const wanted = [...new Set(codecs)].flatMap((codec) =>
      Object.values(profiles).map((profile) => ({ codec, profile })),
    );
    await Promise.all(
      wanted.map(async ({ codec, profile }) => {
        const sets = await probeParameterSets({ clock, log, ffmpegPath, profile, codec, constantRate });
        this.#parameterSets.set(`${codec}/${profile.role}`, sets);
      }),
    );
  }

  async stop(): Promise<void> {
    const shared = [...this.#shared.values()].flatMap((streams) => [...streams.values()]);
    const own = [...this.#own.values()];
    this.#shared.clear();
    this.#own.clear();
    await Promise.all([...shared, ...own].map((stream) => stream.stop()));
  }

  /** Where a camera's pictures come from now. */
  find(device: Device, role: ProfileName): VideoStream {
    const { camera, fault } = device;
    if (device.hasOwnPicture) {
      const key = `${camera.id}/${role}/${fault.halfSize}`;
      const own = this.#own.get(key) ?? this.#open(device, role, true);
      this.#own.set(key, own);
      return own;
    }
    const streams = this.#shared.get(camera.scene) ?? new Map<string, VideoStream>();
    this.#shared.set(camera.scene, streams);
    const key = `${codecOf(camera, role)}/${role}`;
    const stream = streams.get(key) ?? this.#open(device, role, false);
    streams.set(key, stream);
    return stream;
  }

  #open(device: Device, role: ProfileName, isOwn: boolean): VideoStream {
    const { clock, log, ffmpegPath, studio, constantRate } = this.#deps;
    const { camera, fault } = device;
    const codec = codecOf(camera, role);
    const whole = profiles[role];
    const isHalf = isOwn && fault.halfSize;
    // What is seen through a zoom is cut out of the larger picture.
    const from = isOwn && device.ptz ? profiles.main : whole;
    const profile: Profile = isHalf ? { ...whole, width: whole.width / 2, height: whole.height / 2 } : whole;
    return new VideoStream({
      ...{ clock, log, ffmpegPath, profile, codec, constantRate },
      parameterSets: this.#parameterSets.get(`${codec}/${role}`)!,
      painter: async () => {
        const painter = await studio.painter(camera, from);
        return isOwn ? new AlteredPainter(painter, { from, to: profile }, device) : painter;
      },
      lingerMs: isOwn ? LINGER_MS.main : LINGER_MS[role],
    });
  }
}
