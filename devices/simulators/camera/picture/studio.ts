import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { messageOf } from '#lib/app-error.ts';
import { profiles, type Profile, type Scene, type SimulatedCamera } from '../model.ts';
import type { FramePainter } from '../video/stream.ts';
import { Crowd, type CrowdState } from './crowd/crowd.ts';
import { ActorPlacer } from './crowd/placing.ts';
import type { Stage } from './crowd/stage.ts';
import { DisplayBoard } from './display-board.ts';
import { barcodeHeight } from './frame/barcode.ts';
import { Osd } from './frame/osd.ts';
import { signStamp } from './frame/sign.ts';
import { Letters } from './letters.ts';
import { SpriteStore } from './people/sprite-store.ts';
import { RenderCache } from './render-cache.ts';
import type { RenderResult, RoomPlan } from './render-worker.ts';
import { View } from './render/view.ts';
import { Renderer } from './renderer.ts';
import { ScenePainter } from './scene-painter.ts';
import { hallDisplay, hallSign } from './scenery/hall-room.ts';
import { hallStage } from './scenery/hall-stage.ts';
import type { Face } from './scenery/set.ts';
import { display, sign, WINDOW_ROOMS } from './scenery/window-room.ts';
import { windowStage } from './scenery/window-stage.ts';

export interface StudioDependencies {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  cameras: readonly SimulatedCamera[];
  /** Zone of the clock in the picture. */
  timeZone: string;
  barcode: boolean;
  /** Where rendered rooms are kept from one start to the next; null: nowhere. */
  cacheFolder: string | null;
}

/**
 * Makes the painters of all scenes. Rooms are rendered once for all scenes that stand in the same, people once for all.
 * A scene's picture is named after the first camera that shows it.
 */
export class PictureStudio {
  readonly #deps: StudioDependencies;
  readonly #renderer: Renderer;
  readonly #sprites = new SpriteStore();
  readonly #crowds = new Map<Scene, Crowd>();
  readonly #rooms = new Map<string, ReturnType<Renderer['render']>>();
  #letters: Promise<Letters> | null = null;

  constructor(deps: StudioDependencies) {
    this.#deps = deps;
    this.#renderer = new Renderer(deps.cacheFolder === null ? null : new RenderCache(deps.cacheFolder));
  }

  /** Begins to render the rooms: for the sub streams first, for the main streams when there is nothing else to do. */
  start(): void {
    const { ffmpegPath, cameras, log } = this.#deps;
    this.#letters = Letters.draw(ffmpegPath, cameras);
    for (const profile of [profiles.sub, profiles.main]) {
      for (const { id, scene } of cameras) {
        this.#room(scene, profile, profile === profiles.main).catch((error: unknown) => {
          log.debug({ camera: id, error: messageOf(error) }, 'a room was not rendered');
        });
      }
    }
  }

  /** Resolves when the room of every sub stream is rendered, or could not be. */
  async painted(): Promise<void> {
    await Promise.allSettled(this.#deps.cameras.map(({ scene }) => this.#room(scene, profiles.sub, false)));
  }

  async stop(): Promise<void> {
    this.#rooms.clear();
    this.#crowds.clear();
    await this.#renderer.stop();
  }

  /** A painter of a camera's scene in a profile; resolves when its room is rendered. */
  async painter(camera: SimulatedCamera, profile: Profile): Promise<FramePainter> {
    const { clock, timeZone, barcode, ffmpegPath, cameras } = this.#deps;
    const { scene } = camera;
    this.#letters ??= Letters.draw(ffmpegPath, cameras);
    const [{ backdrop, place }, letters] = await Promise.all([this.#room(scene, profile, false), this.#letters]);
    const { width, height } = profile;
    const view = View.whole(place, width, height);
    const { displays, signs } = facesOf(scene);
    const board = new DisplayBoard(view, displays, letters.phrases());
    const labels = letters.labels(scene).map((label, index) => signStamp(view, signs[index]!, label));
    const crowd = this.#crowd(scene);
    return new ScenePainter({
      clock,
      clockOffsetMs: camera.clockOffsetMs ?? 0,
      backdrop,
      placer: new ActorPlacer(view, this.#sprites),
      osd: new Osd({
        width,
        top: barcode ? barcodeHeight(width) : 0,
        name: letters.cameraName(camera, profile),
        characters: letters.clock(profile),
        timeZone,
      }),
      barcode,
      look: () => {
        const now = clock.now();
        const state = crowdState(scene);
        crowd.advance(now, state);
        return { actors: crowd.actors(), signs: [...labels, ...board.stamps(state.windows, now)] };
      },
    });
  }

  /** Whether anybody walks before a scene. */
  isMotion(scene: Scene): boolean {
    const crowd = this.#crowd(scene);
    crowd.advance(this.#deps.clock.now(), crowdState(scene));
    return crowd.actors().some(({ isWalking }) => isWalking);
  }

  /** Both profiles show the same people. */
  #crowd(scene: Scene): Crowd {
    let crowd = this.#crowds.get(scene);
    if (!crowd) {
      crowd = new Crowd(stageOf(scene), scene.seed);
      this.#crowds.set(scene, crowd);
    }
    return crowd;
  }

  #room(scene: Scene, { width, height }: Profile, isGentle: boolean): Promise<RenderResult> {
    const plan = planOf(scene);
    const key = JSON.stringify([plan, width]);
    let room = this.#rooms.get(key);
    if (!room) {
      room = this.#renderer.render({ ffmpegPath: this.#deps.ffmpegPath, plan, width, height, isGentle });
      this.#rooms.set(key, room);
      // Another try may succeed.
      room.result.catch(() => this.#rooms.delete(key));
    } else if (!isGentle) {
      room.hurry();
    }
    return room.result;
  }
}

function planOf(scene: Scene): RoomPlan {
  return scene.kind === 'window'
    ? { kind: 'window', number: Math.abs(scene.seed) % WINDOW_ROOMS }
    : { kind: 'hall', windows: scene.windows.length, seed: scene.seed };
}

function facesOf(scene: Scene): { displays: Face[]; signs: Face[] } {
  if (scene.kind === 'window') return { displays: [display], signs: [sign] };
  const count = scene.windows.length;
  return {
    displays: scene.windows.map((_, index) => hallDisplay(index, count)),
    signs: scene.windows.map((_, index) => hallSign(index, count)),
  };
}

function stageOf(scene: Scene): Stage {
  return scene.kind === 'window' ? windowStage(scene.seed) : hallStage(scene.windows.length, scene.seed);
}

function crowdState(scene: Scene): CrowdState {
  if (scene.kind === 'hall') return scene.state();
  const state = scene.state();
  return { waiting: state.waiting, windows: [state] };
}
