import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { AudioStream } from './audio/stream.ts';
import { prepareTrack } from './audio/track.ts';
import type { CameraCommand } from './command.ts';
import { Device } from './device/device.ts';
import type { TriggerKind } from './device/event-board.ts';
import type { PtzVector } from './device/ptz-head.ts';
import { codecOf, type AudioCodec, type CameraFault, type ProfileName, type SimulatedCamera } from './model.ts';
import { DiscoveryResponder } from './onvif/discovery.ts';
import { OnvifServer } from './onvif/server.ts';
import { PictureStudio } from './picture/studio.ts';
import type { RtspCamera } from './rtsp/connection.ts';
import { RtspServer } from './rtsp/server.ts';
import { StreamPool } from './video/stream-pool.ts';

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

interface Station {
  device: Device;
  onvif: OnvifServer;
}

/** An address that leads nowhere (RFC 5737). */
const ELSEWHERE = '192.0.2.1';

/**
 * IP cameras on real protocols: WS-Discovery, ONVIF device and media service, RTSP with digest authentication, H.264 and
 * H.265 over RTP, sound beside it. Any client can use them; what they show is painted from the state of their scenes.
 */
export class CameraSimulator {
  readonly #options: CameraSimulatorOptions;
  readonly #stations = new Map<string, Station>();
  readonly #streams: StreamPool;
  readonly #sounds = new Map<AudioCodec, AudioStream>();
  readonly #rtsp: RtspServer;
  readonly #studio: PictureStudio;
  readonly #discovery: DiscoveryResponder;
  #started = false;

