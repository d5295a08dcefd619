import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MaskRegion } from '#contract/privacy.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { privacyRoutes } from '../../../server/features/privacy/routes.ts';
import { PrivacyService } from '../../../server/features/privacy/service.ts';
import { staffNoticeRoutes } from '../../../server/features/privacy/staff-notice-routes.ts';
import { StaffNotices } from '../../../server/features/privacy/staff-notices.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

let base: TestDatabase;
let test: TestApp;
let privacy: PrivacyService;
const region: MaskRegion = { x: 0.1, y: 0.1, width: 0.2, height: 0.2 };

beforeAll(async () => {
  base = await openTestDatabase();
  test = await openTestApp({
    db: base.db,
    hallOf: { camera: (id) => (id === 'cam-1' ? 'hall-a' : undefined) },
    routes: (app, { clock, accounts }) => {
      const mayLift = (owner: { account: string; sessionId: string }) => accounts.rightsOf(owner).may('camera.unmask');
      privacy = new PrivacyService({ db: base.db, clock, log, mayLift });
      privacyRoutes(app, { privacy });
      staffNoticeRoutes(app, { staffNotices: new StaffNotices({ db: base.db, clock }) });
    },
  });
});
afterAll(async () => {
  await test.close();
  await base.close();
});

async function call(
  role: 'administrator' | 'supervisor' | 'hall-manager',
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  payload?: object,
) {
  const headers = { cookie: await test.cookieOf(role) };
  const answer = await test.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
}

it('masks are told to all, and cover for whoever may not lift them, over a restart as well', async () => {
  const changed: string[] = [];
  privacy.changed.on((id) => changed.push(id));
  const put = (regions: unknown[]) =>
    call('administrator', 'PUT', '/api/cameras/cam-1/privacy', { purpose: '窗口', regions });
  expect((await put([{ ...region, x: 0.9 }])).status).toBe(400);
  expect((await put([region])).body).toEqual({ cameraId: 'cam-1', purpose: '窗口', regions: [region], covered: false });
  expect(changed).toEqual(['cam-1']);
  expect((await call('hall-manager', 'PUT', '/api/cameras/cam-1/privacy', { purpose: '', regions: [] })).status).toBe(
    403,
  );
  const seen = async (role: 'supervisor' | 'hall-manager') =>
    (await call(role, 'GET', '/api/privacy/cameras')).body.map(({ covered }: { covered: boolean }) => covered);
  expect([await seen('supervisor'), await seen('hall-manager')]).toEqual([[false], [true]]);
  privacy.stop();
  expect(privacy.regionsOf('cam-1')).toEqual([]);
  await privacy.start();
  expect(await seen('hall-manager')).toEqual([true]);
  // a session that is over lifts nothing
  expect(privacy.coveredFor({ account: 'supervisor', sessionId: 'over' }, 'cam-1')).toEqual([region]);
});

it('staff are told version by version, and each is acknowledged by whoever has read it', async () => {
  const at = '/api/staff-notice';
  expect((await call('supervisor', 'GET', at)).body).toEqual({ notice: null, acknowledgedAt: null });
  const publish = (text: string) => call('administrator', 'POST', at, { text: { zh: text, en: text } });
  const first = (await publish('one')).body.version;
  const acknowledge = (version: number) => call('supervisor', 'POST', `${at}/acknowledgements`, { version });
  expect((await acknowledge(first)).status).toBe(204);
  expect((await acknowledge(first)).status).toBe(204);
  expect((await call('supervisor', 'GET', at)).body.acknowledgedAt).not.toBeNull();
  const second = (await publish('two')).body.version;
  expect((await call('supervisor', 'GET', at)).body).toMatchObject({
    notice: { version: second },
    acknowledgedAt: null,
  });
  expect((await acknowledge(first)).status).toBe(409);
  expect((await call('administrator', 'GET', `${at}/versions`)).body).toMatchObject([
    { version: second, acknowledged: 0, publishedBy: 'administrator' },
    { version: first, acknowledged: 1, text: { en: 'one' } },
  ]);
  expect((await call('supervisor', 'POST', at, { text: { zh: 'x', en: 'x' } })).status).toBe(403);
});
