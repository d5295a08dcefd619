import { Hall, regionsAbove, type HallInput, type Region } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { checkHall } from './check-hall.ts';
import { PlanImages } from './plan-images.ts';
import { PlacesRepository } from './repository.ts';

export interface HallsDeps {
  db: Database;
  log: Logger;
}

/**
 * Regions and halls. All of them are kept in memory, because every terminal message and every alert asks for its hall;
 * a province has some hundred. The database is the truth: memory changes only after a commit.
 */
export class HallsService {
  /** A hall was made or replaced. */
  readonly changed = new Emitter<Hall>();
  /** A region was made or replaced. */
  readonly regionChanged = new Emitter<Region>();
  /** The id of a hall that is gone. */
  readonly removed = new Emitter<string>();

  /** Pictures under floor plans. */
  readonly planImages: PlanImages;

  readonly #log: Logger;
  readonly #places: PlacesRepository;
  /** Changes one at a time, so that memory follows the order of the commits. */
  readonly #changes = new Serial();
  #regions = new Map<string, Region>();
  #halls = new Map<string, Hall>();

  constructor({ db, log }: HallsDeps) {
    this.#log = log;
    this.#places = new PlacesRepository(db);
    this.planImages = new PlanImages(db);
  }

  async start(): Promise<void> {
    const [regions, halls] = await Promise.all([this.#places.regions(), this.#places.halls()]);
    this.#regions = new Map(regions.map((region) => [region.id, region]));
    this.#halls = new Map(halls.map((hall) => [hall.id, hall]));
  }

  async stop(): Promise<void> {
    await this.#changes.run(async () => undefined);
  }

  regions(): Region[] {
    return [...this.#regions.values()];
  }

  list(): Hall[] {
    return [...this.#halls.values()];
  }

  get(hallId: string): Hall | undefined {
    return this.#halls.get(hallId);
  }

  hasRegion(regionId: string): boolean {
    return this.#regions.has(regionId);
  }

  /** The region of a hall and all above it, lowest first; none where there is no such hall. */
  regionsAbove(hallId: string): string[] {
    const regionId = this.#halls.get(hallId)?.regionId;
    return regionId === undefined ? [] : regionsAbove(regionId, (id) => this.#regions.get(id)?.parentId);
  }

  /** Makes the region or replaces it. Throws REQUEST_INVALID where its parent does not exist or lies below it. */
  putRegion(region: Region): Promise<Region> {
    return this.#changes.run(async () => {
      const above = this.#ancestors(region);
      if (above === 'missing') throw invalid('parentId', `no region ${region.parentId}`);
      if (above === 'loop') throw invalid('parentId', 'a region cannot lie below itself');
      await this.#places.saveRegion(region);
      this.#regions.set(region.id, region);
      this.regionChanged.emit(region);
      return region;
    });
  }

  /**
   * Makes the hall or replaces it whole. Throws REQUEST_INVALID with the fields, or CONFLICT where a window or queue
   * that would go is still referred to.
   */
  putHall(input: HallInput): Promise<Hall> {
    return this.#changes.run(async () => {
      const hall = Hall.parse(input);
      const faults = checkHall(hall, new Set(this.#regions.keys()));
      if (faults.length > 0) throw new AppError('REQUEST_INVALID', faults);
      const image = hall.floorPlan?.image ?? null;
      if (image && !(await this.planImages.has(hall.id, image.sha256))) {
        throw invalid('floorPlan.image', 'upload the picture first');
      }
      await refusedAsConflict(this.#places.saveHall(hall));
      this.#halls.set(hall.id, hall);
      this.#log.info({ hallId: hall.id, windows: hall.windows.length, queues: hall.queues.length }, 'hall saved');
      this.changed.emit(hall);
      return hall;
    });
  }

  /** Throws NOT_FOUND, or CONFLICT while cameras or terminals belong to the hall. */
  removeHall(hallId: string): Promise<void> {
    return this.#changes.run(async () => {
      if (!this.#halls.has(hallId)) throw new AppError('NOT_FOUND', hallId);
      await refusedAsConflict(this.#places.removeHall(hallId));
      this.#halls.delete(hallId);
      this.#log.info({ hallId }, 'hall removed');
      this.removed.emit(hallId);
    });
  }

  #ancestors(region: Region): 'missing' | 'loop' | 'fine' {
    for (let id = region.parentId; id !== null;) {
      if (id === region.id) return 'loop';
      const parent = this.#regions.get(id);
      if (!parent) return 'missing';
      id = parent.parentId;
    }
    return 'fine';
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path, message }]);
}

async function refusedAsConflict(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const violation = violationOf(error);
    if (violation?.kind !== 'foreign-key') throw error;
    throw new AppError('CONFLICT', `still in use by: ${violation.table}`, { cause: error });
  }
}
