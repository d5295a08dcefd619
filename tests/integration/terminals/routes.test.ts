import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock as clock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';
import { terminalRoutes } from '../../../server/features/terminals/routes.ts';
import { TerminalsService } from '../../../server/features/terminals/service.ts';

describe('terminals over HTTP', () => {
  let database: TestDatabase;
  let test: TestApp;
  let terminals: TerminalsService;

  beforeEach(async () => {
    database = await openTestDatabase();
    terminals = new TerminalsService({
      db: database.db,
      clock,
      log,
      problems: new ProblemBoard(clock),
      halls: { get: (hallId) => test.halls.get(hallId) },
    });
    test = await openTestApp({ db: database.db, routes: (app) => terminalRoutes(app, { terminals }) });
    await terminals.start();
  });
  afterEach(async () => {
    await terminals.stop();
    await test.close();
    await database.close();
  });

  const send = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    role: 'administrator' | 'supervisor' = 'administrator',
  ) => {
    const headers = { cookie: await test.cookieOf(role) };
    const response = await test.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    return { status: response.statusCode, body: response.body === '' ? null : response.json() };
  };
  const furnish = async () => {
    await test.halls.putRegion({ id: hall.regionId, code: '330100', name: hall.name, parentId: null, outline: null });
    await test.halls.putHall(hall);
  };
  const seat = { hallId: hall.id, kind: 'sensor', deviceId: 'seat-1', windowId: 'w01', name: 'Seat' };

  it('registers, binds, and removes a terminal', async () => {
    await furnish();
    const shown = {
      ...seat,
      model: '',
      firmware: '',
      link: 'never-heard',
      lastHeardAt: null,
      clockSkewMs: null,
      missingEvents: 0,
      keyIssuedAt: null,
    };
    expect(await send('POST', '/api/terminals', seat)).toEqual({ status: 201, body: shown });
    expect(await send('GET', '/api/terminals', undefined, 'supervisor')).toEqual({ status: 200, body: [shown] });
    expect(await send('PATCH', '/api/terminals/hall-a/sensor/seat-1', { windowId: 'w02' })).toEqual({
      status: 200,
      body: { ...shown, windowId: 'w02' },
    });
    expect((await send('DELETE', '/api/terminals/hall-a/sensor/seat-1')).status).toBe(204);
    expect((await send('GET', '/api/terminals')).body).toEqual([]);
    expect(await database.db.query('SELECT * FROM terminal')).toEqual([]);
  });

  it('says what is wrong', async () => {
    const code = async (...request: Parameters<typeof send>) => {
      const { status, body } = await send(...request);
      return [status, body.error.code];
    };
    expect(await code('POST', '/api/terminals', seat)).toEqual([400, 'REQUEST_INVALID']);
    await furnish();
    await send('POST', '/api/terminals', seat);
    expect(await code('POST', '/api/terminals', seat)).toEqual([409, 'CONFLICT']);
    expect(await code('POST', '/api/terminals', { ...seat, deviceId: 's2', windowId: 'w77' })).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
    expect(await code('POST', '/api/terminals', { ...seat, kind: 'toaster' })).toEqual([400, 'REQUEST_INVALID']);
    expect(await code('PATCH', '/api/terminals/hall-a/sensor/seat-1', { windowId: 'w77' })).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
    expect(await code('PATCH', '/api/terminals/hall-a/sensor/nobody', { name: 'x' })).toEqual([404, 'NOT_FOUND']);
    expect(await code('DELETE', '/api/terminals/hall-a/sensor/nobody')).toEqual([404, 'NOT_FOUND']);
    expect(await code('POST', '/api/terminals', seat, 'supervisor')).toEqual([403, 'FORBIDDEN']);
    expect(await code('DELETE', '/api/halls/hall-a')).toEqual([409, 'CONFLICT']);
  });

  it('gives keys, files for Mosquitto, and the end of service to administrators alone', async () => {
    await furnish();
    await send('POST', '/api/terminals', seat);
    const path = '/api/terminals/hall-a/sensor/seat-1';
    const steps = [
      ['POST', `${path}/key`, 201],
      ['POST', `${path}/replacement`, 201],
      ['POST', '/api/terminals/hall-a/sensor/seat-2/retire', 204],
      ['POST', '/api/terminals/hall-a/sensor/seat-2/restore', 200],
      ['POST', '/api/terminals/hall-a/sensor/seat-2/key', 201],
      ['GET', '/api/terminals/mosquitto/passwords', 200],
      ['GET', '/api/terminals/mosquitto/acl', 200],
      ['DELETE', '/api/terminals/hall-a/sensor/seat-2/key', 204],
    ] as const;
    const headers = { cookie: await test.cookieOf('administrator') };
    const others = { cookie: await test.cookieOf('supervisor') };
    for (const [method, url, status] of steps) {
      const payload = url.endsWith('replacement') ? { payload: { deviceId: 'seat-2' } } : {};
      expect([url, (await test.app.inject({ method, url, headers: others, ...payload })).statusCode]).toEqual([
        url,
        403,
      ]);
      const answer = await test.app.inject({ method, url, headers, ...payload });
      expect([url, answer.statusCode]).toEqual([url, status]);
      if (url.endsWith('passwords')) expect(answer.body).toMatch(/^region-a\.hall-a\.sensor\.seat-2:\$7\$101\$\S+\n$/);
    }
    expect((await send('GET', '/api/terminals/access')).body).toEqual({ mode: null, terminals: 1, withKey: 0 });
    expect((await send('GET', '/api/terminals/retired')).body).toMatchObject([
      { deviceId: 'seat-1', replacedBy: 'seat-2' },
    ]);
  });

  it('shows the newest dead letters, a bounded number of them in all', async () => {
    await database.db.query(
      `INSERT INTO dead_letter (received_at, topic, code, detail, payload, bytes)
       SELECT now(), 'old', 'TOPIC_INVALID', '', '', 0 FROM generate_series(1, 10100)`,
    );
    const letter = (i: number) =>
      terminals.reject({
        topic: `t/${i}\u0000`,
        payload: Buffer.from('\u0000'),
        code: 'TOPIC_INVALID',
        detail: '',
        receivedAt: i,
      });
    for (let i = 0; i < 3; i += 1) letter(i);
    await terminals.stop();
    const { body } = await send('GET', '/api/terminals/dead-letters?limit=2');
    expect(body).toMatchObject([
      {
        topic: 't/2\ufffd',
        code: 'TOPIC_INVALID',
        payload: '\ufffd',
        bytes: 1,
        receivedAt: '1970-01-01T00:00:00.002Z',
      },
      { topic: 't/1\ufffd' },
    ]);
    expect((await send('GET', '/api/terminals/dead-letters?limit=0')).status).toBe(400);
    expect(await database.db.query('SELECT count(*) FROM dead_letter')).toEqual([{ count: 10_000 }]);
  });

  it('shows who speaks and is not registered, also after a restart', async () => {
    await furnish();
    const address = { region: hall.regionId, hall: hall.id, kind: 'caller', device: 'w09' } as const;
    const envelope = {
      v: 1,
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      seq: 1,
      sid: 's',
      ts: new Date().toISOString(),
    } as const;
    await terminals.receive({
      address,
      envelope,
      receivedAt: 5_000,
      retained: false,
      channel: 'status',
      body: { online: true },
    });
    const expected = {
      regionId: hall.regionId,
      hallId: hall.id,
      kind: 'caller',
      deviceId: 'w09',
      firstHeardAt: '1970-01-01T00:00:05.000Z',
      lastHeardAt: '1970-01-01T00:00:05.000Z',
      messages: 1,
      keyPrint: null,
      refused: false,
    };
    expect((await send('GET', '/api/terminals/unknown')).body).toEqual([expected]);
    await terminals.stop();
    await terminals.start();
    expect((await send('GET', '/api/terminals/unknown')).body).toEqual([expected]);
    await terminals.register({ hallId: hall.id, kind: 'caller', deviceId: 'w09' });
    await terminals.stop();
    expect(await database.db.query('SELECT * FROM unknown_terminal')).toEqual([]);
  });
});
