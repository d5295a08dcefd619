import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions, Role, rolePermissions, type Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';
import { ask, asOfNowhere, tellsOf, type Answer } from './asking.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { nowhere, openCities, SPAN, type Cities } from '../../helpers/cities.ts';
import { adviseBeforehand } from './device-causes.ts';
import { entries } from './entries/all.ts';
import type { Entry } from './entries/entry.ts';
import { matrixText } from './matrix-text.ts';
import { probeFaults, timingFaults } from './probes.ts';
import { scriptFaults } from './scripts.ts';
import { causes, commands } from './socket-entries.ts';
import { streamFaults, streams } from './streams.ts';
import { commandFaults, eventFaults, openWalls, removalFaults, replacedFaults } from './walls.ts';

/** Every way into the house, by everyone, inside and outside of where he may: asked of the whole program. */
let base: TestDatabase;
let cities: Cities;
let ways: Way[];

beforeAll(async () => {
  base = await openTestDatabase();
  await adviseBeforehand(base.db);
  cities = await openCities(base.url);
  ways = await cities.root.call<Way[]>('GET', '/api/ways');
  // seconds on a quiet machine
}, 120_000);
afterAll(async () => {
  await cities?.close();
  await base.close();
});

const doc = path.resolve(import.meta.dirname, '../../../docs/access.md');
const refusals = new Set(['SIGN_IN_REQUIRED', 'FORBIDDEN', 'NOT_FOUND', 'INTERNAL']);

/** Let in by whoever guards it: what comes of it then is another matter. */
const isIn = ({ code }: Answer, { lacks }: Entry) => code === null || code === lacks || !refusals.has(code);

/** What goes wrong on one way, in words; empty where everything is as it should be. */
async function faultsOf(way: Way, entry: Entry): Promise<string[]> {
  const faults: string[] = [];
  const check = (isRight: boolean, who: string, answer: Answer) => {
    if (!isRight) faults.push(`${way.name} as ${who}: ${answer.status} ${answer.text.slice(0, 300)}`);
  };
  const { home, foreign } = cities;
  const about = { city: home, cookie: undefined };

  const anonymous = await ask(cities, way, entry, about);
  const isKnown = entry.elsewhere === 'known';
  check(isKnown || tellsOf(anonymous.text, foreign).length === 0, 'anonymous, of the city', anonymous);
  if (way.needs === 'public') {
    check(isIn(anonymous, entry), 'anonymous', anonymous);
    if (!way.name.startsWith('GET')) return faults;
    const one = await ask(cities, way, entry, { ...about, cookie: cities.cookieOf('supervisor') });
    check(isIn(one, entry) && (isKnown || tellsOf(one.text, foreign).length === 0), 'supervisor of the city', one);
    return faults;
  }
  check(anonymous.status === 401, 'anonymous', anonymous);
  const nobody = await ask(cities, way, entry, { ...about, cookie: cities.cookieOf('nobody') });
  if (way.needs === 'session') check(isIn(nobody, entry), 'nobody', nobody);
  else check([401, 403, 404].includes(nobody.status), 'nobody', nobody);
  if (way.needs === 'session') return faults;
  await Promise.all(Role.options.map((role) => asRole(role)));
  return faults;

  async function asRole(role: Role): Promise<void> {
    const needs = way.needs === 'token' ? entry.session : (way.needs as Permission);
    const may = needs !== undefined && rolePermissions[role].has(needs);
    const inCity = may && permissions[needs] === 'hall' && entry.elsewhere !== 'everywhere';
    const as = { city: home, cookie: cities.cookieOf(role) };
    const id = inCity && entry.fresh ? { id: await entry.fresh(cities) } : {};

    const inside = await ask(cities, way, entry, { ...as, ...id });
    check(inCity ? isIn(inside, entry) : [401, 403, 404].includes(inside.status), `${role} of the city`, inside);
    check(tellsOf(inside.text, foreign).length === 0, `${role} of the city, who hears of another`, inside);
    if (inCity && entry.elsewhere === 'absent') {
      const there = await ask(cities, way, entry, { ...as, city: foreign });
      const none = await ask(cities, way, entry, { ...as, city: nowhere });
      const told = { ...there, text: asOfNowhere(there.text, foreign) };
      check(told.status === none.status && told.text === none.text, `${role} of another city`, there);
      check(there.status >= 400 || there.text.includes('refused'), `${role} of another city, let in`, there);
    }
    if (!inCity) {
      const everywhere = await ask(cities, way, entry, { ...as, cookie: cities.cookieOf(role, 'all') });
      check(may ? isIn(everywhere, entry) : [401, 403, 404].includes(everywhere.status), `${role} of all`, everywhere);
    }
  }
}

describe('every route', () => {
  it('has its entry here, and every entry its route', () => {
    const routes = ways.filter(({ kind }) => kind === 'route').map(({ name }) => name);
    expect(routes.toSorted()).toEqual(Object.keys(entries).toSorted());
  });

  it('lets in who may, where he may, and answers of elsewhere as of nowhere', async () => {
    const faults: string[] = [];
    for (const way of ways.filter(({ kind }) => kind === 'route')) {
      faults.push(...(await faultsOf(way, entries[way.name]!)));
    }
    expect(faults).toEqual([]);
    // some three thousand questions: seconds on a quiet machine
  }, 120_000);
});

const named = (kind: Way['kind']) => ways.flatMap((way) => (way.kind === kind ? [way.name] : [])).toSorted();

describe('every stream', () => {
  it('has its entry here', () => expect(named('stream')).toEqual(Object.keys(streams).toSorted()));

  it('opens to who may, where he may, by his own token, for as long as he may', async () => {
    for (const name of named('stream')) expect(await streamFaults(cities, name)).toEqual([]);
  });
});

describe('every socket', () => {
  it('command and event has its entry here', () => {
    expect(named('command')).toEqual(Object.keys(commands).toSorted());
    expect(named('event')).toEqual(Object.keys(causes).toSorted());
  });

  it('hears what is for it, does what it may, and knows of no other city', async () => {
    const walls = openWalls(cities);
    try {
      expect(await commandFaults(cities, walls, ways)).toEqual([]);
      expect(await eventFaults(cities, walls, ways)).toEqual([]);
      expect(await replacedFaults(cities, walls)).toEqual([]);
      expect(await removalFaults(cities, walls)).toEqual([]);
    } finally {
      for (const { socket } of walls) socket.disconnect();
    }
  });
});

it('tells nobody, however he asks, whether something is there in another city', async () => {
  expect(await probeFaults(cities)).toEqual([]);
});

it('tells the load of alerts to who sees some halls, without their names', async () => {
  const headers = { cookie: cities.cookieOf('hall-manager')! };
  const answer = await fetch(`${cities.url}/api/alert-load?${new URLSearchParams(SPAN).toString()}`, { headers });
  expect(await answer.json()).toMatchObject({ calls: 0 });
});

it('takes as long to say so as where there is nothing', async () => {
  expect(await timingFaults(cities)).toEqual([]);
}, 60_000);

it('takes script in a text for the text that it is, in every field of every route', async () => {
  const { faults, sent, taken } = await scriptFaults(cities, ways);
  expect(faults).toEqual([]);
  // most fields take names and codes of their own alone; those for people take it
  expect(sent).toBeGreaterThan(200);
  expect(taken).toBeGreaterThan(40);
}, 60_000);

it('stands in the docs as it is', async () => {
  await expect(matrixText(ways)).toMatchFileSnapshot(doc);
});
