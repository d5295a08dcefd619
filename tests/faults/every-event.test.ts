import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { decodeTime } from 'ulid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort, startHallwatch, type RestClient } from '../helpers/hallwatch.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { embeddedDatabaseOf, KioskFleet } from '../helpers/kiosk-fleet.ts';
import { patientWithUs, startMosquitto } from '../helpers/mosquitto.ts';

const DEVICES = 200;
/** `EVENTS=200000 npm test -- integration every-event` takes its time. */
const EVENTS = Number(process.env['EVENTS'] ?? 20_000);
/** At these shares of the whole something is killed, in turn. */
const KILLS = [0.2, 0.4, 0.6, 0.8];
/** Mosquitto counts whole seconds, so that an interval of one may last two; the rest is for a busy machine. */
const UNSAVED_MS = 5_000;
const patience = { timeout: 120_000, interval: 1_000 };

const devices = Array.from({ length: DEVICES }, (_, i) => `k${i}`);
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-every-event-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function furnish(rest: RestClient): Promise<void> {
  await addHall(rest, 'hall', windowIds(1));
  for (const deviceId of devices) {
    await rest.call('POST', '/api/terminals', { hallId: 'hall', kind: 'kiosk', deviceId, windowId: null });
  }
}

const fleetAt = (url: string) =>
  new KioskFleet({ url, prefix: 'gsh/v1/bench/hall/kiosk', devices, eventsEach: EVENTS / DEVICES });

/** Ids in the log, sorted; one that is there twice is told twice. */
async function storedIds(): Promise<string[]> {
  const client = new pg.Client(embeddedDatabaseOf(dataDir).url);
  await client.connect();
  const { rows } = await client.query<{ event_id: string }>('SELECT event_id FROM terminal_event ORDER BY event_id');
  await client.end();
  return rows.map(({ event_id }) => event_id);
}

it('two hundred terminals lose nothing while server, broker and database are killed in turn', async () => {
  const mqttPort = await freePort();
  const start = () => startHallwatch({ dataDir, mqttPort, env: { HALLWATCH_LOG_LEVEL: 'warn' } });
  let hallwatch = await start();
  await furnish(hallwatch.rest);
  const fleet = fleetAt(hallwatch.mqttUrl);
  try {
    const said = fleet.run();
    for (const [turn, share] of KILLS.entries()) {
      await fleet.until(EVENTS * share);
      if (turn % 2 === 0) {
        process.kill(embeddedDatabaseOf(dataDir).pid, 'SIGKILL');
      } else {
        // The broker lives in the server and dies with it.
        await hallwatch.server.stop('SIGKILL');
        hallwatch = await start();
      }
    }
    await said;
    // Sorted, so that one comparison says both: none is missing, and none is there twice.
    expect(await storedIds()).toEqual(fleet.acknowledged.toSorted());
  } finally {
    await fleet.stop();
    await hallwatch.stop();
  }
}, 900_000);

/**
 * With a broker of others the promise to the device reaches as far as that broker's disk. Mosquitto 2 acknowledges first
 * and saves once in `autosave_interval`: what it acknowledged since dies with it when it is killed, and nothing else.
 * `BROKER=mosquitto npm test -- integration every-event`.
 */
it.runIf(process.env['BROKER'] === 'mosquitto')(
  'behind Mosquitto they lose what it had not saved when it was killed, and nothing else',
  async () => {
    const mosquitto = await startMosquitto([...patientWithUs, 'autosave_interval 1']);
    const env = { HALLWATCH_LOG_LEVEL: 'warn', MQTT_URL: mosquitto.url };
    let hallwatch = await startHallwatch({ dataDir, env });
    await furnish(hallwatch.rest);
    const fleet = fleetAt(mosquitto.url);
    const brokerKilledAt: number[] = [];
    try {
      const said = fleet.run();
      for (const [turn, share] of KILLS.entries()) {
        await fleet.until(EVENTS * share);
        if (turn % 3 === 0) process.kill(embeddedDatabaseOf(dataDir).pid, 'SIGKILL');
        else if (turn % 3 === 1) {
          await hallwatch.server.stop('SIGKILL');
          hallwatch = await startHallwatch({ dataDir, env });
        } else {
          brokerKilledAt.push(Date.now());
          await mosquitto.restart();
        }
      }
      await said;
      const isOwed = (id: string) =>
        !brokerKilledAt.some((at) => decodeTime(id) <= at && decodeTime(id) > at - UNSAVED_MS);
      const owed = new Set(fleet.acknowledged.filter(isOwed));
      await expect.poll(async () => (await storedIds()).filter((id) => owed.has(id)).length, patience).toBe(owed.size);
      const stored = await storedIds();
      expect(stored.length).toBe(new Set(stored).size);
      console.log(`${fleet.acknowledged.length - stored.length} of ${EVENTS} died with Mosquitto unsaved`);
    } finally {
      await fleet.stop();
      await hallwatch.stop();
      await mosquitto.kill();
    }
  },
  900_000,
);
