import mqtt from 'mqtt';
import { ulid } from 'ulid';
import { afterEach, expect, it } from 'vitest';
import type { Problem } from '#contract/system.ts';
import type { DeadLetter, Terminal } from '#contract/terminals.ts';
import { openTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { startHallwatch, type RestClient } from '../helpers/hallwatch.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { KioskFleet } from '../helpers/kiosk-fleet.ts';
import { patientWithUs, startMosquitto, type Mosquitto } from '../helpers/mosquitto.ts';
import { ServerProcess } from '../helpers/server-process.ts';

const DEVICES = Array.from({ length: 20 }, (_, i) => `k${i}`);
const EVENTS = 4_000;
const PREFIX = 'gsh/v1/bench/hall/kiosk';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startAll() {
  const database = await openTestDatabase();
  ends.push(() => database.close());
  const mosquitto = await startMosquitto(patientWithUs);
  ends.push(() => mosquitto.kill());
  const env = { DATABASE_URL: database.url, MQTT_URL: mosquitto.url, HALLWATCH_INGEST: 'beside' };
  const hallwatch = await startHallwatch({ env });
  ends.push(() => hallwatch.stop());
  await addHall(hallwatch.rest, 'hall', windowIds(1));
  for (const deviceId of DEVICES) {
    await hallwatch.rest.call('POST', '/api/terminals', { hallId: 'hall', kind: 'kiosk', deviceId, windowId: null });
  }
  return { database, mosquitto, env, hallwatch };
}

async function ingest(name: string, env: Record<string, string>): Promise<ServerProcess> {
  const process = new ServerProcess(env, ['ingest.ts', name]);
  ends.push(() => process.stop('SIGKILL'));
  await process.says(/Ingest \S+ runs/);
  return process;
}

function fleetAt(mosquitto: Mosquitto): KioskFleet {
  const fleet = new KioskFleet({
    ...{ url: mosquitto.url, prefix: PREFIX, devices: DEVICES },
    eventsEach: EVENTS / DEVICES.length,
  });
  ends.push(() => fleet.stop());
  return fleet;
}

const storedIds = async ({ db }: TestDatabase) =>
  (await db.query<{ id: string }>('SELECT event_id AS id FROM terminal_event ORDER BY 1')).map(({ id }) => id);
const present = async ({ db }: TestDatabase) =>
  (await db.query<{ name: string }>('SELECT name FROM terminal_ingest ORDER BY 1')).map(({ name }) => name);
const problems = async (rest: RestClient) =>
  (await rest.call<Problem[]>('GET', '/api/problems')).map(({ code, detail }) => [code, detail]);
const spooled = async ({ db }: TestDatabase) =>
  (await db.query<{ n: number }>('SELECT count(*) AS n FROM terminal_spool'))[0]!.n;
const patience = { timeout: 60_000, interval: 250 };

it('of two ingest processes one is killed, then the server: every acknowledged event is there once', async () => {
  const { database, mosquitto, env, hallwatch } = await startAll();
  const first = await ingest('a', env);
  await ingest('b', env);
  await expect.poll(() => present(database), patience).toEqual(['a', 'b']);
  const fleet = fleetAt(mosquitto);
  const said = fleet.run();
  await fleet.until(EVENTS * 0.25);
  await first.stop('SIGKILL');
  await expect.poll(() => problems(hallwatch.rest), patience).toContainEqual(['INGEST_AWAY', 'a']);
  await fleet.until(EVENTS * 0.5);
  await ingest('a', env);
  await expect
    .poll(async () => (await problems(hallwatch.rest)).map(([code]) => code), patience)
    .not.toContain('INGEST_AWAY');
  await hallwatch.server.stop('SIGKILL');
  await said;
  // while no server runs, ingest processes go on
  await expect
    .poll(async () => (await spooled(database)) + (await storedIds(database)).length, patience)
    .toBeGreaterThanOrEqual(EVENTS);
  const again = await startHallwatch({ dataDir: hallwatch.dataDir, env });
  ends.push(() => again.server.stop());
  await expect.poll(() => storedIds(database), patience).toEqual(fleet.acknowledged.toSorted());
  await expect.poll(() => spooled(database), patience).toBe(0);
}, 180_000);

it('one that ends leaves its share to the others, and what is no event is heard by the server or shown', async () => {
  const { database, mosquitto, env, hallwatch } = await startAll();
  const first = await ingest('a', env);
  await ingest('b', env);
  await expect.poll(() => present(database), patience).toEqual(['a', 'b']);
  await first.stop();
  expect(await present(database)).toEqual(['b']);
  const device = await mqtt.connectAsync(mosquitto.url);
  ends.push(() => device.endAsync(true));
  const status = JSON.stringify({ v: 1, id: ulid(), seq: 0, sid: 's1', ts: new Date().toISOString(), online: true });
  await device.publishAsync(`${PREFIX}/k0/status`, status, { qos: 1, retain: true });
  await device.publishAsync('gsh/v1/nowhere', '{}', { qos: 1 });
  const fleet = fleetAt(mosquitto);
  await fleet.run();
  await expect.poll(() => storedIds(database), patience).toEqual(fleet.acknowledged.toSorted());
  const ask = <T>(path: string) => hallwatch.rest.call<T[]>('GET', `/api/terminals${path}`);
  const letters = async () => (await ask<DeadLetter>('/dead-letters')).map(({ topic, code }) => ({ topic, code }));
  await expect.poll(letters, patience).toEqual([{ topic: 'gsh/v1/nowhere', code: 'TOPIC_INVALID' }]);
  expect((await ask<Terminal>('')).find(({ deviceId }) => deviceId === 'k0')).toMatchObject({ link: 'online' });
}, 120_000);
