import { createHash } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Inspection, InspectionInput, InspectionsAnswer, InspectionsQuery } from '#contract/inspections.ts';
import type { HoldInput } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { imageHeader } from '#lib/image-header.ts';
import type { Rights, TokenOwner } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';

export interface InspectionsDeps {
  db: Database;
  clock: Clock;
  cameras: { find(id: string): { hallId: string } | undefined };
  halls: { get(id: string): { regionId: string } | undefined };
  holds: { place(input: HoldInput, by: string): Promise<unknown> };
  /** What this viewer sees covered of a camera's pictures. */
  masks: { coveredFor(owner: TokenOwner, cameraId: string): readonly unknown[] };
}

/** Writing takes a while; what was seen before that is footage. */
const LONGEST_WRITING_MS = 60 * 60_000;
/** Of the footage around what was seen, so much is held, and for so long: an order and its appeal are over by then. */
const HELD_AROUND_MS = 60_000;
const HELD_FOR_MS = 180 * 24 * 3600_000;
/** Clocks of browsers go a little before ours. */
const AHEAD_MS = 60_000;

const COLUMNS = `id, hall_id AS "hallId", region_id AS "regionId", camera_id AS "cameraId", seen_at AS "seenAt", note,
  encode(sha256, 'hex') AS sha256, made_at AS "madeAt", made_by AS "madeBy", (
    SELECT coalesce(jsonb_agg(l ORDER BY l.id), '[]') FROM (
      SELECT 'order' AS of, id, title FROM matter WHERE subject->>'of' = 'inspection' AND subject->>'id' = inspection.id
      UNION ALL
      SELECT 'card', card.id, c.number FROM card JOIN handled_case AS c ON c.id = card.case_id
      WHERE card.inspection_id = inspection.id) AS l) AS led`;

/** Inspection notes 巡查记录: what was seen on the wall, in words and as a picture, for an order or a card to stand on. */
export class InspectionsService {
  readonly #deps: InspectionsDeps;
  readonly #nextId = monotonicFactory();

  constructor(deps: InspectionsDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND for a camera that is not his to inspect, REQUEST_INVALID for what is no picture or was not seen just now. */
  async make(input: InspectionInput, rights: Rights, by: TokenOwner): Promise<Inspection> {
    const { cameras, clock, db, halls, holds, masks } = this.#deps;
    const { cameraId, note, seenAt } = input;
    const hallId = cameras.find(cameraId)?.hallId;
    const place = hallId === undefined ? undefined : halls.get(hallId);
    if (!place || !rights.mayIn('matter.direct', hallId) || !rights.mayIn('camera.view', hallId))
      throw new AppError('NOT_FOUND', cameraId);
    const now = clock.now();
    const ago = now - Date.parse(seenAt);
    if (ago > LONGEST_WRITING_MS || ago < -AHEAD_MS)
      throw invalid('seenAt', 'must lie within the last hour: of what was before, there is footage');
    const picture = Buffer.from(input.picture, 'base64');
    if (imageHeader(picture)?.type !== 'image/jpeg') throw invalid('picture', 'must be a JPEG');
    const id = this.#nextId(now);
    await holds.place(
      {
        ...{ cameraId, reason: note.slice(0, 500), subject: 'inspection', subjectId: id },
        from: iso(Date.parse(seenAt) - HELD_AROUND_MS),
        until: iso(Date.parse(seenAt) + HELD_AROUND_MS),
        expiresAt: iso(now + HELD_FOR_MS),
      },
      by.account,
    );
    await db.query(
      `INSERT INTO inspection (id, hall_id, region_id, camera_id, seen_at, note, picture, sha256, whole, made_at, made_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[id, hallId, place.regionId, cameraId, seenAt, note, picture],
        ...[createHash('sha256').update(picture).digest(), masks.coveredFor(by, cameraId).length === 0],
        ...[iso(now), by.account],
      ],
    );
    return this.of(id, rights);
  }

  async list({ hallId, after, limit }: InspectionsQuery, rights: Rights): Promise<InspectionsAnswer> {
    const rows = await this.#deps.db.query<Inspection>(
      `SELECT ${COLUMNS} FROM inspection
       WHERE ($1::text[] IS NULL OR hall_id = ANY ($1)) AND ($2::text IS NULL OR hall_id = $2)
         AND ($3::text IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [rights.hallIds('matter.view'), hallId ?? null, after ?? null, limit + 1],
    );
    const inspections = rows.slice(0, limit);
    return { inspections, next: rows.length > limit ? inspections.at(-1)!.id : null };
  }

  /** Throws NOT_FOUND, also for what lies outside of the duty of who asks. */
  async of(id: string, rights: Rights): Promise<Inspection> {
    const [row] = await this.#deps.db.query<Inspection>(`SELECT ${COLUMNS} FROM inspection WHERE id = $1`, [id]);
    if (!row || !rights.mayIn('matter.view', row.hallId)) throw new AppError('NOT_FOUND', id);
    return row;
  }

  /** Its picture as it came. Throws NOT_FOUND; PICTURE_MASKED for whoever sees masks where its author saw none. */
  async picture(id: string, rights: Rights, viewer: TokenOwner): Promise<Buffer> {
    const { cameraId } = await this.of(id, rights);
    const [row] = await this.#deps.db.query<{ picture: Buffer; whole: boolean }>(
      'SELECT picture, whole FROM inspection WHERE id = $1',
      [id],
    );
    if (row!.whole && this.#deps.masks.coveredFor(viewer, cameraId).length > 0) throw new AppError('PICTURE_MASKED');
    return row!.picture;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function invalid(path: string, message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path, message }]);
}
