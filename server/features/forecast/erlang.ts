/** A queue in balance: tickets come and windows serve at a steady pace. Times in seconds. */
export interface SteadyQueue {
  arrivalsPerHour: number;
  serviceSec: number;
  windows: number;
}

/** Offered load in erlangs: how many windows the work keeps busy. */
export function offeredLoad({ arrivalsPerHour, serviceSec }: SteadyQueue): number {
  return (arrivalsPerHour * serviceSec) / 3600;
}

/** The chance that a newcomer has to wait at all; 1 where the windows cannot keep up. */
export function waitProbability(queue: SteadyQueue): number {
  const load = offeredLoad(queue);
  if (queue.windows <= load) return 1;
  // Erlang B by its recursion, which neither overflows nor loses digits; Erlang C follows from it.
  let blocked = 1;
  for (let windows = 1; windows <= queue.windows; windows += 1) blocked = (load * blocked) / (windows + load * blocked);
  return blocked / (1 - (load / queue.windows) * (1 - blocked));
}

/** Mean wait in seconds; infinite where the windows cannot keep up, and the queue must be simulated. */
export function meanWaitSec(queue: SteadyQueue): number {
  const spare = queue.windows - offeredLoad(queue);
  return spare <= 0 ? Infinity : (waitProbability(queue) * queue.serviceSec) / spare;
}

/** The share of newcomers who wait no longer than `limitSec`; 0 where the windows cannot keep up. */
export function shareWithin(queue: SteadyQueue, limitSec: number): number {
  const spare = queue.windows - offeredLoad(queue);
  return spare <= 0 ? 0 : 1 - waitProbability(queue) * Math.exp((-spare * limitSec) / queue.serviceSec);
}
