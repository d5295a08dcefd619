import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { ScreenOrder, ScreensSnapshot, ScreenState } from '#contract/screens.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, hall, TEN } from '../../helpers/hall-fixture.ts';
import { alert, next, openStage, type WallSocket } from './stage.ts';

const facts = { width: 1920, height: 1080, ratio: 1, visible: true, awake: true };
const left = { group: 'east', name: '1' };
const right = { group: 'east', name: '2' };
const drive = { severity: 'red' as const, hallIds: null, show: 'hall' as const, forSec: 60, everySec: 10 };
const red = { ...alert, severity: 'red' as const, raisedAt: at(TEN), severityAt: at(TEN) };

describe('screens of the wall and their console', () => {
  let base: TestDatabase;
  let stage: Awaited<ReturnType<typeof openStage>>;

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE account, wall_screen, wall_drive CASCADE');
    stage = await openStage(base);
  });
  afterEach(() => stage.close());

  /** A browser that is a screen: what it was told to paint, and says at once that it has. */
  async function openScreen(ref: typeof left, paints = true) {
    const socket = await stage.join('hall-manager');
    const orders: ScreenOrder[] = [];
    socket.on('screen.show', (order, painted) => {
      orders.push(order);
      if (paints) painted();
    });
    expect(await socket.emitWithAck('screen.join', ref, facts)).toMatchObject({ ok: true });
    return { socket, orders, title: () => orders.at(-1)?.title.en };
  }
  const watch = async (console: WallSocket) =>
    (await console.emitWithAck('screens.watch')) as unknown as ScreensSnapshot;
  const stateOf = async (console: WallSocket, { name }: typeof left): Promise<ScreenState> =>
    (await watch(console)).screens.find((screen) => screen.name === name)!;

  it('are seen, told what to show, swapped, and come back as they were', async () => {
    const [one, two] = [await openScreen(left), await openScreen(right)];
    const console = await stage.join();
    expect((await watch(console)).screens).toMatchObject([
      { ...left, online: true, username: 'hall-manager', facts, show: { kind: 'scene', sceneId: 'overview' } },
      { ...right, online: true },
    ]);
    const told = next(console, 'screens.changed');
    const pushed = await console.emitWithAck('screen.push', left, { kind: 'hall', hallId: hall.id });
    expect(pushed).toMatchObject({ ok: true, painting: { state: 'painted' } });
    expect(one.title()).toBe(hall.name.en);
    stage.clock.advance(100);
    expect(await told).toContainEqual(expect.objectContaining({ ...left, show: { kind: 'hall', hallId: hall.id } }));

    await console.emitWithAck('screen.swap', left, right);
    expect([one.title(), two.title()]).toEqual(['All halls', hall.name.en]);

    two.socket.disconnect();
    await expect.poll(async () => (await stateOf(console, right)).online).toBe(false);
    const away = await console.emitWithAck('screen.push', right, { kind: 'hall', hallId: hall.id });
    expect(away).toMatchObject({ painting: { state: 'away' } });
    const again = await openScreen(right);
    await expect.poll(again.title).toBe(hall.name.en);
  });

  it('keep what they show, their locks and their drives when the server starts anew', async () => {
    await openScreen(left);
    const console = await stage.join();
    await console.emitWithAck('screen.push', left, { kind: 'hall', hallId: hall.id });
    await console.emitWithAck('screen.drive', left, drive);
    await console.emitWithAck('screen.lock', left, true);
    await stage.close();
    await base.db.query('TRUNCATE account CASCADE');
    stage = await openStage(base);
    expect((await watch(await stage.join())).screens).toMatchObject([
      { ...left, online: false, show: { kind: 'hall' }, drive, order: { lockedBy: 'supervisor' } },
    ]);
  });

  it('of one name: the newer takes over, and the older says so', async () => {
    const older = await openScreen(left);
    const gone = next(older.socket, 'screen.replaced');
    const newer = await openScreen(left);
    await gone;
    await expect.poll(newer.title).toBe('All halls');
    older.socket.disconnect();
    const console = await stage.join();
    expect(await stateOf(console, left)).toMatchObject({ online: true });
  });

  it('are changed only by those who may, and by nobody else while locked', async () => {
    const one = await openScreen(left);
    expect(await one.socket.emitWithAck('screens.watch')).toMatchObject({ error: { code: 'FORBIDDEN' } });
    const [mine, other] = [await stage.join(), await stage.join('administrator')];
    await mine.emitWithAck('screen.lock', left, true);
    const show = { kind: 'hall' as const, hallId: hall.id };
    expect(await other.emitWithAck('screen.push', left, show)).toMatchObject({ error: { code: 'SCREEN_LOCKED' } });
    expect(await mine.emitWithAck('screen.push', left, show)).toMatchObject({ ok: true });
    expect(await mine.emitWithAck('screen.push', right, show)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const gone = { kind: 'camera' as const, cameraId: 'gone' };
    expect(await mine.emitWithAck('screen.push', left, gone)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('are driven by a grave alert for a while, then show their own again; a lock keeps alerts away', async () => {
    const [one, two] = [await openScreen(left), await openScreen(right)];
    const console = await stage.join();
    await console.emitWithAck('screen.drive', { group: 'east', name: null }, drive);
    stage.alertChanged.emit({ ...red, severity: 'yellow' });
    stage.alertChanged.emit(red);
    await expect.poll(one.title).toBe(hall.name.en);
    expect(one.orders.at(-1)?.driven).toEqual({ alertId: red.id, alert: red, until: at(TEN + 60_000) });
    expect(two.title()).toBe('All halls');
    stage.clock.advance(60_000);
    await expect.poll(one.title).toBe('All halls');

    await console.emitWithAck('screen.lock', left, true);
    stage.alertChanged.emit({ ...red, id: '01ARZ3NDEKTSV4RRFFQ69G5FAW', severityAt: at(TEN + 60_000) });
    await expect.poll(two.title).toBe(hall.name.en);
    expect(one.title()).toBe('All halls');
  });

  it('that an alert drives show it again after a restart of their own and of the server, until its time is over', async () => {
    const one = await openScreen(left);
    const console = await stage.join();
    await console.emitWithAck('screen.drive', left, drive);
    stage.openAlerts.push(red);
    stage.alertChanged.emit(red);
    await expect.poll(one.title).toBe(hall.name.en);
    const driven = { alertId: red.id, alert: red, until: at(TEN + 60_000) };

    one.socket.disconnect();
    await expect.poll(async () => (await stateOf(console, left)).online).toBe(false);
    const again = await openScreen(left);
    await expect.poll(() => again.orders.at(-1)?.driven).toEqual(driven);

    await stage.close();
    await base.db.query('TRUNCATE account CASCADE');
    stage = await openStage(base);
    stage.openAlerts.push(red);
    const anew = await openScreen(left);
    await expect.poll(() => anew.orders.at(-1)?.driven).toEqual(driven);
    stage.clock.advance(60_000);
    await expect.poll(anew.title).toBe('All halls');
  });
});
