import { ulid } from 'ulid';
import {
  OVERVIEW_SCENE,
  type Scene,
  type SceneChange,
  SceneInput,
  sceneOfHall,
  sceneOfRegion,
} from '#contract/scenes.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { seenRegions, type Rights } from '#lib/rights.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { missingSubjects } from './check-scene.ts';
import { hallScene, hallsOf, overviewScene, regionScene } from './house-scenes.ts';
import type { CamerasPort, HallsPort } from './ports.ts';
import { ScenesRepository, type StoredScene } from './repository.ts';

/** Beyond that somebody makes them by program. */
const MOST_SCENES = 500;

export interface ScenesDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: HallsPort;
  cameras: CamerasPort;
}

/** Who asks: the name and what the account may do. */
export interface Person {
  username: string;
  rights: Rights;
}

/**
 * Scenes of the wall: those that people made, kept in memory with the database as the truth, and those of the house,
 * which are made anew whenever they are asked for and so are never out of date.
 */
export class ScenesService {
  /** The id of a scene that was saved or removed, or of a scene of the house that looks different now. */
  readonly changed = new Emitter<string>();

  readonly #deps: ScenesDeps;
  readonly #repository: ScenesRepository;
  readonly #changes = new Serial();
  #scenes = new Map<string, StoredScene>();
  #leave: (() => void)[] = [];

  constructor(deps: ScenesDeps) {
    this.#deps = deps;
    this.#repository = new ScenesRepository(deps.db);
  }

  async start(): Promise<void> {
    if (this.#leave.length > 0) return;
    const { halls, cameras } = this.#deps;
    const hallChanged = (hallId: string) => {
      this.changed.emit(sceneOfHall(hallId));
      this.changed.emit(OVERVIEW_SCENE);
      regionsChanged();
    };
    const regionsChanged = () => halls.regions().forEach(({ id }) => this.changed.emit(sceneOfRegion(id)));
    this.#leave = [
      halls.changed.on(({ id }) => hallChanged(id)),
      halls.removed.on(hallChanged),
      halls.regionChanged.on(regionsChanged),
      cameras.changed.on(({ hallId }) => this.changed.emit(sceneOfHall(hallId))),
      cameras.removed.on(() => halls.list().forEach(({ id }) => this.changed.emit(sceneOfHall(id)))),
    ];
    this.#scenes = new Map((await this.#repository.list()).map((scene) => [scene.id, scene]));
  }

  async stop(): Promise<void> {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    await this.#changes.run(async () => undefined);
  }

