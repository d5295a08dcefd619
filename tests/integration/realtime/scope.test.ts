import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall, hallLive } from '../../helpers/hall-fixture.ts';
import { alert, next, openStage, summary } from './stage.ts';

let base: TestDatabase;
let stage: Awaited<ReturnType<typeof openStage>>;

beforeAll(async () => {
  base = await openTestDatabase();
  stage = await openStage(base);
  await stage.test.cookieOf('administrator');
});
afterAll(async () => {
  await stage.close();
  await base.close();
});

it('a wall of another hall gets no row, no event and no hint of this one', async () => {
  const [own, foreign] = [await stage.joinOf('here', hall.id), await stage.joinOf('there', 'hall-elsewhere')];
  expect(await own.emitWithAck('wall.open')).toMatchObject({ halls: [hall], overview: [summary(0)], alerts: [alert] });
  expect(await foreign.emitWithAck('wall.open')).toEqual({
    ...{ ok: true, halls: [], overview: [], cameras: [], cameraStates: [], alerts: [], silences: [], problems: [] },
  });

  const heard: string[] = [];
  foreign.onAny((event: string) => heard.push(event));
  const all = Promise.all([next(own, 'hall.changed'), next(own, 'alert.changed'), next(own, 'camera.state')]);
  stage.hallChanged.emit(hall);
  stage.alertChanged.emit(alert);
  stage.cameraState.emit({ cameraId: 'cam', hallId: hall.id } as Parameters<typeof stage.cameraState.emit>[0]);
  await all;

  const [seen, nowhere] = [
    await foreign.emitWithAck('hall.watch', hall.id),
    await foreign.emitWithAck('hall.watch', 'nowhere'),
  ];
  expect(seen).toEqual(JSON.parse(JSON.stringify(nowhere).replaceAll('nowhere', hall.id)));
  expect(await own.emitWithAck('hall.watch', hall.id)).toMatchObject({ live: { hallId: hallLive().hallId } });
  const act = { act: 'acknowledge', revision: 1 } as const;
  expect(await foreign.emitWithAck('alert.act', alert.id, act)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await foreign.emitWithAck('camera.watch', 'cam')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  // an answer comes after whatever was sent before it
  expect(heard).toEqual([]);
});

it('is cut when the rights of its account change, and not when those of others do', async () => {
  const [li, wang] = [await stage.joinOf('li', hall.id), await stage.joinOf('wang', hall.id)];
  const cut = once(li as unknown as NodeJS.EventEmitter, 'disconnect');
  stage.test.accounts.access.put('li', []);
  await cut;
  expect(await wang.emitWithAck('wall.open')).toMatchObject({ halls: [hall] });
});
