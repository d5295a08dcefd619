import { computed, effect } from 'vue';
import { describe, expect, it } from 'vitest';
import type { HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import { applyDelta, createHallView, replaceHallView, replaceRows } from '../../../client/api/hall-view.ts';

const at = '2026-03-02T09:00:00+08:00';

const windowRow = (windowId: string, state: WindowLive['state']): WindowLive => ({
  windowId,
  state,
  since: at,
  staff: null,
  ticketNo: null,
  pauseReason: null,
  pausePlannedMin: null,
  seat: 'occupied',
  seatSince: at,
  stale: false,
  heardAt: at,
});

const queueRow = (queueId: string, waiting: number): QueueLive => ({
  queueId,
  waiting,
  longestSince: at,
  meanIssuedAt: at,
  staffedWindows: 2,
  servedWaitSec: null,
  issuedToday: 1,
  calledToday: 1,
  completedToday: 1,
});

const live = (revision: number): HallLive => ({
  hallId: 'sw',
  revision,
  at,
  windows: [windowRow('w01', 'idle'), windowRow('w02', 'serving')],
  queues: [queueRow('gen', 4)],
  inside: 12,
  terminals: { total: 8, online: 8, lost: 0 },
});

describe('hall view', () => {
  it('replaces the rows that a delta names and keeps the others as they are', () => {
    const view = createHallView(live(5));
    const untouched = view.windows.get('w02');
    const answer = applyDelta(view, {
      hallId: 'sw',
      revision: 6,
      at,
      windows: [windowRow('w01', 'calling')],
      queues: [queueRow('gen', 3)],
      inside: null,
    });
    expect(answer).toBe('applied');
    expect(view.windows.get('w01')?.state).toBe('calling');
    expect(view.windows.get('w02')).toBe(untouched);
    expect(view.queues.get('gen')?.waiting).toBe(3);
    expect(view.inside).toBeNull();
    expect(view.terminals.total).toBe(8);
    expect(view.revision).toBe(6);
  });

  it('asks for the whole state where a revision is missing, and changes nothing', () => {
    const view = createHallView(live(5));
    expect(applyDelta(view, { hallId: 'sw', revision: 7, at, windows: [windowRow('w01', 'closed')] })).toBe('gap');
    expect(view.windows.get('w01')?.state).toBe('idle');
    expect(view.revision).toBe(5);
  });

  it('lets what it knows already pass', () => {
    const view = createHallView(live(5));
    expect(applyDelta(view, { hallId: 'sw', revision: 5, at, windows: [windowRow('w01', 'closed')] })).toBe('old');
    expect(view.windows.get('w01')?.state).toBe('idle');
  });

  it('redraws only what shows a row that changed', () => {
    const view = createHallView(live(1));
    const redrawn: string[] = [];
    for (const id of ['w01', 'w02']) {
      const state = computed(() => view.windows.get(id)?.state);
      effect(() => void redrawn.push(`${id} ${state.value}`));
    }
    redrawn.length = 0;
    applyDelta(view, { hallId: 'sw', revision: 2, at, windows: [windowRow('w02', 'paused')] });
    expect(redrawn).toEqual(['w02 paused']);
  });

  it('takes a full state over in place: whoever draws it keeps it', () => {
    const view = createHallView(live(9));
    const { windows } = view;
    replaceHallView(view, { ...live(1), windows: [windowRow('w02', 'closed')], inside: 3 });
    expect(view.windows).toBe(windows);
    expect([...view.windows.keys()]).toEqual(['w02']);
    expect(view.revision).toBe(1);
    expect(view.inside).toBe(3);
  });
});

it('replaceRows drops what is gone and keeps the map', () => {
  const map = new Map([
    ['a', { id: 'a', n: 1 }],
    ['b', { id: 'b', n: 1 }],
  ]);
  replaceRows(map, [{ id: 'b', n: 2 }], ({ id }) => id);
  expect([...map.values()]).toEqual([{ id: 'b', n: 2 }]);
});