  /** Those that this person may see: the house's, the shared ones, and the person's own. */
  list(person: Person): Scene[] {
    const { halls, cameras } = this.#deps;
    const all = cameras.list();
    const own = person.rights.those('hall.view', halls.list(), ({ id }) => id);
    const stored = [...this.#scenes.values()].filter((scene) => this.#maySee(scene, person));
    const regions = halls.regions();
    const ofRegions = seenRegions(person.rights, 'hall.view', { regions, halls: own }).flatMap((region) => {
      const below = hallsOf(region.id, own, regions);
      // the scene of its only hall says as much
      return below.length > 1 ? regionScene(region, below) : [];
    });
    return [overviewScene(own), ...ofRegions, ...own.map((hall) => hallScene(hall, all)), ...stored];
  }

  /** Any scene, whoever made it. */
  get(id: string): Scene | undefined {
    const { halls, cameras } = this.#deps;
    if (id === OVERVIEW_SCENE) return overviewScene(halls.list());
    const region = halls.regions().find((each) => sceneOfRegion(each.id) === id);
    if (region) return regionScene(region, hallsOf(region.id, halls.list(), halls.regions()));
    const hall = halls.list().find((each) => sceneOfHall(each.id) === id);
    return hall ? hallScene(hall, cameras.list()) : this.#scenes.get(id);
  }

  /** Throws NOT_FOUND, also for a private scene of somebody else, and for one that shows other halls. */
  seen(id: string, person: Person): Scene {
    const ofPerson = id === OVERVIEW_SCENE || id.startsWith(sceneOfRegion(''));
    const scene = ofPerson ? this.list(person).find((each) => each.id === id) : this.get(id);
    if (!scene || !this.#maySee(scene, person)) throw new AppError('NOT_FOUND', id);
    return scene;
  }

  /** Throws REQUEST_INVALID where something in it does not exist, or there are too many scenes already. */
  add(input: SceneInput, person: Person): Promise<Scene> {
    return this.#changes.run(async () => {
      if (this.#scenes.size >= MOST_SCENES) throw invalid('', `there are ${MOST_SCENES} scenes; remove some first`);
      const now = this.#deps.clock.now();
      return this.#save({
        ...this.#checked(input, person),
        id: `scene-${ulid(now).toLowerCase()}`,
        owner: person.username,
        updatedAt: new Date(now).toISOString(),
      });
    });
  }

  /** Throws NOT_FOUND, FORBIDDEN, REQUEST_INVALID, or SCENE_CHANGED where it is no longer the one that was seen. */
  change(id: string, { updatedAt: seen, ...input }: SceneChange, person: Person): Promise<Scene> {
    return this.#changes.run(async () => {
      const before = this.#own(id, person);
      if (Date.parse(seen) !== Date.parse(before.updatedAt)) throw new AppError('SCENE_CHANGED', before.updatedAt);
      // never the same version twice, however fast somebody saves
      const now = Math.max(this.#deps.clock.now(), Date.parse(before.updatedAt) + 1);
      return this.#save({ ...before, ...this.#checked(input, person), updatedAt: new Date(now).toISOString() });
    });
  }

  /** Throws NOT_FOUND or FORBIDDEN. */
  remove(id: string, person: Person): Promise<void> {
    return this.#changes.run(async () => {
      this.#own(id, person);
      await this.#repository.remove(id);
      this.#scenes.delete(id);
      this.#deps.log.info({ sceneId: id, by: person.username }, 'scene removed');
      this.changed.emit(id);
    });
  }

  async #save(scene: StoredScene): Promise<Scene> {
    await this.#repository.save(scene);
    this.#scenes.set(scene.id, scene);
    this.changed.emit(scene.id);
    return scene;
  }

  /** The owner's, and what is shared for those who drive the screens. */
  #own(id: string, person: Person): StoredScene {
    this.seen(id, person);
    const scene = this.#scenes.get(id);
    if (!scene) throw new AppError('FORBIDDEN', 'scenes of the house are made anew; save it under a name of your own');
    if (scene.owner !== person.username && !person.rights.may('screen.drive')) {
      throw new AppError('FORBIDDEN', `it belongs to ${scene.owner}`);
    }
    return scene;
  }

  /** His own and the shared ones, as far as all that they show lies where he may. */
  #maySee(scene: Scene, { username, rights }: Person): boolean {
    if (!scene.shared && scene.owner !== username) return false;
    const hallOf = new Map(this.#deps.cameras.list().map(({ id, hallId }) => [id, hallId]));
    return scene.cells.every(({ tiles }) =>
      tiles.every((tile) => {
        if (tile.kind === 'camera') return rights.mayIn('hall.view', hallOf.get(tile.cameraId));
        return !('hallId' in tile) || tile.hallId === null || rights.mayIn('hall.view', tile.hallId);
      }),
    );
  }

  #checked(input: SceneInput, { rights }: Person): Pick<Scene, 'name' | 'cells' | 'shared'> {
    const scene = SceneInput.parse(input);
    const { halls, cameras } = this.#deps;
    // what lies where he may not is not there for him
    const missing = missingSubjects(scene.cells, {
      halls: { get: (id) => (rights.mayIn('hall.view', id) ? halls.get(id) : undefined) },
      cameras: { list: () => rights.those('camera.view', cameras.list(), ({ hallId }) => hallId) },
    });
    if (missing.length > 0) throw new AppError('REQUEST_INVALID', missing);
    return scene;
  }
}

const invalid = (path: string, message: string) => new AppError('REQUEST_INVALID', [{ path, message }]);
