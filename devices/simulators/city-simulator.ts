import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { SimulatedCameraPlan, SimulatedCity } from './city.ts';
import type { HallSceneState, Scene, SceneState } from './camera/model.ts';
import { CameraSimulator } from './camera/camera-simulator.ts';
import type { CameraCommand } from './camera/command.ts';
import type { SimulatorCommand } from './command.ts';
import { HallSimulator } from './hall/simulator.ts';

export interface CitySimulatorOptions {
  city: SimulatedCity;
  mqttUrl: string;
  mqttUsername?: string;
  mqttPassword?: string;
  /** The only interface that cameras answer and discovery is heard on. */
  interfaceAddress: string;
  ffmpegPath: string;
  clock: Clock;
  log: Logger;
  speed: number;
  hour: number | 'clock';
  walkOffEverySec: number;
  openingCrowd: number;
  barcode: boolean;
  /** Where rendered pictures are kept from one start to the next; null: nowhere. */
  cacheFolder: string | null;
}

/** A whole simulated city: halls that speak MQTT, and cameras that see what goes on in them. */
export class CitySimulator {
  readonly #options: CitySimulatorOptions;
  readonly #halls = new Map<string, HallSimulator>();
  readonly #cameras: CameraSimulator;
  /** By the camera that shows it first. */
  readonly #scenes = new Map<string, Scene>();
  #callOff: (() => void)[] = [];

  constructor(options: CitySimulatorOptions) {
    this.#options = options;
    const { city, mqttUsername, mqttPassword } = options;
    for (const hall of city.halls) {
      this.#halls.set(
        hall.id,
        new HallSimulator({
          mqttUrl: options.mqttUrl,
          hall,
          clock: options.clock,
          speed: options.speed,
          hour: options.hour,
          walkOffEverySec: options.walkOffEverySec,
          openingCrowd: options.openingCrowd,
          ...(mqttUsername === undefined ? {} : { username: mqttUsername }),
          ...(mqttPassword === undefined ? {} : { password: mqttPassword }),
        }),
      );
    }
    this.#cameras = new CameraSimulator({
      clock: options.clock,
      log: options.log,
      ffmpegPath: options.ffmpegPath,
      interfaceAddress: options.interfaceAddress,
      rtspPort: 0,
      onvifPortBase: 0,
      username: city.cameraUsername,
      password: city.cameraPassword,
      barcode: options.barcode,
      ...(options.cacheFolder === null ? {} : { cacheFolder: options.cacheFolder }),
      discovery: true,
      cameras: city.cameras.map((plan) => ({
        id: plan.id,
        name: plan.name,
        location: plan.hallId,
        hardware: plan.model,
        model: plan.model,
        serial: plan.serial,
        scene: this.#scene(plan),
        codec: plan.codec,
        subCodec: 'h264' as const,
        ptz: plan.ptz,
        ...(plan.audio === null ? {} : { audio: plan.audio }),
      })),
    });
  }

  /**
   * Resolves when every camera has a picture and every terminal is online; `onCamerasReady` comes with the pictures. Nobody is
   * in the halls until `opens`.
   */
  async start(
    onCamerasReady: (addresses: ReturnType<CameraSimulator['addresses']>) => void,
    opens: Promise<void> = Promise.resolve(),
  ): Promise<void> {
    await this.#cameras.start();
    const pictures = this.#cameras.painted().then(() => onCamerasReady(this.#cameras.addresses()));
    await Promise.all([pictures, ...[...this.#halls.values()].map((hall) => opens.then(() => hall.start()))]);
  }

  async stop(): Promise<void> {
    for (const callOff of this.#callOff.splice(0)) callOff();
    await Promise.all([this.#cameras.stop(), ...[...this.#halls.values()].map((hall) => hall.stop())]);
  }

  /** Makes something go wrong on purpose; false when there is nothing of that name. */
  apply(command: SimulatorCommand): boolean {
    if (command.name === 'camera-dies') {
      if (!this.#options.city.cameras.some(({ id }) => id === command.camera)) return false;
      this.#cameras.setFault(command.camera, { down: true });
      this.#callOff.push(
        this.#options.clock.after(command.seconds * 1000, () =>
          this.#cameras.setFault(command.camera, { down: false }),
        ),
      );
      return true;
    }
    const { name, hall, ...fields } = command;
    return this.#halls.get(hall)?.apply({ fault: name, ...fields } as Parameters<HallSimulator['apply']>[0]) ?? false;
  }

  /** The same for a single camera; false where there is none of that name. */
  applyToCamera(command: CameraCommand): boolean {
    if (!this.#cameras.has(command.camera)) return false;
    void this.#cameras.apply(command);
    return true;
  }

  #scene(plan: SimulatedCameraPlan): Scene {
    const first = plan.sameAs === null ? plan : this.#options.city.cameras.find(({ id }) => id === plan.sameAs);
    if (first === undefined) throw new Error(`camera ${plan.id} shows the scene of ${plan.sameAs}, which is no camera`);
    const scene = this.#scenes.get(first.id) ?? this.#sceneOf(first);
    this.#scenes.set(first.id, scene);
    return scene;
  }

  #sceneOf(plan: SimulatedCameraPlan): Scene {
    const { city } = this.#options;
    const hall = this.#halls.get(plan.hallId);
    const windows = city.halls.find(({ id }) => id === plan.hallId)?.windows ?? [];
    if (hall === undefined) throw new Error(`camera ${plan.id} stands in no hall: ${plan.hallId}`);
    const { windowId, seed } = plan;
    if (windowId === null) {
      const state = (): HallSceneState => ({
        waiting: hall.waiting,
        windows: windows.map(({ id }) => hall.view(id)),
      });
      return { kind: 'hall', windows: windows.map(({ label }) => label), state, seed };
    }
    const state = (): SceneState => hall.view(windowId);
    return { kind: 'window', label: windows.find(({ id }) => id === windowId)?.label ?? windowId, state, seed };
  }
}
