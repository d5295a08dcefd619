import { describe, expect, it } from 'vitest';
import { WhatIf, type WhatIfInput } from '#contract/what-if.ts';
import { AppError } from '#lib/app-error.ts';
import type { Demand, Situation, WindowNow } from '../../../server/features/forecast/situation.ts';
import { supposed } from '../../../server/features/forecast/what-if.ts';

const window = (windowId: string, is: 'idle' | 'closed', queueIds = ['soc']): WindowNow => ({
  ...{ windowId, queueIds, now: { is } },
});
const situation: Situation = {
  queues: [
    { queueId: 'soc', waiting: Array.from({ length: 10 }, (_, i) => ({ issuedAt: -i, priority: false })) },
    { queueId: 'tax', waiting: [] },
  ],
  windows: [
    window('w01', 'idle'),
    window('w02', 'closed'),
    window('w03', 'idle', ['tax']),
    window('w04', 'closed', ['tax']),
    window('w05', 'idle', ['tax']),
  ],
};
const demand = ['soc', 'tax'].map((queueId): Demand => {
  return { queueId, arrivals: [4, 2], occupationSec: [300], priorityShare: 0 };
});

const suppose = (whatIf: WhatIfInput) => supposed(situation, demand, WhatIf.parse(whatIf));
const openOf = (whatIf: WhatIfInput) =>
  suppose(whatIf)
    .situation.windows.filter(({ now }) => now.is !== 'closed')
    .map(({ windowId }) => windowId);

describe('what would be', () => {
  it('is as it is where nothing is supposed', () => {
    expect(suppose({})).toEqual({ situation, demand });
  });

  it('opens, closes and moves windows', () => {
    const windows = [
      { windowId: 'w02', open: true },
      { windowId: 'w01', open: false },
      { windowId: 'w03', queueIds: ['soc'] },
    ];
    expect(openOf({ windows })).toEqual(['w02', 'w03', 'w05']);
    const { situation: then } = suppose({ windows });
    // Somebody must come to it first; a window that is open goes on with what it does.
    expect(then.windows[1]!.now).toEqual({ is: 'paused', backAt: 180 });
    expect(then.windows[2]).toEqual({ windowId: 'w03', queueIds: ['soc'], now: { is: 'idle' } });
  });

  it('opens where the work presses most and closes where it presses least, until so many clerks are there', () => {
    expect(openOf({ staff: 4 })).toEqual(['w01', 'w02', 'w03', 'w05']);
    expect(openOf({ staff: 2 })).toEqual(['w01', 'w05']);
    expect(openOf({ staff: 5 })).toHaveLength(5);
    expect(openOf({ staff: 0 })).toEqual([]);
  });

  it('leaves no queue without a window while another has two', () => {
    const ids = ['w01', 'w02', 'w03'];
    const windows = [
      ...ids.map((id) => window(id, 'idle')),
      ...['w04', 'w05'].map((id) => window(id, 'idle', ['tax'])),
    ];
    const quiet = [demand[0]!, { ...demand[1]!, arrivals: [0.1] }];
    const then = supposed({ ...situation, windows }, quiet, WhatIf.parse({ staff: 3 }));
    const open = then.situation.windows.filter(({ now }) => now.is !== 'closed');
    expect(open.map(({ queueIds }) => queueIds[0])).toEqual(['soc', 'soc', 'tax']);
  });

  it('multiplies the people that are expected', () => {
    expect(suppose({ demand: 1.5 }).demand.map(({ arrivals }) => arrivals)).toEqual([
      [6, 3],
      [6, 3],
    ]);
  });

  it('says what it does not know', () => {
    const wrong = (whatIf: WhatIfInput) => {
      try {
        suppose(whatIf);
      } catch (error) {
        return error instanceof AppError ? error.details : error;
      }
      return null;
    };
    expect(wrong({ windows: [{ windowId: 'w01', queueIds: ['pets'] }] })).toEqual([
      { path: 'windows.0.queueIds', message: 'the hall has no queue pets' },
    ]);
    expect(wrong({ windows: [{ windowId: 'w01' }, { windowId: 'w01' }] })).toMatchObject([{ path: 'windows' }]);
    expect(wrong({ staff: 6 })).toMatchObject([{ path: 'staff', message: 'the hall has 5 windows' }]);
  });
});
