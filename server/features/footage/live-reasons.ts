import type { Camera } from '#contract/cameras.ts';
import type { LiveReason, ViewingPolicy } from '#contract/viewing.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../db/database.ts';

/** A shift: whoever comes after it says anew why. Pictures that are on stay. */
const HOLDS_MS = 12 * 3600_000;

interface Given {
  reason: string;
  at: number;
}

/** Why sessions watch live pictures of cameras for which the policy asks. */
export class LiveReasons {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #policy: () => ViewingPolicy;
  /** By session, then by camera. */
  readonly #given = new Map<string, Map<string, Given>>();

  constructor({ db, clock, policy }: { db: Database; clock: Clock; policy: () => ViewingPolicy }) {
    this.#db = db;
    this.#clock = clock;
    this.#policy = policy;
  }

  async start(): Promise<void> {
    const rows = await this.#db.query<Given & { session: string; cameraId: string }>(
      `SELECT encode(session, 'hex') AS session, camera_id AS "cameraId", reason,
              extract(epoch FROM given_at) * 1000 AS at FROM live_reason`,
    );
    for (const { session, cameraId, reason, at } of rows) this.#of(session).set(cameraId, { reason, at: Number(at) });
  }

  stop(): void {
    this.#given.clear();
  }

  async give(sessionId: string, { cameraIds, reason }: LiveReason): Promise<void> {
    const at = this.#clock.now();
    await this.#db.query(
      `INSERT INTO live_reason (session, camera_id, reason, given_at)
       SELECT decode($1, 'hex'), camera_id, $3, $4 FROM unnest($2::text[]) AS camera_id
       ON CONFLICT (session, camera_id) DO UPDATE SET reason = excluded.reason, given_at = excluded.given_at`,
      [sessionId, [...new Set(cameraIds)], reason, new Date(at)],
    );
    for (const cameraId of cameraIds) this.#of(sessionId).set(cameraId, { reason, at });
  }

  /** What the session said of this camera within the shift. */
  reasonOf(sessionId: string, cameraId: string): string | null {
    const given = this.#given.get(sessionId)?.get(cameraId);
    return given && this.#clock.now() - given.at < HOLDS_MS ? given.reason : null;
  }

  /** Whether the policy asks why such cameras are watched; of one that is gone nothing is shown. */
  isAsked(purpose: Camera['purpose'] | undefined): boolean {
    return purpose !== undefined && this.#policy().liveReason.includes(purpose);
  }

  /** The database forgets them with the session. */
  forget(sessionId: string): void {
    this.#given.delete(sessionId);
  }

  #of(sessionId: string): Map<string, Given> {
    const known = this.#given.get(sessionId) ?? new Map<string, Given>();
    this.#given.set(sessionId, known);
    return known;
  }
}
