import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { checkAddress, listen } from '../../../server/http/listener.ts';
import { Upgrades } from '../../../server/http/upgrades.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp } from '../../helpers/test-app.ts';

const local = { host: '127.0.0.1', port: 0 };

describe('the listening server', () => {
  let base: TestDatabase;
  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());

  async function open() {
    const test = await openTestApp({ db: base.db });
    const taken: Socket[] = [];
    const upgrades = new Upgrades({
      server: test.app.server,
      clock: systemClock,
      routes: [{ path: '/live', handle: (_request, socket) => taken.push(socket as Socket) }],
    });
    upgrades.start();
    const address = await listen(test.app, local);
    return { test, upgrades, taken, address, port: (test.app.server.address() as AddressInfo).port };
  }

  async function upgrade(port: number, path: string): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    await once(socket, 'connect');
    return socket;
  }

  it('says that its port is taken, before and when it listens', async () => {
    const { test, upgrades, port } = await open();
    const second = await openTestApp({ db: base.db });
    const taken = { code: 'PORT_TAKEN', details: `port ${port} on 127.0.0.1, HALLWATCH_PORT` };
    await expect(checkAddress({ host: '127.0.0.1', port })).rejects.toMatchObject(taken);
    await expect(listen(second.app, { host: '127.0.0.1', port })).rejects.toMatchObject(taken);
    await second.close();
    await upgrades.stop();
    await test.close();
    await checkAddress({ host: '127.0.0.1', port });
  });

  it('says that an address is not of this machine', async () => {
    await expect(checkAddress({ host: '203.0.113.1', port: 0 })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('hands upgrades of a known path over, and refuses all others at once', async () => {
    const { test, upgrades, taken, port } = await open();
    const stranger = await upgrade(port, '/elsewhere');
    const [answer] = (await once(stranger, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404/);
    await once(stranger, 'close');
    const viewer = await upgrade(port, '/live?token=x');
    await expect.poll(() => taken.length).toBe(1);
    const gone = once(viewer, 'close');
    await upgrades.stop();
    await gone;
    await test.close();
  });

  it('ends idle connections and cuts off viewers that do not go', async () => {
    const { test, upgrades, taken, port, address } = await open();
    const idle = request(`${address}/healthz`, { headers: { connection: 'keep-alive' } }).end();
    const [response] = await once(idle, 'response');
    response.resume();
    await once(response, 'end');
    await upgrade(port, '/live').then((socket) => socket.on('error', () => undefined));
    await expect.poll(() => taken.length).toBe(1);
    const since = performance.now();
    await upgrades.stop();
    await test.close();
    expect(performance.now() - since).toBeLessThan(3000);
    expect(taken[0]!.destroyed).toBe(true);
  });
});
