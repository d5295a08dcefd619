import type { CameraPrivacyInput, MaskRegion } from '#contract/privacy.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';

export interface PrivacyDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Whether an account may see what masks cover, now. */
  mayLift: (owner: TokenOwner, cameraId: string) => boolean;
}

type Kept = CameraPrivacyInput & { cameraId: string };

const none: readonly MaskRegion[] = [];

/** Why each camera watches, and which parts of its picture are covered for whoever may not lift its masks 遮挡. */
export class PrivacyService {
  /** The camera whose masks are others now. Call-backs run before `set` answers. */
  readonly changed = new Emitter<string>();
  readonly #deps: PrivacyDeps;
  readonly #kept = new Map<string, Kept>();

  constructor(deps: PrivacyDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const rows = await this.#deps.db.query<Kept>(
      'SELECT camera_id AS "cameraId", purpose, regions FROM camera_privacy ORDER BY camera_id',
    );
    for (const row of rows) this.#kept.set(row.cameraId, row);
  }

  stop(): void {
    this.#kept.clear();
  }

  list(): Kept[] {
    return [...this.#kept.values()];
  }

  of(cameraId: string): Kept | undefined {
    return this.#kept.get(cameraId);
  }

  regionsOf(cameraId: string): readonly MaskRegion[] {
    return this.#kept.get(cameraId)?.regions ?? none;
  }

  /** What this viewer sees covered; nothing where he may lift masks there. */
  coveredFor(owner: TokenOwner, cameraId: string): readonly MaskRegion[] {
    const regions = this.regionsOf(cameraId);
    return regions.length === 0 || this.#deps.mayLift(owner, cameraId) ? none : regions;
  }

  async set(cameraId: string, input: CameraPrivacyInput, by: string): Promise<Kept> {
    const { db, clock, log } = this.#deps;
    await db.query(
      `INSERT INTO camera_privacy (camera_id, purpose, regions, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (camera_id) DO UPDATE SET purpose = $2, regions = $3, changed_at = $4, changed_by = $5`,
      [cameraId, input.purpose, JSON.stringify(input.regions), new Date(clock.now()).toISOString(), by],
    );
    const kept = { ...input, cameraId };
    this.#kept.set(cameraId, kept);
    log.info({ camera: cameraId, by, regions: input.regions.length }, 'masks and purpose changed');
    this.changed.emit(cameraId);
    return kept;
  }
}
