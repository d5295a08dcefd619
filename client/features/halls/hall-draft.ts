import { Hall, type Queue, type Region, type Window } from '#contract/places.ts';
import type { Choice } from '../admin/choice.ts';
import { byField, checkForm, duplicatesOf, type Checked, type FieldMessage } from '../admin/form-errors.ts';

/** An empty hall to fill in; the first queue is there because a hall without one can serve nobody. */
export function blankHall(regionId: string): Hall {
  return {
    id: '',
    regionId,
    name: { zh: '', en: '' },
    address: '',
    longitude: null,
    latitude: null,
    capacity: 200,
    timeZone: 'Asia/Shanghai',
    floorPlan: null,
    queues: [{ id: 'general', name: { zh: '综合业务', en: 'General services' }, targetWaitSec: 900 }],
    windows: [],
  };
}

/**
 * Checks a hall as the server would, and what only this page can know: a new hall must not take the id of another.
 * @param takenIds ids of the other halls
 */
export function checkHall(draft: Hall, takenIds: readonly string[]): Checked<Hall> {
  const checked = checkForm(Hall, draft);
  const queueIds = new Set(draft.queues.map((queue) => queue.id));
  const more: [string, FieldMessage][] = [
    ...(takenIds.includes(draft.id) ? [['id', { key: 'duplicate', params: { value: draft.id } }] as const] : []).map(
      ([path, message]): [string, FieldMessage] => [path, message],
    ),
    ...duplicatesOf(
      draft.queues.map((queue) => queue.id),
      (i) => `queues.${i}.id`,
    ),
    ...duplicatesOf(
      draft.windows.map((window) => window.id),
      (i) => `windows.${i}.id`,
    ),
    ...draft.windows.flatMap((window, i) =>
      window.queueIds
        .filter((id) => !queueIds.has(id))
        .map((id): [string, FieldMessage] => [`windows.${i}.queueIds`, { key: 'unknownQueue', params: { value: id } }]),
    ),
  ];
  if (checked.ok && more.length === 0) return checked;
  return { ok: false, fields: byField([...(checked.ok ? [] : Object.entries(checked.fields)), ...more]) };
}

/** The window that would follow: next number, same queues as the one before. */
export function nextWindow(windows: readonly Window[], queues: readonly Queue[]): Window {
  const highest = Math.max(0, ...windows.map((window) => Number(/(\d+)$/.exec(window.id)?.[1] ?? 0)));
  const n = highest + 1;
  const label = String(n).padStart(2, '0');
  return {
    id: `w${label}`,
    label,
    name: { zh: `${n}号窗口`, en: `Window ${n}` },
    queueIds: windows.at(-1)?.queueIds.slice() ?? queues.map((queue) => queue.id),
    place: null,
  };
}

/** Renames a queue and keeps the windows that it feeds. */
export function renameQueue(draft: Hall, index: number, id: string): void {
  const queue = draft.queues[index]!;
  for (const window of draft.windows)
    window.queueIds = window.queueIds.map((queueId) => (queueId === queue.id ? id : queueId));
  queue.id = id;
}

/** Removes a queue, also from the windows that it feeds. */
export function removeQueue(draft: Hall, index: number): void {
  const [gone] = draft.queues.splice(index, 1);
  for (const window of draft.windows) window.queueIds = window.queueIds.filter((id) => id !== gone!.id);
}

/** Regions in the order of the tree with their depth; a region whose parent is missing stands at the top. */
export function regionTree(regions: readonly Region[]): { region: Region; depth: number }[] {
  const known = new Set(regions.map((region) => region.id));
  const below = Map.groupBy(regions, (region) =>
    region.parentId !== null && known.has(region.parentId) ? region.parentId : null,
  );
  const walk = (parentId: string | null, depth: number): { region: Region; depth: number }[] =>
    (below.get(parentId) ?? [])
      .toSorted((a, b) => a.code.localeCompare(b.code))
      .flatMap((region) => [{ region, depth }, ...walk(region.id, depth + 1)]);
  return walk(null, 0);
}

/** The same as choices of a select, deeper ones set in. */
export function regionChoices(regions: readonly Region[], nameOf: (name: Region['name']) => string): Choice[] {
  return regionTree(regions).map(({ region, depth }) => ({ value: region.id, label: nameOf(region.name), depth }));
}
