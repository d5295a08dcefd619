import type { Hall } from '#contract/places.ts';

export interface FieldFault {
  /** Dotted path of the field: `windows.0.queueIds`. */
  path: string;
  message: string;
}

/** What a schema cannot see: references inside the hall, ids used twice, a time zone that exists. */
export function checkHall(hall: Hall, regionIds: ReadonlySet<string>): FieldFault[] {
  const queueIds = new Set(hall.queues.map((queue) => queue.id));
  return [
    ...(regionIds.has(hall.regionId) ? [] : [{ path: 'regionId', message: `no region ${hall.regionId}` }]),
    ...(isTimeZone(hall.timeZone) ? [] : [{ path: 'timeZone', message: `no time zone ${hall.timeZone}` }]),
    ...repeated(hall.queues, 'queues'),
    ...repeated(hall.windows, 'windows'),
    ...(hall.floorPlan?.shapes ?? []).flatMap(({ queueIds: waiting }, i) =>
      waiting
        .filter((id) => !queueIds.has(id))
        .map((id) => ({ path: `floorPlan.shapes.${i}.queueIds`, message: `this hall has no queue ${id}` })),
    ),
    ...hall.windows.flatMap((window, i) => [
      ...window.queueIds
        .filter((id) => !queueIds.has(id))
        .map((id) => ({ path: `windows.${i}.queueIds`, message: `this hall has no queue ${id}` })),
      ...(new Set(window.queueIds).size < window.queueIds.length
        ? [{ path: `windows.${i}.queueIds`, message: 'a queue is named twice' }]
        : []),
    ]),
  ];
}

function repeated(rows: { id: string }[], field: string): FieldFault[] {
  const seen = new Set<string>();
  return rows.flatMap(({ id }, i) => {
    const fault = seen.has(id) ? [{ path: `${field}.${i}.id`, message: `${id} is used twice` }] : [];
    seen.add(id);
    return fault;
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
