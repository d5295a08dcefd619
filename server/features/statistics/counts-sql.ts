import { isWithin } from '../../db/within.ts';

interface Counting {
  /** Null: what is there now, which counts to $6. */
  at: string | null;
  item: string;
  figure: string;
  where?: string;
}

/** Null where departments are looked at, and not their items. */
const ITEM = (item: string) => `CASE WHEN $5::text IS NULL THEN NULL ELSE ${item} END`;
const HERE = `${isWithin('$3', '$4')} AND ($5 IS NULL OR department_id = $5)`;

/** One row for each month, region and department, by item where one department is looked at ($5). */
const counted = (from: string, { at, item, figure, where = 'true' }: Counting) => `
  SELECT ${at === null ? '$6::text' : `to_char(${at} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')`} AS month,
    region_id AS "regionId", department_id AS "departmentId", ${ITEM(item)} AS "itemId", ${figure} AS figure,
    count(*)::integer AS n
  FROM ${from}
  WHERE ${at === null ? `$6::text <> ''` : `${at} >= $1 AND ${at} < $2`} AND ${HERE} AND ${where}
  GROUP BY 1, 2, 3, 4, 5`;

/** Cases are counted as they are written: there may be a million of them. */
const CASES = `
  SELECT CASE figure WHEN 'open' THEN $6 ELSE month END AS month, region_id, department_id, ${ITEM('item_id')}, figure,
    sum(n)::integer AS n
  FROM case_volume WHERE (month = ANY ($8) OR month = '' AND $6 <> '') AND ${HERE}
  GROUP BY 1, 2, 3, 4, 5`;
/** Midnight before $7, by Shanghai's clock. */
const TODAY = `date_trunc('day', $7::timestamptz, 'Asia/Shanghai')`;
/** Of those whose promised limit ended on a day that is past. */
const OVERDUE = `
  SELECT $6, region_id, department_id, ${ITEM('item_id')}, 'overdue', sum(n)::integer
  FROM case_volume
  WHERE figure = 'due' AND n <> 0 AND $6 <> '' AND ${HERE}
    AND month < to_char($7::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')
  GROUP BY 1, 2, 3, 4, 5`;
const CARDS = `(
  SELECT card.*, c.item_id, level.colour FROM card JOIN handled_case AS c ON c.id = card.case_id
  JOIN card_level AS level ON level.id = card.level) AS card`;
const matters = (kind: string, figure: string) =>
  counted('matter', { at: 'made_at', item: `''`, figure: `'${figure}'`, where: `kind IN (${kind})` });

/**
 * All figures between $1 and $2, which are months $8, within halls $3 and, of what is in none, regions $4 (null: all).
 * $5: of one department alone; $6: the month in which what is open now is counted ('': in none); $7: now.
 */
export const COUNTS = [
  // of those whose limit ended today, by the order of cases that end
  counted('handled_case', {
    ...{ at: null, item: 'item_id', figure: `'overdue'` },
    where: `clock <> 'off' AND coalesce(promised_at, 'infinity'::timestamptz) >= ${TODAY}
      AND coalesce(promised_at, 'infinity'::timestamptz) < $7::timestamptz`,
  }),
  OVERDUE,
  CASES,
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
