import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { messageOf } from '#lib/app-error.ts';
import { profiles, type Profile, type Scene, type SimulatedCamera } from '../model.ts';
import type { FramePainter } from '../video/stream.ts';
import { Crowd, type CrowdState } from './crowd/crowd.ts';
import { ActorPlacer } from './crowd/placing.ts';
import { DisplayBoard, PHRASES } from './display-board.ts';
import { barcodeHeight } from './frame/barcode.ts';
import { Osd } from './frame/osd.ts';
import { SpriteStore } from './people/sprite-store.ts';
import { View } from './render/view.ts';
import { Renderer } from './renderer.ts';
import { ScenePainter } from './scene-painter.ts';
import { hallDisplay } from './scenery/hall-room.ts';
import { hallStage } from './scenery/hall-stage.ts';
import { display } from './scenery/window-room.ts';
import { windowStage } from './scenery/window-stage.ts';

export interface StudioDependencies {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  /** Zone of the clock in the picture. */
  timeZone: string;
  barcode: boolean;
}

/** One scene: its people, shared by both profiles, and the painters that exist. */
interface Set {
  crowd: Crowd;
  painters: Map<Profile, Promise<FramePainter>>;
}

/** Makes the painters of all scenes. Rooms are rendered once; people are drawn once for all scenes. */
export class PictureStudio {
  readonly #deps: StudioDependencies;
  readonly #renderer = new Renderer();
  readonly #sprites = new SpriteStore();
  readonly #sets = new Map<Scene, Set>();

  constructor(deps: StudioDependencies) {
    this.#deps = deps;
  }

  /** Begins to render what these cameras show: sub streams first, main streams when there is nothing else to do. */
  prepare(cameras: readonly SimulatedCamera[]): void {
    for (const profile of [profiles.sub, profiles.main]) {
      for (const camera of cameras) {
        this.painter(camera, profile).catch((error: unknown) => {
          this.#deps.log.debug({ camera: camera.id, error: messageOf(error) }, 'a picture was not prepared');
        });
      }
      this.#renderer.giveWay();
    }
  }

  async stop(): Promise<void> {
    this.#sets.clear();
    await this.#renderer.stop();
  }

  /** The painter of a camera's scene in a profile. The picture is named after the camera that came first. */
  painter(camera: SimulatedCamera, profile: Profile): Promise<FramePainter> {
    let set = this.#sets.get(camera.scene);
    if (!set) {
      set = { crowd: new Crowd(stageOf(camera.scene), camera.scene.seed), painters: new Map() };
      this.#sets.set(camera.scene, set);
    }
    const { crowd, painters } = set;
    let painter = painters.get(profile);
    if (!painter) {
      painter = this.#open(camera, profile, crowd);
      painters.set(profile, painter);
      // Another try may succeed.
      painter.catch(() => painters.delete(profile));
    }
    return painter;
  }

  async #open(camera: SimulatedCamera, { width, height }: Profile, crowd: Crowd): Promise<FramePainter> {
    const { clock, ffmpegPath, timeZone, barcode } = this.#deps;
    const { scene } = camera;
    const { backdrop, place, name, clockCharacters, phrases } = await this.#renderer.render({
      ffmpegPath,
      scene:
        scene.kind === 'window'
          ? { kind: 'window', label: scene.label, seed: scene.seed }
          : { kind: 'hall', labels: scene.windows, seed: scene.seed },
      name: camera.name,
      latinName: camera.id,
      width,
      height,
      phrases: PHRASES,
    });
    const view = View.whole(place, width, height);
    const places =
      scene.kind === 'window' ? [display] : scene.windows.map((_, index) => hallDisplay(index, scene.windows.length));
    const board = new DisplayBoard(view, places, phrases);
    const top = barcode ? barcodeHeight(width) : 0;
    return new ScenePainter({
      clock,
      clockOffsetMs: camera.clockOffsetMs ?? 0,
      backdrop,
      placer: new ActorPlacer(view, this.#sprites),
      osd: new Osd({ width, top, name, characters: clockCharacters, timeZone }),
      barcode,
      look: () => {
        const state = crowdState(scene);
        crowd.advance(clock.now(), state);
        return { actors: crowd.actors(), signs: board.stamps(state.windows, clock.now()) };
      },
    });
  }
}

function stageOf(scene: Scene) {
  return scene.kind === 'window' ? windowStage(scene.seed) : hallStage(scene.windows.length, scene.seed);
}

function crowdState(scene: Scene): CrowdState {
  if (scene.kind === 'hall') return scene.state();
  const state = scene.state();
  return { waiting: state.waiting, windows: [state] };
}
