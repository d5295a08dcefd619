import type { CardActName } from '#contract/cards.ts';
import type { InboxItem } from '#contract/inbox.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Rights } from '#lib/rights.ts';
import type { Database } from '../../../db/database.ts';
import { isWithin } from '../../../db/within.ts';

/** Of appeals that went to the level above: the region above that of the card is one that he has whole. */
const ABOVE = `card.appeal = 'escalated' AND card.revoke_by IS NULL AND (
  asker.regions IS NULL OR (SELECT parent_id FROM region WHERE id = card.region_id) = ANY (asker.regions))`;

/** What waits, for whom, and how it is found. */
const WAITS: readonly { todo: CardActName; needs: Permission; where: string }[] = [
  { todo: 'confirm-revoke', needs: 'card.revoke', where: 'card.revoke_by <> asker.username' },
  { todo: 'reject-appeal', needs: 'card.issue', where: `card.appeal = 'lodged' AND card.revoke_by IS NULL` },
  { todo: 'reject-appeal', needs: 'card.issue', where: ABOVE },
  { todo: 'accept', needs: 'card.issue', where: `card.feedback = 'given' AND card.state IN ('issued', 'supervised')` },
  { todo: 'issue', needs: 'card.issue', where: `card.state = 'proposed'` },
  {
    ...{ todo: 'feedback', needs: 'card.answer' },
    where: `card.feedback IN ('none', 'returned') AND card.state IN ('issued', 'supervised')`,
  },
];
const MOST = 500;
/** Cards that wait for somebody of these rights. */
export async function waitingCards(db: Database, rights: Rights, username: string): Promise<InboxItem[]> {
  const found = await Promise.all(
    WAITS.filter(({ needs }) => rights.may(needs)).map(async ({ todo, needs, where }) => {
      const within = owedWithin(rights, needs);
      const rows = await db.query<Omit<InboxItem & { of: 'card' }, 'of' | 'todo'>>(
        `SELECT card.id, c.number AS title, card.region_id AS "regionId", card.hall_id AS "hallId", card.level,
           card.proposed_at AS since, CASE WHEN $4 THEN card.feedback_due_at END AS "dueAt"
         FROM card JOIN handled_case AS c ON c.id = card.case_id,
           (SELECT $1::text AS username, $5::text[] AS regions) AS asker
         WHERE ${where} AND ${isWithin('$2', '$6', 'card.')}
         ORDER BY card.id DESC LIMIT $3`,
        [username, within.hallIds, MOST, todo === 'feedback', rights.regionIds(needs), within.regionIds],
      );
      return rows.map((row) => ({ ...row, of: 'card' as const, todo }));
    }),
  );
  return found.flat();
}

/** Who issues cards somewhere waits for the feedback there and does not owe it. Null: everywhere. */
function owedWithin(rights: Rights, needs: Permission) {
  const here = rights.within(needs);
  const issues = rights.within('card.issue');
  if (needs === 'card.answer' && issues === null) return { hallIds: [], regionIds: [] };
  if (here === null) return { hallIds: null, regionIds: null };
  if (needs !== 'card.answer') return here;
  return {
    hallIds: here.hallIds.filter((id) => !issues?.hallIds.includes(id)),
    regionIds: here.regionIds.filter((id) => !issues?.regionIds.includes(id)),
  };
}
