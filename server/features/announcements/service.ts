import { monotonicFactory } from 'ulid';
import type { Announcement, AnnouncementInput } from '#contract/announcements.ts';
import type { InboxItem } from '#contract/inbox.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Hall, Region } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { seenRegions, type Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';

export interface AnnouncementsDeps {
  db: Database;
  clock: Clock;
  halls: { regions(): readonly Region[]; list(): readonly Hall[] };
  /** User names of those who may in one of these halls (null: in any). */
  whoMay(permission: Permission, hallIds: readonly string[] | null): readonly string[];
}

type Row = Omit<Announcement, 'receipts'>;

const MOST = 200;
/** Of those that $1 is told ($2: the regions that he sees; null: all), or that he made. */
const TOLD = '(region_id IS NULL OR $2::text[] IS NULL OR region_id = ANY ($2) OR made_by = $1)';
const COLUMNS = `a.id, a.title, a.text, a.region_id AS "regionId", a.made_at AS "madeAt", a.made_by AS "madeBy", r.at AS "readAt"
  FROM announcement AS a LEFT JOIN announcement_read AS r ON r.announcement_id = a.id AND r.username = $1`;

/** Announcements 通知 of offices to those below them, with receipts of who has read them. */
export class AnnouncementsService {
  readonly #deps: AnnouncementsDeps;
  readonly #nextId = monotonicFactory();

  constructor(deps: AnnouncementsDeps) {
    this.#deps = deps;
  }

  /** What somebody is told; with the receipts of what comes from an office that is his. */
  async list(rights: Rights, username: string): Promise<Announcement[]> {
    const { db } = this.#deps;
    const rows = await db.query<Row>(`SELECT ${COLUMNS} WHERE ${TOLD} ORDER BY a.id DESC LIMIT ${MOST}`, [
      username,
      this.#regionsOf(rights),
    ]);
    const own = rows.filter((row) => this.#isOffice(rights, row));
    const reads = await db.query<{ id: string; username: string; at: string }>(
      'SELECT announcement_id AS id, username, at FROM announcement_read WHERE announcement_id = ANY ($1) ORDER BY at',
      [own.map(({ id }) => id)],
    );
    const readsOf = Map.groupBy(reads, ({ id }) => id);
    return rows.map((row) => ({
      ...row,
      receipts: own.includes(row) ? this.#receipts(row, readsOf.get(row.id) ?? []) : null,
    }));
  }

  /** Throws NOT_FOUND for a region that is not his to tell anything. */
  async make(input: AnnouncementInput, rights: Rights, by: string): Promise<{ id: string }> {
    const { clock, db } = this.#deps;
    if (!this.#isOffice(rights, input)) throw new AppError('NOT_FOUND', input.regionId ?? '');
    const id = this.#nextId(clock.now());
    await db.query(
      'INSERT INTO announcement (id, title, text, region_id, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6)',
      [id, input.title, input.text, input.regionId, iso(clock.now()), by],
    );
    return { id };
  }

  /** Says that somebody has read it; the first time counts. Throws NOT_FOUND for what he is not told. */
  async read(id: string, rights: Rights, username: string): Promise<void> {
    const { clock, db } = this.#deps;
    const known = await db.query(`SELECT 1 FROM announcement WHERE id = $3 AND ${TOLD}`, [
      username,
      this.#regionsOf(rights),
      id,
    ]);
    if (known.length === 0) throw new AppError('NOT_FOUND', id);
    await db.query('INSERT INTO announcement_read VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      id,
      username,
      iso(clock.now()),
    ]);
  }

  async waiting(rights: Rights, username: string): Promise<InboxItem[]> {
    if (!rights.may('matter.view')) return [];
    const rows = await this.#deps.db.query<Row>(
      `SELECT ${COLUMNS} WHERE ${TOLD} AND r.at IS NULL AND a.made_by <> $1 ORDER BY a.id LIMIT ${MOST}`,
      [username, this.#regionsOf(rights)],
    );
    return rows.map(({ id, title, madeAt, regionId }) => ({
      ...{ of: 'announcement', todo: 'read', id, title, regionId },
      ...{ hallId: null, since: madeAt, dueAt: null },
    }));
  }

  #receipts({ regionId, madeBy }: Row, reads: readonly { username: string; at: string }[]) {
    const { halls, whoMay } = this.#deps;
    const within = regionId === null ? null : halls.list().filter((hall) => this.#lies(hall.regionId, regionId));
    const told = whoMay('matter.view', within && within.map(({ id }) => id));
    const unread = told.filter((name) => name !== madeBy && !reads.some(({ username }) => username === name));
    return [
      ...reads.map(({ username, at }) => ({ username, at })),
      ...unread.map((username) => ({ username, at: null })),
    ];
  }

  #isOffice(rights: Rights, { regionId }: Pick<Row, 'regionId'>): boolean {
    return rights.mayInRegion('matter.direct', regionId);
  }

  #regionsOf(rights: Rights): string[] | null {
    if (rights.regionIds('matter.view') === null) return null;
    const { halls } = this.#deps;
    return seenRegions(rights, 'matter.view', { regions: halls.regions(), halls: halls.list() }).map(({ id }) => id);
  }

  #lies(regionId: string, within: string): boolean {
    const regions = this.#deps.halls.regions();
    for (let at: string | null = regionId; at !== null; at = regions.find(({ id }) => id === at)?.parentId ?? null)
      if (at === within) return true;
    return false;
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
