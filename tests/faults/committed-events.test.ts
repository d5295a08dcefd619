import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertPage } from '#contract/alert-history.ts';
import type { HallLive } from '#contract/hall-state.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { freePort, startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';

/** Tickets are issued by a kiosk that keeps what was not acknowledged, while the server is killed under it. */
// Whole programs, killed and started again: on a busy machine that takes its time.
describe('a server killed while terminals speak', { timeout: 120_000 }, () => {
  let dataDir: string;
  let mqttPort: number;
  let hallwatch: RunningHallwatch;
  const ulid = monotonicFactory();

  async function addKiosk(hallId: string, deviceId: string): Promise<void> {
    await addHall(hallwatch.rest, hallId, windowIds(2));
    await hallwatch.rest.call('POST', '/api/terminals', { hallId, kind: 'kiosk', deviceId, windowId: null });
  }

  function ticket(number: number): string {
    return JSON.stringify({
      ...{ v: 1, id: ulid(), seq: number, sid: 's1', ts: new Date().toISOString() },
      ...{ type: 'ticket.issued', tid: `t${number}`, no: `A${number}`, queue: 'q' },
    });
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-killed-'));
    mqttPort = await freePort();
    hallwatch = await startHallwatch({ dataDir, mqttPort });
  });
  afterAll(async () => {
    await hallwatch?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('comes up clean, with every event that was acknowledged, and none twice', async () => {
    await addKiosk('hall', 'k1');

    const client = await mqtt.connectAsync(hallwatch.mqttUrl, { clientId: 'k1', clean: true, reconnectPeriod: 100 });
    let acknowledged = 0;
    let published = 0;
    const publish = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const number = (published += 1);
        // mqtt.js keeps a QoS 1 message until it is acknowledged, across reconnections, and sends it again.
        client.publish('gsh/v1/bench/hall/kiosk/k1/evt', ticket(number), { qos: 1 }, (error) => {
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

  it('raises and escalates every alert once and at its time, whatever was pending when it was killed', async () => {
    await addKiosk('other', 'k2');
    const alertIn = async (hallId: string) => {
      const { alerts } = await hallwatch.rest.call<AlertPage>('GET', '/api/alerts');
      const [alert, ...more] = alerts.filter((each) => each.hallId === hallId);
      expect(more).toEqual([]);
      return alert;
    };
    // In the one hall people have waited long, and a red card is near; in the other the first ticket is yet to be taken.
    const live = await hallwatch.rest.call<HallLive>('GET', '/api/halls/hall/live');
    const waitedSec = Math.ceil((Date.now() - Date.parse(live.queues[0]!.longestSince!)) / 1000);
    const ladder = [
      { afterSec: Math.min(4, waitedSec), severity: 'yellow' },
      { afterSec: waitedSec + 6, severity: 'red' },
    ];
    const [yellowMs, redMs] = ladder.map(({ afterSec }) => afterSec * 1000) as [number, number];
    await hallwatch.rest.call('PATCH', '/api/rules/wait-overtime', { params: { ladder, clearAfterSec: 0 } });
    await expect.poll(() => alertIn('hall')).toMatchObject({ severity: 'yellow' });
    const before = (await alertIn('hall'))!;
    const seen = { act: 'acknowledge', revision: before.revision };
    await hallwatch.rest.call('POST', `/api/alerts/${before.id}/acts`, seen);
    const client = await mqtt.connectAsync(hallwatch.mqttUrl, { clientId: 'k2' });
    await client.publishAsync('gsh/v1/bench/other/kiosk/k2/evt', ticket(1), { qos: 1 });
    client.end(true);
    expect(await alertIn('other')).toBeUndefined();
    await hallwatch.server.stop('SIGKILL');

    hallwatch = await startHallwatch({ dataDir, mqttPort });
    const upAt = Date.now();
    const lateMs = (at: string, since: string, afterMs: number) => Date.parse(at) - (Date.parse(since) + afterMs);
    const inTime = (at: string, since: string, afterMs: number) => {
      expect(lateMs(at, since, afterMs)).toBeGreaterThanOrEqual(0);
      expect(Date.parse(at)).toBeLessThan(Math.max(Date.parse(since) + afterMs, upAt) + 2000);
    };
    await expect.poll(() => alertIn('other')).toMatchObject({ severity: 'yellow', status: 'open' });
    const raised = (await alertIn('other'))!;
    inTime(raised.raisedAt, raised.conditionSince, yellowMs);
    await expect.poll(() => alertIn('hall')).toMatchObject({ severity: 'red', status: 'open', acknowledgedBy: null });
    const graver = (await alertIn('hall'))!;
    expect(graver).toMatchObject({ id: before.id, conditionSince: before.conditionSince, raisedAt: before.raisedAt });
    inTime(graver.severityAt, graver.conditionSince, redMs);
    expect(await alertIn('other')).toMatchObject({ id: raised.id });
    expect(await hallwatch.rest.call('GET', '/api/alerts?status=closed')).toEqual({ alerts: [], next: null });
  });
});
