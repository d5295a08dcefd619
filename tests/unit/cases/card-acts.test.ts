import { expect, it } from 'vitest';
import { possibleActs } from '../../../client/features/cards/acts.ts';
import { step, type CardEvent, type CardLife } from '../../../server/features/cases/cards/card-machine.ts';
import { CardActName, CardState } from '#contract/cards.ts';
import { rolePermissions, type Permission, type Role } from '#contract/permissions.ts';

const acts = CardActName.options.filter((act) => act !== 'propose');
const person = (role: Role) => ({
  username: 'li',
  may: (permission: Permission) => rolePermissions[role].has(permission),
});
const lives = CardState.options.flatMap((state) =>
  (['none', 'given', 'returned', 'accepted'] as const).flatMap((feedback) =>
    (['none', 'lodged', 'rejected', 'escalated', 'dismissed', 'upheld'] as const).flatMap((appeal) =>
      [null, 'li', 'zhao'].map((revokeBy): CardLife => ({ state, feedback, appeal, revokeBy })),
    ),
  ),
);

it('offers an administrator exactly what the card allows', () => {
  for (const above of [false, true])
    for (const life of lives) {
      const offered = possibleActs({ ...life, above }, person('administrator'), false).map(({ act }) => act);
      const allowed = acts.filter((act) => step(life, { act, by: 'li', at: 0, above } satisfies CardEvent).ok);
      expect({ life, above, acts: offered.sort() }).toEqual({ life, above, acts: allowed.sort() });
    }
});

it('offers each role what is its own', () => {
  const issued = { above: false, state: 'issued', feedback: 'none', appeal: 'none', revokeBy: null } as const;
  const of = (role: Role) => possibleActs(issued, person(role), false).map(({ act }) => act);
  expect(of('hall-manager')).toEqual(['feedback', 'appeal']);
  expect(of('approver')).toEqual(['revoke']);
  expect(of('auditor')).toEqual([]);
});

it('asks for words where something may excuse the card', () => {
  const proposed = { above: false, state: 'proposed', feedback: 'none', appeal: 'none', revokeBy: null } as const;
  const issue = (excused: boolean) => possibleActs(proposed, person('supervisor'), excused)[0];
  expect(issue(true)).toMatchObject({ act: 'issue', noteNeeded: true });
  expect(issue(false)).toMatchObject({ act: 'issue', noteNeeded: false });
});
