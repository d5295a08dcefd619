import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { freePort, startHallwatch } from '../helpers/hallwatch.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { embeddedDatabaseOf, KioskFleet } from '../helpers/kiosk-fleet.ts';

const DEVICES = 200;
/** `EVENTS=200000 npm test -- integration every-event` takes its time. */
const EVENTS = Number(process.env['EVENTS'] ?? 20_000);
/** At these shares of the whole something is killed, in turn. */
const KILLS = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9];

it('two hundred terminals lose nothing while server, broker and database are killed in turn', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-every-event-'));
  const mqttPort = await freePort();
  const start = () => startHallwatch({ dataDir, mqttPort, env: { HALLWATCH_LOG_LEVEL: 'warn' } });
  let hallwatch = await start();
  const devices = Array.from({ length: DEVICES }, (_, i) => `k${i}`);
  await addHall(hallwatch.rest, 'hall', windowIds(1));
  for (const deviceId of devices) {
    await hallwatch.rest.call('POST', '/api/terminals', { hallId: 'hall', kind: 'kiosk', deviceId, windowId: null });
  }
  const { mqttUrl: url } = hallwatch;
  const fleet = new KioskFleet({ url, prefix: 'gsh/v1/bench/hall/kiosk', devices, eventsEach: EVENTS / DEVICES });
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

    const client = new pg.Client(embeddedDatabaseOf(dataDir).url);
    await client.connect();
    const { rows } = await client.query<{ event_id: string }>('SELECT event_id FROM terminal_event ORDER BY event_id');
    await client.end();
    // Sorted, so that one comparison says both: none is missing, and none is there twice.
    expect(rows.length).toBe(EVENTS);
    expect(rows.map(({ event_id }) => event_id)).toEqual(fleet.acknowledged.toSorted());
  } finally {
    await fleet.stop();
    await hallwatch.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}, 900_000);
