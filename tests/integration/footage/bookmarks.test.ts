import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bookmark } from '#contract/footage.ts';
import { FootageRoom, iso, TEN } from './footage-room.ts';

let room: FootageRoom;
beforeAll(async () => {
  room = await FootageRoom.open();
});
afterAll(() => room.close());

it('keeps, changes and forgets bookmarks', async () => {
  const made = (
    await room.call('POST', '/api/footage/bookmarks', { cameraId: 'cam-2', at: iso(TEN), note: ' 一 ' })
  ).json<Bookmark>();
  expect(made).toMatchObject({ note: '一', createdBy: 'supervisor' });
  const change = { cameraId: 'cam-2', at: iso(TEN + 1000), note: '二' };
  expect((await room.call('PUT', `/api/footage/bookmarks/${made.id}`, change)).json()).toMatchObject({
    ...change,
    id: made.id,
  });
  const list = async (query: string) => (await room.get(`/api/footage/bookmarks?${query}`)).json<Bookmark[]>();
  expect(await list('cameras=cam-2')).toMatchObject([{ note: '二' }]);
  expect(await list(`cameras=cam-2&until=${iso(TEN)}`)).toEqual([]);
  expect((await room.call('DELETE', `/api/footage/bookmarks/${made.id}`)).statusCode).toBe(204);
  expect((await room.call('DELETE', `/api/footage/bookmarks/${made.id}`)).statusCode).toBe(404);
});
