import type { RestClient } from './hallwatch.ts';

export function windowIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `w${String(i + 1).padStart(2, '0')}`);
}

/** Enters a plain hall with one queue `q` that feeds all of its windows, in a region `bench`. */
export async function addHall(rest: RestClient, id: string, windows: string[]): Promise<void> {
  const region = { id: 'bench', code: '999999', name: { zh: '测量', en: 'Bench' }, parentId: null, outline: null };
  await rest.call('PUT', '/api/regions/bench', region);
  await rest.call('PUT', `/api/halls/${id}`, {
    id,
    regionId: 'bench',
    name: { zh: id, en: id },
    longitude: null,
    latitude: null,
    floorPlan: null,
    queues: [{ id: 'q', name: { zh: '队列', en: 'Queue' } }],
    windows: windows.map((window) => ({
      id: window,
      label: window.slice(1),
      name: { zh: '窗口', en: 'Window' },
      queueIds: ['q'],
      place: null,
    })),
  });
}
