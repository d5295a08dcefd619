import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { profiles, type CameraFault, type ProfileName, type Scene, type SimulatedCamera } from './model.ts';
import { DiscoveryResponder } from './onvif/discovery.ts';
import { OnvifServer } from './onvif/server.ts';
import { PictureStudio } from './picture/studio.ts';
import type { RtspCamera } from './rtsp/connection.ts';
import { RtspServer } from './rtsp/server.ts';
import { probeParameterSets } from './video/encoder.ts';
import type { ParameterSets } from './video/flv.ts';
import { VideoStream } from './video/stream.ts';

export interface CameraSimulatorOptions {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  /** Everything is bound to this address: '127.0.0.1'. */
  interfaceAddress: string;
  /** One RTSP port for all cameras; 0 takes any. */
  rtspPort: number;
  /** The first camera's ONVIF port, the next ones follow; 0 takes any. */
  onvifPortBase: number;
  cameras: readonly SimulatedCamera[];
  username: string;
  password: string;
  /** Paints the millisecond into the top strip of every frame, for measuring. */
  barcode?: boolean;
  /** Streams have their profile's bit rate whatever they show, for measuring. */
  constantRate?: boolean;
  /** Answers WS-Discovery; on unless switched off. */
  discovery?: boolean;
  /** Zone of the clock in the picture. */
  timeZone?: string;
  /** Where rendered rooms are kept from one start to the next; without it every start renders them. */
  cacheFolder?: string;
}

export interface CameraAddress {
  id: string;
  onvifUrl: string;
  rtsp: Record<ProfileName, string>;
}

interface Device {
  camera: SimulatedCamera;
  fault: Required<CameraFault>;
  onvif: OnvifServer;
}

/** A sub stream is always wanted again soon; a main stream is expensive and watched by one person at a time. */
const LINGER_MS: Record<ProfileName, number> = { main: 5000, sub: 30_000 };

/**
 * IP cameras on real protocols: WS-Discovery, ONVIF device and media service, RTSP with digest authentication, H.264 over
 * RTP. Any client can use them; what they show is painted from the state of their scenes.
 */
export class CameraSimulator {
  readonly #options: CameraSimulatorOptions;
  readonly #devices = new Map<string, Device>();
  readonly #streams = new Map<Scene, Record<ProfileName, VideoStream>>();
  readonly #rtsp: RtspServer;
  readonly #studio: PictureStudio;
  readonly #discovery: DiscoveryResponder;
  #started = false;

