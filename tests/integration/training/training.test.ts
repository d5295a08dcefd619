import { afterAll, beforeAll, expect, it } from 'vitest';
import { rightsOf } from '../../../server/features/accounts/granting.ts';
import { Places } from '../../../server/features/accounts/places.ts';
import { TrainingService } from '../../../server/features/training/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, openCaseStage, type CaseStage } from '../cases/stage.ts';

let base: TestDatabase;
let stage: CaseStage;
beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openCaseStage(base);
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

const rights = (role: 'supervisor' | 'hall-manager') =>
  rightsOf([{ role, scope: { of: 'everything' }, until: null }], new Places([], []));

it('asks of each what he may do, and knows by what he did that it is done', async () => {
  const training = new TrainingService({ db: base.db, isOpen: true });
  const done = async (username: string) =>
    (await training.of(rights('supervisor'), username)).exercises.filter(({ doneAt }) => doneAt).map(({ id }) => id);
  expect(await done('li')).toEqual([]);
  await stage.cases.own.accept({ itemId: 'invoice' }, () => true);
  stage.clock.advance(Date.parse(at('03-17 09:00')) - stage.clock.now());
  await stage.cases.due.settled();
  const [card] = (await stage.cases.cards.list({ limit: 5 }, null)).cards;
  await stage.cases.cards.act(card!.id, { act: 'issue', seen: 1, note: '' }, 'li');
  expect([await done('li'), await done('zhao')]).toEqual([['issue-card'], []]);
  const { exercises } = await training.of(rights('hall-manager'), 'wang');
  expect(exercises.map(({ id }) => id)).toEqual(['acknowledge', 'read-announcement', 'answer-card', 'answer-citizen']);
});

it('is for a demo alone', async () => {
  const training = new TrainingService({ db: base.db, isOpen: false });
  expect(await training.of(rights('supervisor'), 'li')).toEqual({ isOpen: false, exercises: [] });
});