  constructor(options: CameraSimulatorOptions) {
    this.#options = options;
    const { clock, log, ffmpegPath, interfaceAddress, timeZone = 'Asia/Shanghai', barcode = false } = options;
    options.cameras.forEach((camera, index) => this.#stations.set(camera.id, this.#createStation(camera, index)));
    this.#studio = new PictureStudio({
      clock,
      log,
      ffmpegPath,
      cameras: options.cameras,
      timeZone,
      barcode,
      cacheFolder: options.cacheFolder ?? null,
    });
    const { constantRate = false } = options;
    this.#streams = new StreamPool({ clock, log, ffmpegPath, studio: this.#studio, constantRate });
    this.#rtsp = new RtspServer({
      clock,
      log,
      address: interfaceAddress,
      port: options.rtspPort,
      findCamera: (id) => this.#rtspCamera(id),
    });
    const cameras = [...this.#stations.values()].map(({ onvif }) => onvif);
    this.#discovery = new DiscoveryResponder({ clock, interfaceAddress, cameras });
  }

  /** @throws AppError FFMPEG_MISSING, PORT_TAKEN, DISCOVERY_FAILED */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    try {
      const { cameras, ffmpegPath, discovery = true } = this.#options;
      await this.#streams.start(cameras.flatMap((camera) => [codecOf(camera, 'main'), codecOf(camera, 'sub')]));
      await this.#prepareSounds(ffmpegPath);
      this.#studio.start();
      await this.#rtsp.start();
      for (const { device, onvif } of this.#stations.values()) if (!device.fault.down) await onvif.start();
      if (discovery) await this.#discovery.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Resolves when every camera has something to show: where nothing is kept from a start before, rooms take a while to render. */
  painted(): Promise<void> {
    return this.#studio.painted();
  }

  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    await this.#discovery.stop();
    await Promise.all([...this.#stations.values()].map(({ onvif }) => onvif.stop()));
    await this.#rtsp.stop();
    // A stream may still wait for its room to be rendered: the studio must not finish it first.
    await Promise.all([this.#streams.stop(), this.#studio.stop()]);
  }

  /** Where the cameras can be reached; final once started. */
  addresses(): CameraAddress[] {
    return [...this.#stations.values()].map(({ device: { camera }, onvif }) => ({
      id: camera.id,
      onvifUrl: onvif.url,
      rtsp: { main: this.#streamUri(camera.id, 'main'), sub: this.#streamUri(camera.id, 'sub') },
    }));
  }

  /** Breaks or mends a camera while it runs; resolves when that is so. */
  async setFault(cameraId: string, fault: CameraFault): Promise<void> {
    const { device, onvif } = this.#station(cameraId);
    const before = { ...device.fault };
    Object.assign(device.fault, fault);
    const { down, wrongPassword } = device.fault;
    if (down && !before.down) device.restart();
    // Who is connected with the old password is thrown out, as after changing it on a real camera.
    if (down || wrongPassword !== before.wrongPassword) this.#rtsp.dropClients(cameraId);
    if (!this.#started) return;
    this.#rtsp.refresh(cameraId);
    if (down === before.down) return;
    if (down) return onvif.stop();
    await onvif.start();
    this.#discovery.hello(onvif);
  }

  /** Starts a camera anew: it is away for so long, and its sessions are other ones afterwards. */
  async reboot(cameraId: string, awayMs: number): Promise<void> {
    await this.setFault(cameraId, { down: true });
    await pause(this.#options.clock, awayMs);
    await this.setFault(cameraId, { down: false });
  }

  has(cameraId: string): boolean {
    return this.#stations.has(cameraId);
  }

  /** Does what a line asked for. */
  async apply(command: CameraCommand): Promise<void> {
    if (command.kind === 'fault') return this.setFault(command.camera, command.fault);
    if (command.kind === 'reboot') return this.reboot(command.camera, command.seconds * 1000);
    this.trigger(command.camera, { kind: command.trigger, active: command.active });
  }

  /** Where a camera that can be moved looks now; null for one that cannot. */
  looksAt(cameraId: string): PtzVector | null {
    return this.#station(cameraId).device.ptz?.position ?? null;
  }

  /** Lets a camera notice something, or no longer. */
  trigger(cameraId: string, { kind, active }: { kind: TriggerKind; active: boolean }): void {
    this.#station(cameraId).device.board.trigger(kind, active);
  }

  #station(id: string): Station {
    const station = this.#stations.get(id);
    if (!station) throw new Error(`there is no camera ${id}`);
    return station;
  }

  #createStation(camera: SimulatedCamera, index: number): Station {
    const { clock, log, interfaceAddress, onvifPortBase, username, password } = this.#options;
    const device = new Device(camera, {
      clock,
      account: { username, password },
      onPictureChange: () => this.#rtsp.refresh(camera.id),
      isMotion: () => this.#studio.isMotion(camera.scene),
    });
    const toldAddress = () => (device.fault.wrongAddress ? ELSEWHERE : interfaceAddress);
    const onvif = new OnvifServer({
      clock,
      log,
      camera: {
        identity: camera,
        codec: (role) => codecOf(camera, role),
        audio: camera.audio ?? null,
        hasMedia2: camera.media2 ?? true,
        signsInByDigest: camera.httpDigest !== undefined,
        ...{ ptz: device.ptz, board: device.board, subscriptions: device.subscriptions, interfaceAddress },
        imaging: () => device.levels,
        setImaging: (levels) => device.setLevels(levels),
        now: () => device.now(),
        streamUri: (role) => this.#streamUri(camera.id, role, toldAddress()),
      },
      address: interfaceAddress,
      port: onvifPortBase === 0 ? 0 : onvifPortBase + index,
      httpDigest: camera.httpDigest ?? null,
      credentials: () => device.credentials(),
      onSignIn: (isRight) => device.onSignIn(isRight),
      isSilent: () => device.fault.silent,
      isSomethingElse: () => device.fault.html,
      toldAddress,
    });
    return { device, onvif };
  }

  async #prepareSounds(ffmpegPath: string): Promise<void> {
    for (const { audio } of this.#options.cameras) {
      if (!audio || this.#sounds.has(audio)) continue;
      this.#sounds.set(audio, new AudioStream(this.#options.clock, await prepareTrack(audio, ffmpegPath)));
    }
  }

  #rtspCamera(id: string): RtspCamera | undefined {
    const device = this.#stations.get(id)?.device;
    if (!device || !this.#started) return undefined;
    const { fault, camera } = device;
    return {
      id,
      clockOffsetMs: () => device.clockOffsetMs,
      isDown: () => fault.down,
      isSilent: () => fault.silent,
      isFrozen: () => fault.frozenEncoder,
      sendsGarbage: () => fault.garbageRtp,
      credentials: () => device.credentials(),
      onSignIn: (isRight) => device.onSignIn(isRight),
      stream: (role) => this.#streams.find(device, role),
      sound: () => (camera.audio ? (this.#sounds.get(camera.audio) ?? null) : null),
      ssrcMask: () => device.ssrcMask,
      refusedTransport: () => fault.refusesTransport,
      closesAfterPlay: () => fault.closesAfterPlay,
      impairment: () => ({ loss: fault.packetLoss, reorders: fault.reordersPackets }),
    };
  }

  #streamUri(id: string, role: ProfileName, address = this.#options.interfaceAddress): string {
    return `rtsp://${address}:${this.#rtsp.port}/${id}/${role}`;
  }
}
