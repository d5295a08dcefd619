import { expect, it } from 'vitest';
import { alikeTo } from '../../../client/api/shared-cause.ts';
import { alertLines, ROWS } from '../../../client/wall/alert-groups.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const none = { opened: new Set<string>(), selected: null, most: ROWS };
const many = (count: number, change: Parameters<typeof alertOf>[0] = {}) =>
  Array.from({ length: count }, (_, i) => alertOf({ id: `${change?.ruleId ?? 'walk-off'} ${i}`, ...change }));

it('leaves a few alerts as they are, alike or not', () => {
  const { lines, beyond } = alertLines(many(12), none);
  expect(lines.map(({ folded }) => folded)).toEqual(Array(12).fill(0));
  expect(beyond).toBe(0);
});

it('folds those that are alike behind the first of them, where it stands', () => {
  const storm = [...many(1, { ruleId: 'fire', severity: 'red' }), ...many(500), ...many(2, { ruleId: 'few' })];
  const { lines, beyond } = alertLines(storm, none);
  expect(lines.map(({ alert, folded }) => [alert.id, folded])).toEqual([
    ...[
      ['fire 0', 0],
      ['walk-off 0', 499],
      ['few 0', 0],
      ['few 1', 0],
    ], // two are not worth folding
  ]);
  expect(beyond).toBe(0);
});

it('keeps apart what differs in severity, hall, or how far people are with it', () => {
  const storm = [
    ...[...many(5), ...many(5, { severity: 'red' }), ...many(5, { hallId: 'other' })],
    ...many(5, { status: 'acknowledged' }),
  ];
  expect(alertLines(storm, none).lines.map(({ folded }) => folded)).toEqual([4, 4, 4, 4]);
});

it('draws what is selected by itself, and an opened group up to the rows that are drawn at a time', () => {
  const storm = many(500);
  const chosen = alertLines(storm, { ...none, selected: 'walk-off 7' });
  expect(chosen.lines.map(({ alert, folded }) => [alert.id, folded])).toEqual([
    ['walk-off 0', 498],
    ['walk-off 7', 0],
  ]);
  const { lines, beyond } = alertLines(storm, { ...none, opened: new Set([chosen.lines[0]!.group]) });
  expect(lines).toHaveLength(ROWS);
  expect(beyond).toBe(500 - ROWS);
});

const dead = (id: string, outputs: string, change: Parameters<typeof alertOf>[0] = {}) =>
  alertOf({ id, hallId: id, ruleId: 'output-dead', kind: 'output-dead', facts: { outputs }, ...change });

it('shows what one dead output raises in several halls as one, however few alerts there are', () => {
  const { lines } = alertLines([dead('a', 'mail'), dead('b', 'mail'), dead('c', 'sms'), ...many(2)], none);
  expect(lines.map(({ alert, folded }) => [alert.id, folded])).toEqual([
    ['a', 1],
    ['c', 0],
    ['walk-off 0', 0],
    ['walk-off 1', 0],
  ]);
});

it('acknowledges with one what its cause raised elsewhere and nobody has taken on, and nothing else', () => {
  const first = dead('a', 'mail', { status: 'acknowledged' });
  const others = [dead('b', 'mail'), dead('c', 'sms'), dead('d', 'mail', { status: 'acknowledged' }), ...many(2)];
  expect(alikeTo(first, [first, ...others]).map(({ id }) => id)).toEqual(['b']);
  expect(alikeTo(many(1)[0]!, many(5))).toEqual([]);
});
