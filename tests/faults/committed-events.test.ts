import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HallLive } from '#contract/hall-state.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { freePort, startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';

/** Tickets are issued by a kiosk that keeps what was not acknowledged, while the server is killed under it. */
describe('a server killed while terminals speak', () => {
  let dataDir: string;
  let hallwatch: RunningHallwatch;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-killed-'));
  });
  afterAll(async () => {
    await hallwatch?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('comes up clean, with every event that was acknowledged, and none twice', async () => {
    const mqttPort = await freePort();
    hallwatch = await startHallwatch({ dataDir, mqttPort });
    await addHall(hallwatch.rest, 'hall', windowIds(2));
    await hallwatch.rest.call('POST', '/api/terminals', {
      hallId: 'hall',
      kind: 'kiosk',
      deviceId: 'k1',
      windowId: null,
    });

    const ulid = monotonicFactory();
    const client = await mqtt.connectAsync(hallwatch.mqttUrl, { clientId: 'k1', clean: true, reconnectPeriod: 100 });
    let acknowledged = 0;
    let published = 0;
    const publish = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const number = (published += 1);
        const event = {
          ...{ v: 1, id: ulid(), seq: number, sid: 's1', ts: new Date().toISOString() },
          ...{ type: 'ticket.issued', tid: `t${number}`, no: `A${number}`, queue: 'q' },
        };
        // mqtt.js keeps a QoS 1 message until it is acknowledged, across reconnections, and sends it again.
        client.publish('gsh/v1/bench/hall/kiosk/k1/evt', JSON.stringify(event), { qos: 1 }, (error) => {
          if (error) return reject(error);
          acknowledged += 1;
          resolve();
        });
      });

    const burst = Array.from({ length: 400 }, publish);
    await Promise.race(burst);
    await hallwatch.server.stop('SIGKILL');
    const acknowledgedBeforeKill = acknowledged;
    expect(acknowledgedBeforeKill).toBeGreaterThan(0);

    hallwatch = await startHallwatch({ dataDir, mqttPort });
    const issued = async () =>
      (await hallwatch.rest.call<HallLive>('GET', '/api/halls/hall/live')).queues[0]!.issuedToday;
    expect(await issued()).toBeGreaterThanOrEqual(acknowledgedBeforeKill);

    await Promise.all(burst);
    await expect.poll(issued, { timeout: 10_000 }).toBe(400);
    await client.endAsync();
  });
});
