const REACH = '($3::text[] IS NULL OR hall_id = ANY ($3) OR hall_id IS NULL AND region_id = ANY ($4))';
/** Days are summed by month before they are named: naming a million instants takes longer than counting them. */
const MONTH = (at: string) => `date_trunc('month', ${at} AT TIME ZONE 'Asia/Shanghai')`;

interface Counting {
  /** Null: what is there now. */
  at: string | null;
  item: string;
  figure: string;
  where?: string;
}

/** One row for each month, region and department, by item where one department is looked at ($5). */
const counted = (from: string, { at, item, figure, where = 'true' }: Counting) => `
  SELECT ${at === null ? '$6::text' : `to_char(month, 'YYYY-MM')`} AS month, region_id AS "regionId",
    department_id AS "departmentId", item_id AS "itemId", figure, n
  FROM (
    SELECT ${at === null ? 'NULL::timestamp' : MONTH(at)} AS month, region_id, department_id,
      CASE WHEN $5::text IS NULL THEN NULL ELSE ${item} END AS item_id, ${figure} AS figure, count(*)::integer AS n
    FROM ${from}
    WHERE ${at === null ? `$6::text <> ''` : `${at} >= $1 AND ${at} < $2`}
      AND ${REACH} AND ($5 IS NULL OR department_id = $5) AND ${where}
    GROUP BY 1, 2, 3, 4, 5) AS summed`;

const cases = (at: string | null, figure: string, where = 'true') =>
  counted('handled_case', { at, item: 'item_id', figure: `'${figure}'`, where });
const CARDS = `(
  SELECT card.*, c.item_id, level.colour FROM card JOIN handled_case AS c ON c.id = card.case_id
  JOIN card_level AS level ON level.id = card.level) AS card`;
const matters = (kind: string, figure: string) =>
  counted('matter', { at: 'made_at', item: `''`, figure: `'${figure}'`, where: `kind IN (${kind})` });

/**
 * All figures between $1 and $2 within halls $3 and, of what is in none, regions $4 (null: all).
 * $5: of one department alone; $6: the month in which what is open now is counted ('': in none); $7: now.
 */
export const COUNTS = [
  cases('accepted_at', 'accepted'),
  cases('finished_at', 'finished', `state = 'finished'`),
  cases('finished_at', 'late', `state = 'finished' AND promised_at < finished_at`),
  cases(null, 'open', `clock <> 'off'`),
  cases(null, 'overdue', `clock <> 'off' AND promised_at < $7::timestamptz`),
  // by how a level is drawn, as ladders differ; the highest of a case counts elsewhere, here each that was issued
  counted(CARDS, {
    ...{ at: 'issued_at', item: 'item_id', figure: 'colour' },
    where: `colour IN ('yellow', 'red') AND state IN ('issued', 'supervised', 'closed')`,
  }),
  counted(CARDS, { at: 'issued_at', item: 'item_id', figure: `'revoked'`, where: `state = 'revoked'` }),
  matters(`'order'`, 'orders'),
  matters(`'complaint'`, 'complaints'),
  matters(`'review'`, 'reviews'),
].join(' UNION ALL ');
