import { describe, expect, it } from 'vitest';
import { checkHall } from '../../../server/features/halls/check-hall.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const regions = new Set([hall.regionId]);
const paths = (change: Partial<typeof hall>) => checkHall({ ...hall, ...change }, regions).map(({ path }) => path);

describe('checking a hall', () => {
  it('finds nothing wrong with a right one', () => {
    expect(checkHall(hall, regions)).toEqual([]);
  });

  it.each([
    ['a region that is not there', { regionId: 'elsewhere' }, ['regionId']],
    ['a time zone that is not there', { timeZone: 'Mars/Olympus' }, ['timeZone']],
    ['a queue id used twice', { queues: [...hall.queues, hall.queues[0]!] }, ['queues.2.id']],
    ['a window id used twice', { windows: [hall.windows[0]!, hall.windows[0]!] }, ['windows.1.id']],
    ['a window fed by a queue of no one', { queues: [hall.queues[0]!] }, ['windows.1.queueIds']],
    [
      'a window fed twice by one queue',
      { windows: [{ ...hall.windows[0]!, queueIds: ['soc', 'soc'] }] },
      ['windows.0.queueIds'],
    ],
  ])('names the field of %s', (_what, change, expected) => {
    expect(paths(change)).toEqual(expected);
  });

  it('takes time zones of the whole world', () => {
    for (const timeZone of ['Asia/Shanghai', 'Asia/Urumqi', 'UTC', 'Europe/Berlin'])
      expect(paths({ timeZone })).toEqual([]);
  });
});
