import { baseFigures, type BaseFigure, type ScoredKind } from '#contract/performance.ts';

/**
 * What each base figure is made of: one row for each event, within $1 <= at < $2, of the month $3. The figure is the sum of
 * `value` by subject, so that every point has its event by construction.
 * Columns: subject, hall_id, at, value, is, id, words.
 */
type EventsOf = Record<ScoredKind, Partial<Record<BaseFigure, string>>>;

const finished = (value: string, where = 'true') => `
  SELECT department_id AS subject, hall_id, finished_at AS at, ${value} AS value, 'case' AS "is", id, number AS words
  FROM handled_case WHERE state = 'finished' AND finished_at >= $1 AND finished_at < $2 AND ${where}`;

/** The highest active card of a case or procedure, by the day of its issue. */
const CARD_POINTS = `
  SELECT card.department_id AS subject, card.hall_id, card.issued_at AS at, level.points::float AS value, 'card' AS "is",
    card.id, c.number AS words
  FROM card JOIN card_level AS level ON level.id = card.level JOIN handled_case AS c ON c.id = card.case_id
  WHERE card.issued_at >= $1 AND card.issued_at < $2 AND card.state IN ('issued', 'supervised', 'closed')
    AND NOT EXISTS (
      SELECT 1 FROM card AS other JOIN card_level AS higher ON higher.id = other.level
      WHERE other.case_id = card.case_id AND other.procedure_id IS NOT DISTINCT FROM card.procedure_id
        AND other.state IN ('issued', 'supervised', 'closed') AND higher.rank > level.rank)`;

const matters = (subject: string, at: string, value: string, where: string) => `
  SELECT ${subject} AS subject, hall_id, ${at} AS at, ${value} AS value, 'matter' AS "is", id, title AS words
  FROM matter WHERE ${at} >= $1 AND ${at} < $2 AND ${where}`;

const tickets = (subject: string, value: string) => `
  SELECT hall_id || '/' || ${subject} AS subject, hall_id, from_at AS at, sum(${value})::float AS value, 'day' AS "is",
    from_at::text AS id, '' AS words
  FROM figure_ticket WHERE period = 'day' AND from_at >= $1 AND from_at < $2 AND ${subject} <> ''
  GROUP BY hall_id, ${subject}, from_at HAVING sum(${value}) > 0`;

const bonus = (of: ScoredKind) => `
  SELECT subject_id AS subject, hall_id, made_at AS at, points AS value, 'adjustment' AS "is", id, reason AS words
  FROM performance_adjustment WHERE of = '${of}' AND month = $3 AND $1::timestamptz < $2::timestamptz`;

const ofTickets = (subject: string) => ({
  served: tickets(subject, 'served'),
  rated: tickets(subject, 'rated'),
  bad: tickets(subject, 'bad'),
});

const EVENTS: EventsOf = {
  department: {
    finished: finished('1'),
    late: finished('1', 'promised_at < finished_at'),
    cardPoints: CARD_POINTS,
    upheldComplaints: matters(
      'department_id',
      'closed_at',
      `CASE verdict WHEN 'upheld' THEN 1 ELSE 0.5 END`,
      `kind = 'complaint' AND department_id IS NOT NULL AND verdict IN ('upheld', 'partly')`,
    ),
    lateOrders: matters(
      'department_id',
      'made_at',
      '1',
      `kind = 'order' AND department_id IS NOT NULL AND escalations > 0`,
    ),
    bonus: bonus('department'),
  },
  window: {
    ...ofTickets('window_id'),
    confirmedAlerts: `
      SELECT hall_id || '/' || window_id AS subject, hall_id, raised_at AS at, 1 AS value, 'alert' AS "is", id, kind AS words
      FROM alert JOIN alert_rule_version v ON v.rule_id = alert.rule_id AND v.version = rule_version
      WHERE raised_at >= $1 AND raised_at < $2 AND window_id IS NOT NULL AND verdict = 'confirmed' AND card_allowed`,
    uncorrectedReviews: matters(
      `hall_id || '/' || window_id`,
      'made_at',
      '1',
      `kind = 'review' AND window_id IS NOT NULL AND state IN ('raised', 'genuine') AND escalations > 0`,
    ),
    bonus: bonus('window'),
  },
  person: {
    ...ofTickets('staff'),
    serviceMin: tickets('staff', 'service_sec / 60'),
    bonus: bonus('person'),
  },
};

/** Every base figure has its events, or the start stops. */
for (const [of, names] of Object.entries(baseFigures))
  for (const name of names) if (!EVENTS[of as ScoredKind][name]) throw new Error(`${of}.${name} has no events`);

/** What statistics count as it is written (`case_volume`), and need not be summed up from a hundred thousand cases again. */
const counted = (figure: 'finished' | 'late') => `
  SELECT department_id AS subject, hall_id, n AS value FROM case_volume WHERE figure = '${figure}' AND month = $3 AND n <> 0`;
const COUNTED: EventsOf = {
  department: { finished: counted('finished'), late: counted('late') },
  window: {},
  person: {},
};

/** All figures of a kind in one statement: figure, subject, hall, sum. */
export function sumsSql(of: ScoredKind): string {
  return baseFigures[of]
    .map(
      (figure) => `SELECT '${figure}' AS figure, subject, min(hall_id) AS "hallId", sum(value)::float AS value
        FROM (${COUNTED[of][figure] ?? EVENTS[of][figure]!}) AS event GROUP BY subject`,
    )
    .join(' UNION ALL ');
}

/** The events of one figure of subject $4, the latest first. */
export function eventsSql(of: ScoredKind, figure: BaseFigure): string | undefined {
  const events = EVENTS[of][figure];
  return (
    events &&
    `SELECT at, value::float, "is", id, words FROM (${events}) AS event WHERE subject = $4 AND $3::text IS NOT NULL
     ORDER BY at DESC, id LIMIT 1000`
  );
}

/** A ticket weighs what its queue's tickets of the month take on the mean, whoever served them. */
const workOfTickets = (subject: string) => `
  WITH ticket AS (
    SELECT hall_id || '/' || ${subject} AS subject, ${subject} <> '' AS known, hall_id, queue_id, served, service_sec
    FROM figure_ticket WHERE period = 'day' AND from_at >= $1 AND from_at < $2 AND served > 0
  ), queue AS (
    SELECT hall_id, queue_id, sum(service_sec) / sum(served) AS weight FROM ticket GROUP BY hall_id, queue_id
  )
  SELECT subject, sum(served)::float AS pieces, weight::float
  FROM ticket JOIN queue USING (hall_id, queue_id) WHERE known GROUP BY subject, queue_id, weight`;

/** What each did, by sorts of work: subject, pieces, weight of one. Of cases it is the statutory limit, in days of eight hours. */
export const workSql: Record<ScoredKind, string> = {
  department: `
    SELECT c.department_id AS subject, count(*)::float AS pieces,
      greatest(CASE item.counting WHEN 'day' THEN item.statutory ELSE item.statutory / 28800.0 END, 0.1)::float AS weight
    FROM handled_case AS c JOIN service_item AS item ON item.id = c.item_id AND item.version = c.item_version
    WHERE c.state = 'finished' AND c.finished_at >= $1 AND c.finished_at < $2 GROUP BY 1, 3`,
  window: workOfTickets('window_id'),
  person: workOfTickets('staff'),
};
