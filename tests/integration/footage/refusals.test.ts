import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../../helpers/test-app.ts';
import { FootageRoom, iso, TEN } from './footage-room.ts';

const RUN = '01KB0000000000000000000000';
const DAY = 86_400_000;
const span = (from: number, until: number) => `from=${iso(from)}&until=${iso(until)}`;
const second = span(TEN, TEN + 1000);
const for_ = (from: number, until: number) => ({ from: iso(from), until: iso(until) });

describe('what cannot be asked of footage', () => {
  let room: FootageRoom;
  let stranger: string;
  beforeAll(async () => {
    room = await FootageRoom.open();
    await room.record({ cameraId: 'cam-1', run: RUN, startedAt: TEN, seconds: 8 });
    await room.test.cookieOf('administrator');
    const grants = [{ role: 'supervisor' as const, scope: { of: 'hall' as const, id: 'hall-b' } }];
    await room.test.accounts.add({ username: 'wang', displayName: 'Wang', password: PASSWORD, grants }, null);
    stranger = await room.test.signedIn('wang');
  });
  afterAll(() => room.close());

  const ask = async (cookie: string, method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await room.test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });
    return answer.json<{ error?: { code: string } }>().error?.code ?? answer.statusCode;
  };

  it.each([
    ['a camera that never was', `timeline?cameras=nobody&${second}`, 'NOT_FOUND'],
    ['a hall that never was', `timeline?hallId=nowhere&${second}`, 'NOT_FOUND'],
    ['no camera at all', `timeline?${second}`, 'REQUEST_INVALID'],
    ['what is no name', `timeline?cameras=../etc&${second}`, 'REQUEST_INVALID'],
    ['a quarter of a year', `timeline?cameras=cam-1&${span(TEN, TEN + 93 * DAY)}`, 'FOOTAGE_SPAN_TOO_LONG'],
    [
      'ten thousand years',
      'timeline?cameras=cam-1&from=0000-01-01T00:00:00Z&until=9999-12-31T00:00:00Z',
      'FOOTAGE_SPAN_TOO_LONG',
    ],
    [
      '101 cameras',
      `timeline?cameras=${Array.from({ length: 101 }, (_, i) => `c${i}`).join(',')}&${second}`,
      'FOOTAGE_SPAN_TOO_LONG',
    ],
    ['files of a camera that never was', `nobody/segments?${second}`, 'NOT_FOUND'],
    ['what ends before it begins', `cam-1/segments?${span(TEN + 1000, TEN)}`, 'REQUEST_INVALID'],
    ['files of a century', `cam-1/segments?${span(TEN - 36_500 * DAY, TEN)}`, 'FOOTAGE_SPAN_TOO_LONG'],
    ['a number that a run does not have', `cam-1/segments/${RUN}/3`, 'NOT_FOUND'],
    ['a run of another camera', `cam-2/segments/${RUN}/0`, 'NOT_FOUND'],
    ['a way out of the folder', `cam-1/segments/..%2F..%2Fetc/0`, 'REQUEST_INVALID'],
    ['a playlist of more than a day', `cam-1/playlist.m3u8?${span(TEN, TEN + DAY + 1)}`, 'FOOTAGE_SPAN_TOO_LONG'],
    ['a playlist of nothing', `cam-1/playlist.m3u8?${span(TEN + 14_000, TEN + 20_000)}`, 'FOOTAGE_NOT_RECORDED'],
    ['a picture of no time', `cam-1/preview.jpg?at=yesterday`, 'REQUEST_INVALID'],
    ['a picture of the far past', `cam-1/preview.jpg?at=0001-01-01T00:00:00Z`, 'FOOTAGE_NOT_RECORDED'],
    ['a picture of the far future', `cam-1/snapshot.jpg?at=9999-12-31T23:59:59Z`, 'FOOTAGE_NOT_RECORDED'],
    ['a picture of a camera that never was', `nobody/snapshot.jpg?at=${iso(TEN)}`, 'NOT_FOUND'],
  ])('%s', async (_, url, code) => {
    const cookie = await room.test.cookieOf('supervisor');
    expect(await ask(cookie, 'GET', `/api/footage/${url}`)).toBe(code);
  });

  it.each([
    ['a token for more than a day', 'footage/cam-1/token', for_(TEN, TEN + DAY + 1), 'FOOTAGE_SPAN_TOO_LONG'],
    ['a token for a camera that never was', 'footage/nobody/token', for_(TEN, TEN + 1000), 'NOT_FOUND'],
    [
      'a note to a camera that never was',
      'footage/bookmarks',
      { cameraId: 'nobody', at: iso(TEN), note: 'x' },
      'NOT_FOUND',
    ],
    [
      'an export of more than a day',
      'footage/exports',
      { cameraIds: ['cam-1'], ...for_(TEN - DAY, TEN + 1000) },
      'FOOTAGE_SPAN_TOO_LONG',
    ],
    [
      'an export of 17 cameras',
      'footage/exports',
      { cameraIds: Array(17).fill('cam-1'), ...for_(TEN, TEN + 1000) },
      'REQUEST_INVALID',
    ],
    [
      'an export of nothing',
      'footage/exports',
      { cameraIds: ['cam-1'], ...for_(TEN - 2000, TEN - 1000) },
      'FOOTAGE_NOT_RECORDED',
    ],
    [
      'a hold on a camera that never was',
      'storage/holds',
      { cameraId: 'nobody', ...for_(TEN, TEN + 1000), reason: 'x' },
      'NOT_FOUND',
    ],
    [
      'a hold that ends before it begins',
      'storage/holds',
      { cameraId: 'cam-1', ...for_(TEN, TEN - 1), reason: 'x' },
      'REQUEST_INVALID',
    ],
  ])('%s', async (_, url, body, code) => {
    const cookie = await room.test.cookieOf('supervisor');
    expect(await ask(cookie, 'POST', `/api/${url}`, body)).toBe(code);
  });

  it.each([
    ['its timeline', 'GET', `footage/timeline?cameras=cam-1&${second}`],
    ['the timeline of its hall', 'GET', `footage/timeline?hallId=hall-a&${second}`],
    ['its files', 'GET', `footage/cam-1/segments?${second}`],
    ['one of them', 'GET', `footage/cam-1/segments/${RUN}/0`],
    ['one of them, converted', 'GET', `footage/cam-1/segments/${RUN}/0?as=h264`],
    ['its playlist', 'GET', `footage/cam-1/playlist.m3u8?${second}`],
    ['a small picture', 'GET', `footage/cam-1/preview.jpg?at=${iso(TEN)}`],
    ['a whole picture', 'GET', `footage/cam-1/snapshot.jpg?at=${iso(TEN)}`],
    ['a token', 'POST', 'footage/cam-1/token', for_(TEN, TEN + 1000)],
    ['a note', 'POST', 'footage/bookmarks', { cameraId: 'cam-1', at: iso(TEN), note: 'x' }],
    ['an export', 'POST', 'footage/exports', { cameraIds: ['cam-1'], ...for_(TEN, TEN + 1000) }],
    ['a hold', 'POST', 'storage/holds', { cameraId: 'cam-1', ...for_(TEN, TEN + 1000), reason: 'x' }],
  ] as const)(
    'by who has no right to the camera, as if it were not there: %s',
    async (_, method, url, body?: object) => {
      expect(await ask(stranger, method, `/api/${url}`, body)).toBe('NOT_FOUND');
      expect(await ask('', method, `/api/${url}`, body)).toBe('SIGN_IN_REQUIRED');
      expect(
        await ask(await room.test.cookieOf('supervisor'), method, `/api/${url}`, body).catch(() => 'bytes'),
      ).not.toBe('NOT_FOUND');
    },
  );
});
