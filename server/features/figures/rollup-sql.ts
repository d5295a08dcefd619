/**
 * The figures of one hall's day, out of the event log. $1 the hall, $2 and $3 begin and end of the day, $4 and $5 where in
 * the log its events lie. Both statements write only rows that differ, and may run as often as one likes.
 */

/** What is said of a window holds until the next word about it, for two hours at most: callers repeat themselves hourly. */
const HOLDS = `interval '2 hours'`;

const BEGIN = '$2::timestamptz';
const END = '$3::timestamptz';

/** 5 minutes, hour and day that the instant `at` lies in, counted from the hall's midnight. */
const SPANS = `CROSS JOIN LATERAL (VALUES
    ('5min', date_bin('5 minutes', at, ${BEGIN})), ('hour', date_bin('1 hour', at, ${BEGIN})), ('day', ${BEGIN})
  ) AS span (period, from_at)`;

/** The 5 minutes over which a span of time reaches, with the seconds of it that lie in each. */
const overFiveMinutes = (from: string, until: string) => `CROSS JOIN LATERAL (
    SELECT at, extract(epoch FROM least(${until}, at + interval '5 minutes') - greatest(${from}, at))::float8 AS seconds
    FROM generate_series(date_bin('5 minutes', ${from}, ${BEGIN}), ${until} - interval '1 microsecond', '5 minutes') AS at
  ) AS piece`;

/** A line of the log with its `staff`: who sat at its window by the last login, logout or snapshot. */
const FACTS = `
  line AS (
    SELECT at, event_id, kind, type, ticket_id, queue_id, window_id, payload,
      type IN ('staff.login', 'staff.logout', 'caller.state') AS names_staff,
      type IN ('seat.occupied', 'seat.empty', 'seat.unknown') AS is_seat
    FROM terminal_event
    WHERE hall_id = $1 AND occurred_at BETWEEN $4 AND $5 AND at >= ${BEGIN} - ${HOLDS} AND at < ${END}
  ),
  turned AS (
    SELECT *, count(*) FILTER (WHERE names_staff) OVER word AS turn FROM line
    WINDOW word AS (PARTITION BY window_id ORDER BY at, event_id)
  ),
  fact AS (
    SELECT *, max(payload ->> 'staff') FILTER (WHERE names_staff AND type <> 'staff.logout')
      OVER (PARTITION BY window_id, turn) AS staff
    FROM turned
  )`;

/**
 * A ticket's stay in one queue lasts from issue or transfer until it is called or cancelled, as in the live state
 * (queues/ticket.ts). Each stay gives moments, which are counted in the period in which they lie.
 */