  constructor(options: CameraSimulatorOptions) {
    this.#options = options;
    const { clock, log, ffmpegPath, interfaceAddress, timeZone = 'Asia/Shanghai', barcode = false } = options;
    options.cameras.forEach((camera, index) => this.#devices.set(camera.id, this.#createDevice(camera, index)));
    this.#studio = new PictureStudio({
      clock,
      log,
      ffmpegPath,
      cameras: options.cameras,
      timeZone,
      barcode,
      cacheFolder: options.cacheFolder ?? null,
    });
    this.#rtsp = new RtspServer({
      clock,
      log,
      address: interfaceAddress,
      port: options.rtspPort,
      findCamera: (id) => this.#rtspCamera(id),
    });
    const cameras = [...this.#devices.values()].map((device) => device.onvif);
    this.#discovery = new DiscoveryResponder({ clock, interfaceAddress, cameras });
  }

  /** @throws AppError FFMPEG_MISSING, PORT_TAKEN, DISCOVERY_FAILED */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    try {
      const { clock, log, ffmpegPath, discovery = true, constantRate = false } = this.#options;
      const [main, sub] = await Promise.all(
        [profiles.main, profiles.sub].map((profile) =>
          probeParameterSets({ clock, log, ffmpegPath, profile, constantRate }),
        ),
      );
      this.#openStreams({ main: main!, sub: sub! });
      this.#studio.start();
      await this.#rtsp.start();
      for (const device of this.#devices.values()) if (!device.fault.down) await device.onvif.start();
      if (discovery) await this.#discovery.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    await this.#discovery.stop();
    await Promise.all([...this.#devices.values()].map((device) => device.onvif.stop()));
    await this.#rtsp.stop();
    const streams = [...this.#streams.values()].flatMap(({ main, sub }) => [main.stop(), sub.stop()]);
    // A stream may still wait for its room to be rendered: the studio must not finish it first.
    await Promise.all([...streams, this.#studio.stop()]);
    this.#streams.clear();
  }

  /** Where the cameras can be reached; final once started. */
  addresses(): CameraAddress[] {
    return [...this.#devices.values()].map(({ camera, onvif }) => ({
      id: camera.id,
      onvifUrl: onvif.url,
      rtsp: { main: this.#streamUri(camera.id, 'main'), sub: this.#streamUri(camera.id, 'sub') },
    }));
  }

  /** Breaks or mends a camera while it runs; resolves when that is so. */
  async setFault(cameraId: string, fault: CameraFault): Promise<void> {
    const device = this.#devices.get(cameraId);
    if (!device) throw new Error(`there is no camera ${cameraId}`);
    const before = { ...device.fault };
    Object.assign(device.fault, fault);
    const { down, wrongPassword } = device.fault;
    // Who is connected with the old password is thrown out, as after changing it on a real camera.
    if (down || wrongPassword !== before.wrongPassword) this.#rtsp.dropClients(cameraId);
    if (!this.#started || down === before.down) return;
    if (down) return device.onvif.stop();
    await device.onvif.start();
    this.#discovery.hello(device.onvif);
  }

  #createDevice(camera: SimulatedCamera, index: number): Device {
    const { clock, log, interfaceAddress, onvifPortBase } = this.#options;
    const fault: Required<CameraFault> = { down: false, silent: false, wrongPassword: false };
    const onvif = new OnvifServer({
      log,
      identity: camera,
      address: interfaceAddress,
      port: onvifPortBase === 0 ? 0 : onvifPortBase + index,
      now: () => clock.now() + (camera.clockOffsetMs ?? 0),
      credentials: () => this.#credentials(fault),
      isSilent: () => fault.silent,
      streamUri: (role) => this.#streamUri(camera.id, role),
    });
    return { camera, fault, onvif };
  }

  /** One pair of streams for each scene, named after the first camera that shows it. */
  #openStreams(parameterSets: Record<ProfileName, ParameterSets>): void {
    const { clock, log, ffmpegPath, constantRate = false } = this.#options;
    for (const { camera } of this.#devices.values()) {
      if (this.#streams.has(camera.scene)) continue;
      const open = (role: ProfileName) =>
        new VideoStream({
          clock,
          log,
          ffmpegPath,
          profile: profiles[role],
          constantRate,
          parameterSets: parameterSets[role],
          painter: () => this.#studio.painter(camera, profiles[role]),
          lingerMs: LINGER_MS[role],
        });
      this.#streams.set(camera.scene, { main: open('main'), sub: open('sub') });
    }
  }

  #rtspCamera(id: string): RtspCamera | undefined {
    const device = this.#devices.get(id);
    const streams = device && this.#streams.get(device.camera.scene);
    if (!streams) return undefined;
    return {
      id,
      clockOffsetMs: device.camera.clockOffsetMs ?? 0,
      isDown: () => device.fault.down,
      isSilent: () => device.fault.silent,
      credentials: () => this.#credentials(device.fault),
      stream: (role) => streams[role],
    };
  }

  #credentials(fault: CameraFault): { username: string; password: string } {
    const { username, password } = this.#options;
    return { username, password: fault.wrongPassword ? `${password} (changed)` : password };
  }

  #streamUri(id: string, role: ProfileName): string {
    return `rtsp://${this.#options.interfaceAddress}:${this.#rtsp.port}/${id}/${role}`;
  }
}
