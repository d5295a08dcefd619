import { shallowReactive } from 'vue';
import type { z } from 'zod';
import type { HallDelta, HallLive, QueueLive, TerminalCount, WindowLive } from '#contract/hall-state.ts';

/** A watched hall. Rows are replaced whole and tracked by key, so a change of one window redraws one cell. */
export interface HallView {
  readonly hallId: string;
  revision: number;
  at: string;
  readonly windows: Map<string, WindowLive>;
  readonly queues: Map<string, QueueLive>;
  inside: number | null;
  terminals: z.infer<typeof TerminalCount>;
}

export function createHallView(live: HallLive): HallView {
  return shallowReactive({
    hallId: live.hallId,
    revision: live.revision,
    at: live.at,
    windows: shallowReactive(new Map(live.windows.map((row) => [row.windowId, row]))),
    queues: shallowReactive(new Map(live.queues.map((row) => [row.queueId, row]))),
    inside: live.inside,
    terminals: live.terminals,
  });
}

/** Takes over a full state in place, so that those who draw the view keep it. */
export function replaceHallView(view: HallView, live: HallLive): void {
  view.revision = live.revision;
  view.at = live.at;
  view.inside = live.inside;
  view.terminals = live.terminals;
  replaceRows(view.windows, live.windows, (row) => row.windowId);
  replaceRows(view.queues, live.queues, (row) => row.queueId);
}

/** `gap`: a revision is missing and the view must be fetched anew; `old`: the view knows this already. */
export function applyDelta(view: HallView, delta: HallDelta): 'applied' | 'old' | 'gap' {
  if (delta.revision <= view.revision) return 'old';
  if (delta.revision > view.revision + 1) return 'gap';
  view.revision = delta.revision;
  view.at = delta.at;
  for (const row of delta.windows ?? []) view.windows.set(row.windowId, row);
  for (const row of delta.queues ?? []) view.queues.set(row.queueId, row);
  if (delta.inside !== undefined) view.inside = delta.inside;
  if (delta.terminals !== undefined) view.terminals = delta.terminals;
  return 'applied';
}

/** Makes the map hold exactly these rows. */
export function replaceRows<T>(map: Map<string, T>, rows: readonly T[], idOf: (row: T) => string): void {
  const ids = new Set(rows.map(idOf));
  for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
  for (const row of rows) map.set(idOf(row), row);
}
