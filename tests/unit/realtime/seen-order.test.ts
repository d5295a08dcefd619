import { expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { SceneTile } from '#contract/scenes.ts';
import type { ScreenOrder } from '#contract/screens.ts';
import { rightsOf } from '../../../server/features/accounts/granting.ts';
import { Places } from '../../../server/features/accounts/places.ts';
import { seenOrder } from '../../../server/realtime/seen-order.ts';

const places = new Places([], [{ id: 'here', regionId: 'r' }]);
const rights = rightsOf([{ role: 'supervisor', scope: { of: 'hall', id: 'here' }, until: null }], places);
const hallOfCamera = (id: string) => ({ door: 'here', vault: 'there' })[id];

const orderOf = (...tiles: SceneTile[]): ScreenOrder => ({
  ...{ revision: 1, title: { zh: '彼处', en: 'There' }, driven: null, lockedBy: null, withheld: false },
  cells: [{ x: 0, y: 0, w: 24, h: 24, everySec: 15, pinned: false, tiles }],
});

it('a screen whose account sees all of it paints the order as it is', () => {
  const order = orderOf({ kind: 'camera', cameraId: 'door' }, { kind: 'plan', hallId: 'here' }, { kind: 'map' });
  expect(seenOrder(order, rights, hallOfCamera)).toBe(order);
});

it('a screen whose account does not gets neither the tiles nor the name', () => {
  const foreign: SceneTile[] = [
    { kind: 'camera', cameraId: 'vault' },
    { kind: 'camera', cameraId: 'gone' },
    { kind: 'plan', hallId: 'there' },
    { kind: 'queue', hallId: 'there', queueId: 'q' },
  ];
  const seen = seenOrder(orderOf({ kind: 'plan', hallId: 'here' }, ...foreign), rights, hallOfCamera);
  expect(seen.withheld).toBe(true);
  expect(seen.cells[0]!.tiles).toEqual([{ kind: 'plan', hallId: 'here' }]);
  expect(JSON.stringify(seen)).not.toMatch(/vault|there|彼处/i);
});

it('tells of the alert that drives the screen to whoever may see alerts of its hall', () => {
  const alert = (hallId: string) => ({ id: 'a', hallId, kind: 'wait-overtime' }) as Alert;
  const driven = (hallId: string) => ({ alertId: 'a', alert: alert(hallId), until: '2026-11-28T12:00:00.000Z' });
  const [mine, foreign] = ['here', 'there'].map((hallId) => ({ ...orderOf({ kind: 'map' }), driven: driven(hallId) }));
  expect(seenOrder(mine!, rights, hallOfCamera)).toBe(mine);
  const seen = seenOrder(foreign!, rights, hallOfCamera);
  expect(seen.driven).toEqual({ ...driven('there'), alert: null });
  expect(JSON.stringify(seen)).not.toMatch(/there|彼处/i);
});
