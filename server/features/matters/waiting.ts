import { matterLives, MatterKind, type MatterActName, type MatterState } from '#contract/matter-kinds.ts';
import type { InboxItem } from '#contract/inbox.ts';
import type { Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { isWithin } from '../../db/within.ts';

const MOST = 500;

/** Acts that one may take and is not asked for. */
const UNASKED: readonly string[] = ['withdraw', 'dispute'];

/** The first act of a side that brings a matter of this kind on from there; undefined: it waits for somebody else. */
export function todoOf(kind: MatterKind, state: MatterState, side: 'office' | 'addressee'): MatterActName | undefined {
  const found = Object.entries(matterLives[kind].steps).find(([act, { by, from, to }]) => {
    return by === side && from.includes(state) && to !== undefined && to !== state && !UNASKED.includes(act);
  });
  return found?.[0] as MatterActName | undefined;
}

/** What waits for a side, as `kind state`. */
const waitsFor = (side: 'office' | 'addressee') =>
  MatterKind.options.flatMap((kind) => {
    const states = [matterLives[kind].first, ...Object.values(matterLives[kind].steps).flatMap(({ from }) => from)];
    return [...new Set(states)].filter((state) => todoOf(kind, state, side)).map((state) => `${kind} ${state}`);
  });
const WAITS = { office: waitsFor('office'), addressee: waitsFor('addressee') };

type Row = Omit<InboxItem & { of: 'matter' }, 'of' | 'todo'> & { state: MatterState };

/** Matters that wait for somebody of these rights: orders for the office from which they came, all else where it is. */
export async function waitingMatters(db: Database, rights: Rights): Promise<InboxItem[]> {
  const of = async (side: 'office' | 'addressee', where: string, values: unknown[]) => {
    const rows = await db.query<Row>(
      `SELECT id, kind, state, title, region_id AS "regionId", hall_id AS "hallId", made_at AS since, due_at AS "dueAt"
       FROM matter WHERE closed_at IS NULL AND kind || ' ' || state = ANY ($1) AND (${where})
       ORDER BY due_at NULLS LAST, id LIMIT ${MOST}`,
      [WAITS[side], ...values],
    );
    return rows.map(({ state, ...row }) => ({ ...row, of: 'matter' as const, todo: todoOf(row.kind, state, side)! }));
  };
  const reach = (needs: 'matter.direct' | 'matter.answer') => [rights.hallIds(needs), rights.regionIds(needs)];
  const isOffice = `CASE kind WHEN 'order' THEN $3::text[] IS NULL OR from_region_id = ANY ($3) ELSE ${isWithin('$2', '$3')} END`;
  // of both sides one is the office, which waits for the other
  const directs = rights.may('matter.direct') ? reach('matter.direct') : [[], []];
  const found = await Promise.all([
    of('office', isOffice, directs),
    rights.may('matter.answer')
      ? of('addressee', `${isWithin('$4', '$5')} AND NOT coalesce(${isOffice}, false)`, [
          ...directs,
          ...reach('matter.answer'),
        ])
      : [],
  ]);
  return found.flat();
}
