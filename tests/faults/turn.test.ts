import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openTestDatabase } from '../helpers/database.ts';
import { startHallwatch } from '../helpers/hallwatch.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { KioskFleet } from '../helpers/kiosk-fleet.ts';
import { patientWithUs, startMosquitto } from '../helpers/mosquitto.ts';
import { ServerProcess } from '../helpers/server-process.ts';

const DEVICES = Array.from({ length: 20 }, (_, i) => `k${i}`);
const EVENTS = 4_000;

it('of two servers on one database and one broker the second goes on where the first was killed', async () => {
  const database = await openTestDatabase();
  const mosquitto = await startMosquitto(patientWithUs);
  const waitersFolder = await mkdtemp(path.join(tmpdir(), 'hallwatch-turn-'));
  const env = { DATABASE_URL: database.url, MQTT_URL: mosquitto.url };
  const first = await startHallwatch({ env });
  await copyFile(path.join(first.dataDir, 'secret.key'), path.join(waitersFolder, 'secret.key'));
  const second = new ServerProcess({ ...env, HALLWATCH_DATA: waitersFolder, HALLWATCH_LOG_LEVEL: 'info' });
  await addHall(first.rest, 'hall', windowIds(1));
  for (const deviceId of DEVICES) {
    await first.rest.call('POST', '/api/terminals', { hallId: 'hall', kind: 'kiosk', deviceId, windowId: null });
  }
  const fleet = new KioskFleet({
    ...{ url: mosquitto.url, prefix: 'gsh/v1/bench/hall/kiosk', devices: DEVICES },
    eventsEach: EVENTS / DEVICES.length,
  });
  try {
    await second.says(/waits for its turn/);
    const said = fleet.run();
    await fleet.until(EVENTS / 2);
    await first.server.stop('SIGKILL');
    await second.address();
    await said;

    const seqs = () =>
      database.db.query<{ device: string; seqs: number[] }>(
        `SELECT device_id AS device, array_agg(seq::int ORDER BY position) AS seqs FROM terminal_event GROUP BY 1`,
      );
    const stored = async () => (await seqs()).reduce((sum, row) => sum + row.seqs.length, 0);
    await expect.poll(stored).toBeGreaterThanOrEqual(EVENTS);
    // In the order in which each device said them, each once.
    const inOrder = Array.from({ length: EVENTS / DEVICES.length }, (_, seq) => seq);
    for (const row of await seqs()) expect(row.seqs, row.device).toEqual(inOrder);
  } finally {
    await fleet.stop();
    await second.stop();
    await first.stop();
    await mosquitto.kill();
    await rm(waitersFolder, { recursive: true, force: true });
    await database.close();
  }
});
