import type { Socket as TcpSocket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HallDelta } from '#contract/hall-state.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { at, hall, TEN, windowRow } from '../../helpers/hall-fixture.ts';
import { openStage, type WallSocket } from './stage.ts';

/** Large, so that a connection that nobody reads fills up soon. */
const delta: HallDelta = {
  hallId: hall.id,
  revision: 0,
  at: at(TEN),
  windows: Array.from({ length: 40 }, (_, i) => windowRow({ windowId: `w${i}`, pauseReason: 'x'.repeat(2000) })),
};
const SIZE = JSON.stringify(delta).length;

/** The TCP connection under a socket: whoever pauses it reads nothing any more. */
function tcpOf(socket: WallSocket): TcpSocket {
  const { transport } = socket.io.engine as unknown as { transport: { ws: { _socket: TcpSocket } } };
  return transport.ws._socket;
}

describe('a slow client', () => {
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

  const turn = () => new Promise((resolve) => setImmediate(resolve));
  async function tellMuch(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      stage.deltas.emit(delta);
      stage.clock.advance(50);
      await turn();
    }
  }
  async function skipped(): Promise<number> {
    const { values } = await stage.metrics.getSingleMetric('hallwatch_hall_deltas_total')!.get();
    return values.find(({ labels }) => labels.result === 'skipped')?.value ?? 0;
  }

  it('misses deltas instead of filling the memory, and is told to watch again', async () => {
    const socket = await stage.join();
    const revisions: number[] = [];
    socket.on('hall.delta', ({ revision }) => revisions.push(revision));
    await socket.emitWithAck('hall.watch', hall.id);
    tcpOf(socket).pause();
    let told = 0;
    while ((await skipped()) === 0) {
      await tellMuch(20);
      told += 20;
      // the kernel takes some megabytes; what it does not take must not stay with us
      expect(told * SIZE).toBeLessThan(64 * 1024 * 1024);
    }
    await tellMuch(50);
    tcpOf(socket).resume();
    const gap = () => revisions.findIndex((revision, i) => i > 0 && revision > revisions[i - 1]! + 1);
    await expect.poll(gap).toBeGreaterThan(0);
    const { live } = (await socket.emitWithAck('hall.watch', hall.id)) as { live: { revision: number } };
    const before = revisions.length;
    await tellMuch(1);
    await expect.poll(() => revisions.length).toBeGreaterThan(before);
    expect(revisions.at(-1)).toBe(live.revision + 1);
  });

  it('does not hold up the others', async () => {
    const [slow, quick] = [await stage.join(), await stage.join()];
    let heard = 0;
    quick.on('hall.delta', () => (heard += 1));
    for (const socket of [slow, quick]) await socket.emitWithAck('hall.watch', hall.id);
    tcpOf(slow).pause();
    for (let i = 1; i <= 200; i++) {
      await tellMuch(1);
      if (i % 20 === 0) await expect.poll(() => heard).toBeGreaterThanOrEqual(i);
    }
    expect(await skipped()).toBe(1);
    tcpOf(slow).resume();
  });

  it('is cut off when what it must not miss piles up, and can come back', async () => {
    const socket = await stage.join();
    await socket.emitWithAck('wall.open');
    tcpOf(socket).pause();
    const large = { ...hall, address: 'x'.repeat(256 * 1024) };
    const open = async () => (await stage.metrics.getSingleMetric('hallwatch_sockets')!.get()).values[0]!.value;
    for (let told = 0; (await open()) > 0; told++) {
      expect(told).toBeLessThan(200);
      stage.hallChanged.emit(large);
      await turn();
    }
    tcpOf(socket).destroy();
    const again = await stage.join();
    expect(await again.emitWithAck('wall.open')).toMatchObject({ ok: true });
  });
});
