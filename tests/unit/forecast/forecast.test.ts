import { describe, expect, it } from 'vitest';
import { meanWaitSec } from '../../../server/features/forecast/erlang.ts';
import { forecast } from '../../../server/features/forecast/forecast.ts';
import { QueueRun } from '../../../server/features/forecast/queue-run.ts';
import { SLOT_SEC, type Demand, type Situation, type WindowNow } from '../../../server/features/forecast/situation.ts';

const window = (windowId: string, now: WindowNow['now'], queueIds = ['soc']) => ({ windowId, queueIds, now });
const nobody = { queueId: 'soc', arrivals: [], occupationSec: [300], priorityShare: 0 } satisfies Demand;
const waiting = (...ages: number[]) => ages.map((age) => ({ issuedAt: -age, priority: false }));

/** The waits of those who wait already, in the order in which they are called. */
function waitsOf(situation: Situation, demand: readonly Demand[] = [nobody]): { wait: number; called: boolean }[] {
  const waits: { wait: number; called: boolean }[] = [];
  const watch = {
    step: () => undefined,
    waited: (_queue: number, _issuedAt: number, wait: number, called: boolean) => void waits.push({ wait, called }),
  };
  new QueueRun(situation, demand, { seed: 1, watch }).run({ horizonSec: 3600, stepSec: 900 });
  return waits;
}

describe('one course of the next hours', () => {
  it('begins with those who wait, and with what each window is busy with', () => {
    const situation = {
      queues: [{ queueId: 'soc', waiting: waiting(600, 500, 400) }],
      windows: [
        window('w01', { is: 'busy', queueId: 'soc', calledAt: -200 }),
        window('w02', { is: 'paused', backAt: 150 }),
        window('w03', { is: 'closed' }),
      ],
    };
    // w01 is free after 100 s and again after 400 s, w02 is back after 150 s.
    expect(waitsOf(situation).map(({ wait }) => wait)).toEqual([700, 650, 800]);
  });

  it('calls priority first, then whoever waits longest in any queue of the window', () => {
    const situation = {
      queues: [
        { queueId: 'soc', waiting: [{ issuedAt: -10, priority: true }, ...waiting(300)] },
        { queueId: 'tax', waiting: waiting(500) },
      ],
      windows: [window('w01', { is: 'idle' }, ['soc', 'tax'])],
    };
    const waits = waitsOf(situation, [nobody, { ...nobody, queueId: 'tax' }]);
    expect(waits.map(({ wait }) => wait)).toEqual([10, 800, 900]);
  });

  it('says of those whom nobody serves that they were not called', () => {
    const queues = [{ queueId: 'soc', waiting: waiting(60) }];
    expect(waitsOf({ queues, windows: [window('w01', { is: 'idle' }, ['tax'])] })).toEqual([
      { wait: 60 + 3600 + 4 * 3600, called: false },
    ]);
  });
});

describe('a forecast', () => {
  const busy = (count: number) =>
    Array.from({ length: count }, (_, i) => window(`w${i}`, { is: 'busy', queueId: 'soc', calledAt: -60 }));
  const situation = { queues: [{ queueId: 'soc', waiting: waiting(900, 700, 400, 100) }], windows: busy(6) };
  const demand = [{ ...nobody, arrivals: Array<number>(24).fill(40 / 12), occupationSec: [240, 400, 480, 800] }];

  it('is the same for the same seed and another for another', () => {
    expect(forecast(situation, demand, { seed: 3, runs: 20 })).toEqual(
      forecast(situation, demand, { seed: 3, runs: 20 }),
    );
    expect(forecast(situation, demand, { seed: 3, runs: 20 })).not.toEqual(
      forecast(situation, demand, { seed: 4, runs: 20 }),
    );
  });

  it('begins with how things are, and its band holds its middle', () => {
    const [queue] = forecast(situation, demand, { seed: 3, runs: 40 });
    expect(queue!.steps[0]!.waiting).toEqual({ low: 4, middle: 4, high: 4 });
    expect(queue!.steps.map(({ sec }) => sec)).toEqual([0, 900, 1800, 2700, 3600, 4500, 5400, 6300, 7200]);
    for (const { waiting: band } of queue!.steps) {
      expect(band.low).toBeLessThanOrEqual(band.middle);
      expect(band.middle).toBeLessThanOrEqual(band.high);
    }
  });

  it('waits shorter with one window more', () => {
    const [now] = forecast(situation, demand, { seed: 3, runs: 60 });
    const opened = { ...situation, windows: [...situation.windows, window('w09', { is: 'idle' })] };
    const [then] = forecast(opened, demand, { seed: 3, runs: 60 });
    expect(then!.longestWaitSec).toBeLessThan(0.8 * now!.longestWaitSec);
  });

  it('agrees with Erlang where that holds: a long steady course with service times that are exponential', () => {
    const occupationSec = Array.from({ length: 400 }, (_, i) => -480 * Math.log(1 - (i + 0.5) / 400));
    const horizonSec = 200 * 3600;
    const steady = [{ ...nobody, occupationSec, arrivals: Array<number>(horizonSec / SLOT_SEC).fill(40 / 12) }];
    let [sum, count] = [0, 0];
    const watch = {
      step: () => undefined,
      waited: (_queue: number, _issuedAt: number, wait: number) => void ([sum, count] = [sum + wait, count + 1]),
    };
    const idle = Array.from({ length: 7 }, (_, i) => window(`w${i}`, { is: 'idle' }));
    for (let seed = 1; seed <= 5; seed += 1) {
      new QueueRun({ queues: [{ queueId: 'soc', waiting: [] }], windows: idle }, steady, {
        seed,
        watch,
      }).run({ horizonSec, stepSec: horizonSec });
    }
    const expected = meanWaitSec({ arrivalsPerHour: 40, serviceSec: 480, windows: 7 });
    expect(sum / count / expected).toBeGreaterThan(0.9);
    expect(sum / count / expected).toBeLessThan(1.1);
  });
});
