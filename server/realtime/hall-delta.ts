import type { HallDelta } from '#contract/hall-state.ts';

/**
 * One delta that has the effect of both. Rows replace rows of the same id, so however many are merged, the result is
 * never larger than the hall.
 */
export function mergeHallDeltas(older: HallDelta, newer: HallDelta): HallDelta {
  const windows = mergeRows(older.windows, newer.windows, (row) => row.windowId);
  const queues = mergeRows(older.queues, newer.queues, (row) => row.queueId);
  const inside = newer.inside === undefined ? older.inside : newer.inside;
  const terminals = newer.terminals ?? older.terminals;
  return {
    hallId: newer.hallId,
    revision: newer.revision,
    at: newer.at,
    ...(windows && { windows }),
    ...(queues && { queues }),
    ...(inside !== undefined && { inside }),
    ...(terminals && { terminals }),
  };
}

function mergeRows<Row>(older: Row[] | undefined, newer: Row[] | undefined, idOf: (row: Row) => string) {
  if (!older || !newer) return newer ?? older;
  return [...new Map([...older, ...newer].map((row) => [idOf(row), row])).values()];
}
