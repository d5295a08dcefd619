import { Role } from '#contract/permissions.ts';
import type { GrantScope } from '#contract/grants.ts';
import { alertOf } from './alert-fixture.ts';
import type { Database } from '../../server/db/database.ts';
import { createPool } from '../../server/db/pool.ts';
import { silentLogger } from '../../server/lib/logger.ts';
import { RestClient, startHallwatch } from './hallwatch.ts';
import { embeddedDatabaseOf } from './kiosk-fleet.ts';

/** What there is in a city, by name: every id carries the name of its city, or is one that only it has. */
export interface City {
  name: string;
  region: string;
  hall: string;
  camera: string;
  device: string;
  account: string;
  department: string;
  item: string;
  source: string;
  alert: string;
  case: string;
  card: string;
  matter: string;
  hold: string;
  bookmark: string;
  silence: string;
  handover: string;
  notice: string;
  scene: string;
  export: string;
}

export type Caller = Role | 'nobody' | 'anonymous';

/** Of everybody in the cities. */
export const PASSWORD = 'correct horse battery';
/** A day of footage that there is not. */
export const SPAN = { from: '2026-03-09T02:00:00Z', until: '2026-03-09T03:00:00Z' };
const NEVER = '01ARZ3NDEKTSV4RRFFQ69G5';

/** A city of which nothing is there. */
export const nowhere: City = {
  ...namesIn('nowhere'),
  ...Object.fromEntries(
    (['alert', 'case', 'card', 'hold', 'bookmark', 'silence', 'handover', 'notice', 'export', 'matter'] as const).map(
      (each, at) => [each, `${NEVER}FN${at}`],
    ),
  ),
  scene: `scene-${NEVER.toLowerCase()}fn9`,
} as City;

/**
 * The whole program, with two cities in it, and somebody of every role in the first of them, and everywhere. What the cities
 * have was entered as people would enter it; alerts, cards and exports, which need time, stand in the database.
 *
 * @param databaseUrl a database of its own; without one, the house brings its own
 */
