import type { WhatIf } from '#contract/what-if.ts';
import { AppError } from '#lib/app-error.ts';
import { meanOf } from './forecast.ts';
import { SLOT_SEC, type Demand, type Situation, type WindowNow } from './situation.ts';

/** Somebody must come to a window that is closed before it calls. */
const READY = { is: 'paused', backAt: 180 } as const;
/** Work that comes within this time presses. */
const PRESSING_SEC = 7200;

const isClosed = ({ now }: WindowNow) => now.is === 'closed';

/** The hall as it would be. Throws REQUEST_INVALID for windows and queues that it has not, and for more clerks than windows. */
export function supposed(
  situation: Situation,
  demand: readonly Demand[],
  whatIf: WhatIf,
): { situation: Situation; demand: Demand[] } {
  check(situation, whatIf);
  const more = demand.map((each) => ({ ...each, arrivals: each.arrivals.map((people) => people * whatIf.demand) }));
  const changes = new Map(whatIf.windows.map((change) => [change.windowId, change]));
  const windows = situation.windows.map((window): WindowNow => {
    const { open, queueIds = window.queueIds } = changes.get(window.windowId) ?? {};
    return moved({ ...window, queueIds }, open ?? !isClosed(window));
  });
  const then = { ...situation, windows };
  return { situation: whatIf.staff === null ? then : staffed(then, more, whatIf.staff), demand: more };
}

function moved(window: WindowNow, open: boolean): WindowNow {
  if (open !== isClosed(window)) return window;
  return { ...window, now: open ? READY : { is: 'closed' } };
}

/** Opens where the work presses most, or closes where it presses least afterwards, one window at a time. */
function staffed(situation: Situation, demand: readonly Demand[], staff: number): Situation {
  let then = situation;
  for (;;) {
    const open = then.windows.filter((window) => !isClosed(window));
    if (open.length === staff) return then;
    const opens = open.length < staff;
    const tried = (opens ? then.windows.filter(isClosed) : open).map((window) => {
      const changed = { ...then, windows: then.windows.map((each) => (each === window ? moved(each, opens) : each)) };
      const pressure = pressures(opens ? then : changed, demand);
      return { then: changed, pressure: Math.max(...window.queueIds.map((id) => pressure.get(id) ?? 0)) };
    });
    const by = opens ? 1 : -1;
    then = tried.reduce((best, each) => (by * each.pressure > by * best.pressure ? each : best)).then;
  }
}

/** By queue: windows' worth of work, of those who wait and those who come, for each window that serves it. */
function pressures({ queues, windows }: Situation, demand: readonly Demand[]): Map<string, number> {
  return new Map(
    queues.map(({ queueId, waiting }, queue) => {
      const { arrivals, occupationSec } = demand[queue]!;
      const coming = arrivals.slice(0, PRESSING_SEC / SLOT_SEC).reduce((sum, people) => sum + people, 0);
      const work = ((waiting.length + coming) * meanOf(occupationSec)) / PRESSING_SEC;
      const serving = windows
        .filter((window) => !isClosed(window) && window.queueIds.includes(queueId))
        .reduce((sum, { queueIds }) => sum + 1 / queueIds.length, 0);
      return [queueId, serving === 0 ? work * 1000 : work / serving];
    }),
  );
}

function check({ queues, windows }: Situation, whatIf: WhatIf): void {
  const wrong: { path: string; message: string }[] = [];
  whatIf.windows.forEach(({ windowId, queueIds = [] }, i) => {
    if (!windows.some((window) => window.windowId === windowId)) {
      wrong.push({ path: `windows.${i}.windowId`, message: `the hall has no window ${windowId}` });
    }
    for (const queueId of queueIds) {
      if (queues.some((queue) => queue.queueId === queueId)) continue;
      wrong.push({ path: `windows.${i}.queueIds`, message: `the hall has no queue ${queueId}` });
    }
  });
  if (new Set(whatIf.windows.map(({ windowId }) => windowId)).size < whatIf.windows.length) {
    wrong.push({ path: 'windows', message: 'a window is named twice' });
  }
  if ((whatIf.staff ?? 0) > windows.length) {
    wrong.push({ path: 'staff', message: `the hall has ${windows.length} windows` });
  }
  if (wrong.length > 0) throw new AppError('REQUEST_INVALID', wrong);
}
