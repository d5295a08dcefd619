import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock as clock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import type { TerminalClient } from '../../../devices/terminals/terminal-client.ts';
import { brokers, device, first, House, type Broker } from './house.ts';

const PER_DEVICE = 250;
const devices = [
  ['caller', 'w01'],
  ['caller', 'w02'],
  ['kiosk', 'k1'],
  ['rater', 'w01'],
] as const;

/** A database of its own, because this one is killed. */
describe('the database killed while terminals speak', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallwatch-loss-'));
  const server = new EmbeddedDatabase({ dataDir: folder, log, clock });
  let db: PoolDatabase;
  let broker: Broker;
  let house: House;
  let clients: TerminalClient[] = [];

  beforeAll(async () => {
    const { url } = await server.start();
    await migrate({ url, log });
    db = createPool({ url, log });
    await db.start();
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.disconnect({ graceful: false })));
    await house.stop();
    await broker.stop();
    await db.query('TRUNCATE terminal, terminal_event');
    await db.query('TRUNCATE region CASCADE');
  });
  afterAll(async () => {
    await db.stop();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const killDatabase = () => {
    const [pid] = readFileSync(join(folder, 'database/cluster/postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  };

  it.each(['embedded', 'mosquitto'] as const)('loses and doubles nothing, over the %s broker', async (kind) => {
    broker = await brokers[kind]();
    house = new House(db, broker);
    await house.start();
    await house.furnish();
    clients = devices.map(([kindOfDevice, id]) => device(broker, kindOfDevice, id));
    await Promise.all(clients.map((client) => client.connect()));

    const told: string[] = [];
    const half = first(house.terminals.event, () => told.length === (PER_DEVICE * devices.length) / 2);
    house.terminals.event.on(({ id }) => told.push(id));
    const speak = (i: number) => {
      const ticket = { tid: `t${i}`, no: `A${i}`, queue: 'soc' };
      clients[0]!.event({ type: 'ticket.called', ...ticket, window: 'w01' });
      clients[1]!.event({ type: 'ticket.skipped', ...ticket, window: 'w02' });
      clients[2]!.event({ type: 'ticket.issued', ...ticket });
      clients[3]!.event({ type: 'rating.timeout', tid: ticket.tid, window: 'w01' });
    };
    for (let i = 0; i < PER_DEVICE; i += 1) speak(i);
    await half;
    killDatabase();
    await Promise.all(clients.map((client) => client.drained()));
    await expect.poll(() => told.length, { timeout: 25_000 }).toBe(PER_DEVICE * devices.length);

    // Everything may have been stored before the kill struck: then nobody has waited for the database to be back.
    const isBack = () =>
      db.query('SELECT 1').then(
        () => true,
        () => false,
      );
    await expect.poll(isBack, { timeout: 25_000 }).toBe(true);
    const stored = await db.query<{ event_id: string }>('SELECT event_id FROM terminal_event');
    expect(stored).toHaveLength(PER_DEVICE * devices.length);
    expect(new Set(stored.map(({ event_id }) => event_id))).toEqual(new Set(told));
    expect(house.hallStates.live(hall.id)!.queues[0]).toMatchObject({ issuedToday: PER_DEVICE, waiting: 0 });
  });
});
