import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Announcement } from '#contract/announcements.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openMatterStage, type MatterStage } from '../matters/stage.ts';

/** What the city tells its counties, and who has read it. */
let base: TestDatabase;
let stage: MatterStage;
beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openMatterStage(base);
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

const list = async (who: string) =>
  (await stage.ask<{ announcements: Announcement[] }>(who, 'GET', '/api/announcements')).announcements;
const tell = (who: string, regionId: string | null, title = 'Inspection on Friday') =>
  stage.ask<{ id: string }>(who, 'POST', '/api/announcements', { title, text: 'Be there.', regionId });

it('tells those below, and shows its office who has read it and who has not', async () => {
  const { id } = await tell('mayor', 'north');
  expect(await stage.inbox('north-hall')).toContain('read Inspection on Friday');
  expect(await stage.inbox('mayor')).toEqual([]);
  expect([await list('south'), await stage.inbox('south')]).toEqual([[], []]);
  expect((await stage.send('south', 'POST', `/api/announcements/${id}/read`)).statusCode).toBe(404);
  expect((await stage.send('north-hall', 'POST', `/api/announcements/${id}/read`)).statusCode).toBe(204);
  expect(await stage.inbox('north-hall')).toEqual([]);
  const [seen] = await list('north-hall');
  expect(seen).toMatchObject({ readAt: '2026-03-09T02:00:00.000Z', receipts: null });
  const [made] = await list('mayor');
  const readers = Object.fromEntries(made!.receipts!.map(({ username, at }) => [username, at]));
  expect(readers['north-hall']).toBe('2026-03-09T02:00:00.000Z');
  expect([readers['north'], readers['north-deputy']]).toEqual([null, null]);
  expect(Object.keys(readers)).not.toContain('south');
  // the office of the county may see how its own people stand
  expect((await list('north'))[0]!.receipts).not.toBeNull();
});

it('is told downward alone', async () => {
  expect([await tell('north', 'city'), await tell('north', 'south'), await tell('mayor', null)]).toEqual(
    Array(3).fill('NOT_FOUND'),
  );
  expect(await tell('north-hall', 'north')).toBe('FORBIDDEN');
});