const TICKET_FIGURES = `
  step AS (
    SELECT *, count(*) FILTER (WHERE type = 'ticket.transferred') OVER (PARTITION BY ticket_id ORDER BY at, rank, event_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS step,
      first_value(queue_id) OVER (PARTITION BY ticket_id ORDER BY type <> 'ticket.issued', at, rank, event_id) AS first_queue,
      min(at) FILTER (WHERE type = 'ticket.cancelled') OVER (PARTITION BY ticket_id) AS cancelled_at
    FROM fact CROSS JOIN LATERAL (SELECT array_position(ARRAY['ticket.issued', 'ticket.called', 'ticket.recalled',
      'ticket.started', 'ticket.transferred', 'ticket.skipped', 'ticket.completed', 'ticket.cancelled'], type) AS rank) AS ranked
    WHERE ticket_id IS NOT NULL AND rank IS NOT NULL AND at >= ${BEGIN}
  ),
  handled AS (
    SELECT ticket_id, CASE type WHEN 'ticket.issued' THEN 0 ELSE step END AS step,
      min(at) FILTER (WHERE type = 'ticket.issued') AS issued_at,
      min(at) FILTER (WHERE type NOT IN ('ticket.issued', 'ticket.cancelled')) AS called_at,
      min(at) FILTER (WHERE type = 'ticket.started') AS started_at,
      max(at) FILTER (WHERE type = 'ticket.skipped') AS skipped_at,
      min(at) FILTER (WHERE type = 'ticket.completed') AS completed_at,
      min(at) FILTER (WHERE type = 'ticket.transferred') AS transferred_at,
      min(payload ->> 'toQueue') FILTER (WHERE type = 'ticket.transferred') AS to_queue,
      (array_agg(window_id ORDER BY at DESC, rank DESC) FILTER (WHERE kind = 'caller'))[1] AS window_id,
      (array_agg(staff ORDER BY at DESC, rank DESC) FILTER (WHERE kind = 'caller'))[1] AS staff
    FROM step GROUP BY 1, 2
  ),
  entry AS (
    SELECT DISTINCT ticket_id, 0::bigint AS step, first_queue AS queue_id, NULL::timestamptz AS transferred_in FROM step
    UNION ALL SELECT ticket_id, step + 1, to_queue, transferred_at FROM handled WHERE transferred_at IS NOT NULL
  ),
  stay AS (
    SELECT ticket_id, step, entry.queue_id, coalesce(transferred_in, issued_at) AS enqueued_at, issued_at, called_at,
      started_at, skipped_at, completed_at, cancelled_at, coalesce(window_id, '') AS window_id, coalesce(staff, '') AS staff
    FROM entry LEFT JOIN handled USING (ticket_id, step)
    JOIN (SELECT DISTINCT ticket_id, cancelled_at FROM step) AS cancelled USING (ticket_id)
  ),
  rating AS (
    SELECT DISTINCT ON (ticket_id) ticket_id, type, at, window_id, staff, (payload ->> 'score')::float8 AS score FROM fact
    WHERE type IN ('rating.submitted', 'rating.timeout') AND at >= ${BEGIN}
    ORDER BY ticket_id, type = 'rating.timeout', at, event_id
  ),
  moment AS (
    SELECT what, at, stay.queue_id, moment.window_id, moment.staff, value::float8 FROM stay CROSS JOIN LATERAL (VALUES
      ('issued', issued_at, '', '', NULL),
      ('called', called_at, window_id, staff, greatest(0, extract(epoch FROM called_at - enqueued_at))),
      ('started', started_at, window_id, staff, NULL),
      ('completed', completed_at, window_id, staff, greatest(0, extract(epoch FROM completed_at - started_at))),
      ('skipped', CASE WHEN completed_at IS NULL THEN skipped_at END, window_id, staff, NULL),
      ('cancelled', CASE WHEN called_at IS NULL THEN cancelled_at END, '', '', NULL)
    ) AS moment (what, at, window_id, staff, value)
    WHERE at IS NOT NULL
    UNION ALL
    SELECT type, at, coalesce(queue_id, ''), coalesce(window_id, ''), coalesce(staff, ''), score
    FROM rating LEFT JOIN (SELECT DISTINCT ON (ticket_id) ticket_id, queue_id FROM stay ORDER BY ticket_id, step DESC) AS last
      USING (ticket_id)
    UNION ALL
    SELECT 'waiting', at, queue_id, '', '', seconds
    FROM (SELECT queue_id, enqueued_at, coalesce(called_at, cancelled_at, (SELECT max(at) FROM line)) AS until FROM stay) AS wait
    ${overFiveMinutes('enqueued_at', 'until')}
    WHERE until > enqueued_at
  ),
  figure AS (
    SELECT period, from_at, queue_id, window_id, staff,
      count(*) FILTER (WHERE what = 'issued') AS issued,
      count(*) FILTER (WHERE what = 'called') AS called,
      count(value) FILTER (WHERE what = 'called') AS waited,
      coalesce(sum(value) FILTER (WHERE what = 'called'), 0) AS wait_sec,
      coalesce(max(value) FILTER (WHERE what = 'called'), 0) AS wait_max,
      count(*) FILTER (WHERE what = 'called' AND value <= coalesce(target_wait_sec, 900)) AS on_target,
      count(*) FILTER (WHERE what = 'started') AS started,
      count(*) FILTER (WHERE what = 'completed') AS completed,
      count(value) FILTER (WHERE what = 'completed') AS served,
      coalesce(sum(value) FILTER (WHERE what = 'completed'), 0) AS service_sec,
      count(*) FILTER (WHERE what = 'skipped') AS skipped,
      count(*) FILTER (WHERE what = 'cancelled') AS cancelled,
      count(*) FILTER (WHERE what = 'rating.submitted') AS rated,
      count(*) FILTER (WHERE what = 'rating.submitted' AND value <= 2) AS bad,
      count(*) FILTER (WHERE what = 'rating.timeout') AS unrated,
      coalesce(sum(value) FILTER (WHERE what = 'waiting'), 0) AS waiting_sec
    FROM moment LEFT JOIN (SELECT id AS queue_id, target_wait_sec FROM queue WHERE hall_id = $1) AS target USING (queue_id)
    ${SPANS}
    GROUP BY period, from_at, queue_id, window_id, staff
  )`;