export async function openCities(databaseUrl?: string) {
  const env = {
    ...{ HALLWATCH_LOOK_EVERY: '0', HALLWATCH_IDENTITY_NETWORKS: '127.0.0.0/8' },
    HALLWATCH_CAMERA_NETWORKS: '127.0.0.0/8',
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  const house = await startHallwatch({ env });
  const base = createPool({ url: databaseUrl ?? embeddedDatabaseOf(house.dataDir).url, log: silentLogger });
  await base.start();
  const root = house.rest;
  const home = await settle(root, base, 'nanzhou', 1);
  const foreign = await settle(root, base, 'beihu', 2);
  const people = new Map<string, string>();
  for (const role of Role.options) {
    people.set(`city ${role}`, await person(root, house.url, `nan-${role}`, [{ role, scope: inRegion(home.region) }]));
    people.set(`all ${role}`, await person(root, house.url, `all-${role}`, [{ role, scope: { of: 'everything' } }]));
  }
  people.set('nobody', await person(root, house.url, 'nobody', []));

  return {
    url: house.url,
    mqttUrl: house.mqttUrl,
    root,
    /** The database of the house. */
    db: base,
    home,
    foreign,
    /** The cookie of somebody: of a role in the first city, or of a role everywhere. */
    cookieOf: (caller: Caller, where: 'city' | 'all' = 'city') =>
      people.get(`${where} ${caller}`) ?? people.get(caller),
    async close() {
      await base.stop();
      await house.stop();
    },
  };
}

export type Cities = Awaited<ReturnType<typeof openCities>>;

const basis = {
  rung: { level: 'warning', of: 'promised', afterDays: -2 },
  ...{ endedAt: SPAN.from, judgedAt: SPAN.until, overageDays: 0, provisional: false },
  limit: { counting: 'day', count: 5, is: 'due', at: SPAN.from, provisional: false, trace: [] },
};

const inRegion = (id: string): GrantScope => ({ of: 'region', id });
const both = (text: string) => ({ zh: text, en: text });

async function person(root: RestClient, url: string, username: string, grants: object[]): Promise<string> {
  await root.call('POST', '/api/accounts', { username, displayName: username, password: PASSWORD, grants });
  const own = new RestClient(url);
  await own.call('POST', '/api/session', { username, password: PASSWORD });
  return own.cookie;
}

/** Of what there is in a city of this name. */
export function namesIn(name: string) {
  return {
    ...{ name, region: name, hall: `${name}-hall`, camera: `${name}-hall-cam`, device: `${name}-kiosk` },
    ...{ account: `${name}-clerk`, department: `${name}-tax`, item: `${name}-item`, source: `${name}-source` },
  };
}

/** Enters a city, and something of every kind in it. */
async function settle(root: RestClient, db: Database, name: string, number: number): Promise<City> {
  const names = namesIn(name);
  const { region, hall, camera, device, account, department, item, source } = names;
  const idOf = async (method: string, url: string, body?: object) =>
    (await root.call<{ id: string }>(method, url, body)).id;

  await root.call('PUT', `/api/regions/${region}`, {
    ...{ id: region, code: `99000${number}`, name: both(name), parentId: null, outline: null },
  });
  await root.call('PUT', `/api/halls/${hall}`, hallOf(names));
  await root.call('POST', '/api/cameras', {
    ...{ id: camera, hallId: hall, name: `${name} entrance`, streamUris: { main: `rtsp://127.0.0.1:9/${name}` } },
  });
  await root.call('POST', '/api/terminals', { hallId: hall, kind: 'kiosk', deviceId: device });
  await root.call('POST', '/api/accounts', {
    ...{ username: account, displayName: account, password: PASSWORD },
    grants: [{ role: 'supervisor', scope: inRegion(region) }],
  });
  await root.call('PUT', `/api/departments/${department}`, {
    ...{ id: department, name: both(`${name} tax`), regionId: region, hallId: hall },
  });
  await root.call('PUT', `/api/service-items/${item}`, itemOf(department));
  await root.call('PUT', `/api/exchange/sources/${source}`, { name: both(source), departmentIds: [department] });
  const caseId = await idOf('POST', '/api/cases', { itemId: item });

  const at = (kind: string) => `${NEVER}F${number}${kind}`;
  await db.query(
    `INSERT INTO alert (id, rule_id, rule_version, kind, hall_id, severity, status, condition_since, raised_at, severity_at,
       open_since, closed_at, cleared_at, outcome, facts, camera_ids)
     SELECT $1, 'window-unattended', 1, 'window-unattended', $2, 'blue', 'closed', t, t, t, t, t, t, 'cleared',
       '{"kind": "window-unattended", "waiting": 3}', ARRAY[$3] FROM (SELECT $4::timestamptz AS t) AS moment`,
    [at('A'), hall, camera, SPAN.from],
  );
  await db.query(
    `INSERT INTO alert_act (alert_id, revision, act, at, status, severity, outcome)
     VALUES ($1, 1, 'end', $2, 'closed', 'blue', 'cleared')`,
    [at('A'), SPAN.from],
  );
  await db.query(
    `INSERT INTO card (id, case_id, level, type_id, type_version, department_id, region_id, hall_id, basis, state, feedback,
       appeal, acts, proposed_at)
     VALUES ($1, $2, 'warning', 'licence', 1, $3, $4, $5, $6, 'proposed', 'none', 'none', 0, $7)`,
    [at('C'), caseId, department, region, hall, JSON.stringify(basis), SPAN.from],
  );
  await db.query(
    `INSERT INTO footage_export (id, camera_ids, from_at, until_at, exact, note, status, requested_by, requested_at,
       finished_at) VALUES ($1, ARRAY[$2], $3, $4, false, '', 'failed', 'root', $3, $4)`,
    [at('E'), camera, SPAN.from, SPAN.until],
  );
  return {
    ...names,
    ...{ alert: at('A'), card: at('C'), export: at('E'), case: caseId },
    hold: await idOf('POST', '/api/storage/holds', { cameraId: camera, ...SPAN, reason: name }),
    bookmark: await idOf('POST', '/api/footage/bookmarks', { cameraId: camera, at: SPAN.from, note: name }),
    matter: await idOf('POST', '/api/orders', orderOf(department)),
    silence: await idOf('POST', '/api/silences', silenceOf(hall)),
    handover: await handedOver(db, hall, at('H')),
    notice: await idOf('POST', '/api/calendar/notices', noticeOf(region)),
    scene: await idOf('POST', '/api/scenes', sceneOf(hall)),
  };
}

/** A note about an alert of the hall: one without alerts is for its author alone. */
async function handedOver(db: Database, hall: string, id: string): Promise<string> {
  const alerts = JSON.stringify([alertOf({ hallId: hall })]);
  await db.query(`INSERT INTO shift_handover (id, at, by, note, alerts) VALUES ($1, $2, 'root', $3, $4)`, [
    ...[id, SPAN.from, hall, alerts],
  ]);
  return id;
}

export const hallOf = ({ hall, region, name }: Pick<City, 'hall' | 'region' | 'name'>) => ({
  ...{ id: hall, regionId: region, name: both(`${name} hall`), longitude: null, latitude: null, floorPlan: null },
  queues: [{ id: 'q', name: both('queue') }],
  windows: [{ id: 'w01', label: '01', name: both('window'), queueIds: ['q'], place: null }],
});

export const itemOf = (departmentId: string) => ({
  ...{ departmentId, typeId: 'licence', name: both(departmentId), counting: 'day', promised: 5, statutory: 10 },
  validFrom: '2026-01-01T00:00:00Z',
});

export const orderOf = (departmentId: string) => ({
  ...{ title: departmentId, text: departmentId, to: { of: 'department', id: departmentId } },
});

export const silenceOf = (hallId: string) => ({
  ...{ scope: { hallId }, until: new Date(Date.now() + 3600_000).toISOString(), reason: hallId },
});

export const noticeOf = (regionId: string) => ({
  ...{ regionId, title: regionId, coversFrom: '2026-01-01', coversUntil: '2026-01-31', days: [] },
});

export const sceneOf = (hallId: string) => ({
  ...{ name: both(hallId), shared: true },
  cells: [{ x: 0, y: 0, w: 24, h: 24, tiles: [{ kind: 'plan', hallId }] }],
});
