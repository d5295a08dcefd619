import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { HallDelta } from '#contract/hall-state.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, hall, hallLive, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { alert, next, openStage, summary, type WallSocket } from './stage.ts';

const delta = (waiting: number): HallDelta => ({
  hallId: hall.id,
  revision: 4000 + waiting,
  at: at(TEN),
  queues: [queueRow({ waiting })],
});

describe('realtime', () => {
  let base: TestDatabase;
  let stage: Awaited<ReturnType<typeof openStage>>;

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE account CASCADE');
    stage = await openStage(base);
  });
  afterEach(() => stage.close());

  const refusal = (socket: WallSocket) =>
    new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));

  describe('the handshake', () => {
    it('lets in who is signed in, and says what time it is', async () => {
      const socket = stage.knock(await stage.test.cookieOf('supervisor'));
      expect(await next(socket, 'clock')).toBe(TEN);
    });

    it('refuses others with a code', async () => {
      for (const cookie of ['', 'hallwatch_session=forged', 'other=1']) {
        expect((await refusal(stage.knock(cookie))).data).toMatchObject({ error: { code: 'SIGN_IN_REQUIRED' } });
      }
    });

    it('refuses pages of another site, cookie or not', async () => {
      const cookie = await stage.test.cookieOf('supervisor');
      expect(await refusal(stage.knock(cookie, { origin: 'https://evil.example' }))).toBeTruthy();
    });
  });

  it('gives a wall everything it needs to start', async () => {
    const socket = await stage.join();
    expect(await socket.emitWithAck('wall.open')).toEqual({
      ok: true,
      halls: [hall],
      overview: [summary(0)],
      cameras: [],
      cameraStates: [],
      alerts: [alert],
      silences: [],
      problems: [],
    });
  });

  it('sends an open wall what changes, and nothing to one that is not', async () => {
    const [open, shut] = [await stage.join(), await stage.join()];
    const heard: string[] = [];
    shut.onAny((event: string) => heard.push(event));
    await open.emitWithAck('wall.open');
    const all = Promise.all([
      next(open, 'hall.changed'),
      next(open, 'hall.removed'),
      next(open, 'camera.removed'),
      next(open, 'camera.state'),
      next(open, 'alert.changed'),
      next(open, 'system.problems'),
      next(open, 'overview.changed'),
    ]);
    const condition = { status: 'live' as const, since: new Date(0).toISOString(), reasons: [] };
    const state = { cameraId: 'cam-1', hallId: hall.id, condition, streams: [] };
    stage.parts.overview = [summary(3)];
    stage.hallChanged.emit(hall);
    stage.hallRemoved.emit('hall-b');
    stage.cameraRemoved.emit('cam-9');
    stage.cameraState.emit(state);
    stage.alertChanged.emit(alert);
    stage.test.problems.raise('broker', 'BROKER_UNREACHABLE');
    stage.deltas.emit(delta(3));
    expect(await all).toMatchObject([
      hall,
      'hall-b',
      'cam-9',
      [state],
      alert,
      [{ subject: 'broker', code: 'BROKER_UNREACHABLE' }],
      [summary(3)],
    ]);
    await shut.emitWithAck('hall.unwatch', hall.id);
    expect(heard).toEqual([]);
  });

  it('tells what a camera noticed to those who look at it alone, the first at once and the rest together', async () => {
    const [near, far] = [await stage.join(), await stage.join()];
    const heard: string[] = [];
    far.onAny((name: string) => heard.push(name));
    await near.emitWithAck('camera.watch', 'cam-1');
    const event = (active: boolean): CameraEvent => ({
      ...{ cameraId: 'cam-1', kind: 'motion', topic: 'tns1:Motion', source: 'V1', active },
      ...{ at: at(TEN), initial: false },
    });
    const first = next(near, 'camera.event');
    stage.cameraEvent.emit(event(true));
    expect(await first).toEqual([event(true)]);
    const rest = next(near, 'camera.event');
    for (const active of [false, true, false]) stage.cameraEvent.emit(event(active));
    stage.clock.advance(250);
    expect(await rest).toEqual([event(false), event(true), event(false)]);
    await near.emitWithAck('camera.unwatch', 'cam-1');
    await far.emitWithAck('hall.unwatch', hall.id);
    expect(heard).not.toContain('camera.event');
  });

  describe('a watched hall', () => {
    it('comes as a snapshot and then as deltas that follow it', async () => {
      const socket = await stage.join();
      const { live } = (await socket.emitWithAck('hall.watch', hall.id)) as { live: { revision: number } };
      expect(live).toEqual({ ...hallLive(), revision: 0 });
      const first = next(socket, 'hall.delta');
      stage.deltas.emit(delta(1));
      expect(await first).toEqual({ ...delta(1), revision: 1 });
      const second = next(socket, 'hall.delta');
      stage.deltas.emit(delta(2));
      stage.deltas.emit({ hallId: hall.id, revision: 5000, at: at(TEN + 1), windows: [windowRow()] });
      stage.deltas.emit(delta(3));
      stage.clock.advance(50);
      expect(await second).toEqual({ ...delta(3), windows: [windowRow()], revision: 2 });
    });

    it('is sent to those who watch it, until they leave', async () => {
      const [watcher, other] = [await stage.join(), await stage.join()];
      const heard: number[] = [];
      for (const socket of [watcher, other]) socket.on('hall.delta', ({ revision }) => heard.push(revision));
      await watcher.emitWithAck('hall.watch', hall.id);
      stage.deltas.emit(delta(1));
      await watcher.emitWithAck('hall.unwatch', hall.id);
      stage.clock.advance(1000);
      stage.deltas.emit(delta(2));
      await Promise.all([watcher, other].map((socket) => socket.emitWithAck('hall.unwatch', hall.id)));
      expect(heard).toEqual([1]);
    });

    it('says at most once a second that its forecast or its advice is another', async () => {
      const [watcher, other] = [await stage.join(), await stage.join()];
      const heard: string[] = [];
      other.on('desk.changed', () => heard.push('other'));
      watcher.on('desk.changed', (hallId) => heard.push(hallId));
      await watcher.emitWithAck('hall.watch', hall.id);
      for (let i = 0; i < 3; i += 1) stage.advised.emit(hall.id);
      await Promise.all([watcher, other].map((socket) => socket.emitWithAck('camera.unwatch', 'none')));
      expect(heard).toEqual([hall.id]);
      stage.clock.advance(1000);
      await Promise.all([watcher, other].map((socket) => socket.emitWithAck('camera.unwatch', 'none')));
      expect(heard).toEqual([hall.id, hall.id]);
    });

    it('must be there', async () => {
      const socket = await stage.join();
      expect(await socket.emitWithAck('hall.watch', 'elsewhere')).toMatchObject({ error: { code: 'NOT_FOUND' } });
    });
  });

  it('acts on an alert in the name of who is signed in', async () => {
    const socket = await stage.join();
    expect(await socket.emitWithAck('alert.act', alert.id, { act: 'acknowledge', revision: 1 })).toMatchObject({
      ok: true,
      alert: { status: 'acknowledged', acknowledgedBy: 'supervisor' },
    });
    expect(
      await socket.emitWithAck('alert.act', `${alert.id.slice(0, -1)}W`, { act: 'comment', note: '?' }),
    ).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(stage.acts).toEqual([['acknowledge', 'supervisor']]);
  });

  it('answers what is not as expected with a code, and lives on', async () => {
    const socket = await stage.join();
    const ask = (event: string, ...args: unknown[]) =>
      (socket as unknown as { emitWithAck(event: string, ...args: unknown[]): Promise<unknown> }).emitWithAck(
        event,
        ...args,
      );
    for (const args of [['Not An Id'], [{ $ne: 1 }], [null], [], ['hall-a', 'more']]) {
      expect(await ask('hall.watch', ...args), JSON.stringify(args)).toMatchObject({
        error: { code: 'REQUEST_INVALID' },
      });
    }
    for (const event of ['no.such.command', 'toString', '__proto__']) {
      expect(await ask(event), event).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
    socket.emit('hall.watch', hall.id, undefined as never);
    expect(await ask('hall.watch', hall.id)).toMatchObject({ ok: true });
  });

  it('ends the sockets of a session that is signed out, and of no other', async () => {
    const leaving = await stage.join();
    const staying = stage.knock(await stage.test.cookieOf('administrator'));
    await once(staying as unknown as NodeJS.EventEmitter, 'connect');
    const gone = once(leaving as unknown as NodeJS.EventEmitter, 'disconnect');
    await stage.test.app.inject({
      method: 'DELETE',
      url: '/api/session',
      headers: { cookie: await stage.test.cookieOf('supervisor') },
    });
    expect((await gone)[0]).toBe('io server disconnect');
    expect(staying.connected).toBe(true);
  });

  it('keeps the session of an open wall in use', async () => {
    await stage.join();
    const lastUse = () => base.db.query<{ at: string }>('SELECT last_used_at AS at FROM session');
    stage.clock.advance(5 * 60_000);
    await expect.poll(async () => (await lastUse()).map((row) => row.at)).toContain(at(TEN + 5 * 60_000));
  });
});