/** Every word about a window begins a piece of time in which state, staff and seat stand still. */
const WINDOW_FIGURES = `
  word AS (
    SELECT at, window_id, event_id, staff, is_seat, CASE
      WHEN is_seat THEN NULL
      WHEN type = 'caller.state' THEN payload ->> 'state'
      WHEN type = 'staff.logout' THEN 'closed'
      WHEN type = 'window.paused' THEN 'paused'
      WHEN type = 'ticket.started' THEN 'serving'
      WHEN type IN ('ticket.called', 'ticket.recalled') THEN 'calling'
      ELSE 'idle' END AS state, type = 'seat.empty' AS is_empty
    FROM fact WHERE window_id IS NOT NULL AND (kind = 'caller' OR is_seat)
  ),
  counted AS (
    SELECT *, count(state) OVER word AS state_turn, count(*) FILTER (WHERE is_seat) OVER word AS seat_turn,
      lead(at) OVER word AS next_at
    FROM word WINDOW word AS (PARTITION BY window_id ORDER BY at, event_id)
  ),
  carried AS (
    SELECT at, window_id, next_at, coalesce(staff, '') AS staff,
      max(state) OVER (PARTITION BY window_id, state_turn) AS state,
      min(at) OVER (PARTITION BY window_id, state_turn) AS said_at,
      bool_or(is_empty) OVER (PARTITION BY window_id, seat_turn) AS is_empty
    FROM counted
  ),
  still AS (
    SELECT window_id, staff, state, is_empty, greatest(at, ${BEGIN}) AS begins,
      least(coalesce(next_at, (SELECT max(at) FROM line)), said_at + ${HOLDS}, ${END}) AS ends
    FROM carried WHERE state <> 'closed'
  ),
  figure AS (
    SELECT period, from_at, window_id, staff,
      coalesce(sum(seconds) FILTER (WHERE state = 'idle'), 0) AS idle_sec,
      coalesce(sum(seconds) FILTER (WHERE state = 'calling'), 0) AS calling_sec,
      coalesce(sum(seconds) FILTER (WHERE state = 'serving'), 0) AS serving_sec,
      coalesce(sum(seconds) FILTER (WHERE state = 'paused'), 0) AS paused_sec,
      coalesce(sum(seconds) FILTER (WHERE state <> 'paused' AND is_empty), 0) AS empty_sec
    FROM still ${overFiveMinutes('begins', 'ends')} ${SPANS}
    WHERE ends > begins
    GROUP BY period, from_at, window_id, staff
  )`;

/** Makes the table's rows of the day those of `figure`: what is gone is deleted, what is new or different written. */
function written(table: string, keys: readonly string[], values: readonly string[]): string {
  const same = keys.map((key) => `old.${key} = figure.${key}`).join(' AND ');
  const listed = (prefix: string) => values.map((value) => `${prefix}${value}`).join(', ');
  return `,
  gone AS (
    DELETE FROM ${table} AS old WHERE hall_id = $1 AND from_at >= ${BEGIN} AND from_at < ${END}
      AND NOT EXISTS (SELECT 1 FROM figure WHERE ${same})
  )
  INSERT INTO ${table} AS old (hall_id, ${keys.join(', ')}, ${values.join(', ')})
  SELECT $1, ${keys.join(', ')}, ${values.join(', ')} FROM figure
  ON CONFLICT (hall_id, ${keys.join(', ')}) DO UPDATE SET ${values.map((value) => `${value} = EXCLUDED.${value}`).join(', ')}
  WHERE (${listed('old.')}) IS DISTINCT FROM (${listed('EXCLUDED.')})`;
}

const ticketKeys = ['period', 'from_at', 'queue_id', 'window_id', 'staff'];
const ticketSums = [
  'issued',
  'called',
  'waited',
  'wait_sec',
  'wait_max',
  'on_target',
  'started',
  'completed',
  'served',
].concat(['service_sec', 'skipped', 'cancelled', 'rated', 'bad', 'unrated', 'waiting_sec']);
const windowKeys = ['period', 'from_at', 'window_id', 'staff'];
const windowSums = ['idle_sec', 'calling_sec', 'serving_sec', 'paused_sec', 'empty_sec'];

export const WRITE_TICKETS = `WITH ${FACTS}, ${TICKET_FIGURES}${written('figure_ticket', ticketKeys, ticketSums)}`;
export const WRITE_WINDOWS = `WITH ${FACTS}, ${WINDOW_FIGURES}${written('figure_window', windowKeys, windowSums)}`;
