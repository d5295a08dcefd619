import type { Role } from '#contract/permissions.ts';
import { asOfNowhere, tellsOf } from './asking.ts';
import { hallOf, nowhere, SPAN, type Cities, type City } from '../../helpers/cities.ts';

/** A question of somebody of this city, with the name of something in another. */
interface Probe {
  as: Role;
  ask: string;
  about: (city: City) => { url: string; body?: unknown };
}

const span = new URLSearchParams(SPAN).toString();
const get = (as: Role, ask: string, url: (city: City) => string): Probe => ({
  ...{ as, ask },
  about: (city) => ({ url: url(city) }),
});

/**
 * Ways to ask whether something is there: by a name that may be taken, by a search, by a filter, and along with something of
 * one's own.
 */
function probesOf(home: City): Probe[] {
  return [
    {
      ...{ as: 'administrator', ask: 'PUT' },
      about: ({ hall }) => ({ url: `/api/halls/${hall}`, body: hallOf({ ...home, hall }) }),
    },
    {
      ...{ as: 'administrator', ask: 'PUT' },
      about: ({ region }) => ({
        url: `/api/regions/${region}`,
        body: { id: region, code: '990001', name: { zh: '区', en: 'D' }, parentId: home.region, outline: null },
      }),
    },
    {
      ...{ as: 'administrator', ask: 'POST' },
      about: ({ camera }) => ({
        url: '/api/cameras',
        body: { id: camera, hallId: home.hall, name: 'x', streamUris: { main: 'rtsp://127.0.0.1:9/probe' } },
      }),
    },
    {
      ...{ as: 'supervisor', ask: 'POST' },
      about: ({ camera }) => ({
        url: '/api/live-tokens',
        body: [{ cameraId: camera, role: 'sub' }],
      }),
    },
    {
      ...{ as: 'investigator', ask: 'POST' },
      about: ({ camera }) => ({ url: '/api/footage/exports', body: { cameraIds: [home.camera, camera], ...SPAN } }),
    },
    {
      ...{ as: 'supervisor', ask: 'POST' },
      about: ({ camera }) => ({
        url: '/api/scenes',
        body: {
          ...{ name: { zh: '景', en: 'Scene' }, shared: false },
          cells: [{ x: 0, y: 0, w: 24, h: 24, tiles: [{ kind: 'camera', cameraId: camera }] }],
        },
      }),
    },
    get('supervisor', 'GET', ({ hall }) => `/api/alerts?hallId=${hall}`),
    get('supervisor', 'GET', ({ hall }) => `/api/cases?hallId=${hall}`),
    get('supervisor', 'GET', ({ department }) => `/api/cases?departmentId=${department}`),
    get('supervisor', 'GET', ({ region }) => `/api/cases?regionId=${region}`),
    get('supervisor', 'GET', (city) => `/api/cards?caseId=${city.case}`),
    get('supervisor', 'GET', ({ camera }) => `/api/footage/bookmarks?cameras=${camera}`),
    get('supervisor', 'GET', ({ hall }) => `/api/footage/timeline?hallId=${hall}&${span}`),
    get('supervisor', 'GET', ({ camera }) => `/api/footage/timeline?cameras=${home.camera},${camera}&${span}`),
    get('administrator', 'GET', ({ name }) => `/api/accounts?search=${name}`),
    get('auditor', 'GET', ({ hall }) => `/api/audit?hallId=${hall}`),
    get('auditor', 'GET', ({ camera }) => `/api/audit?subjectKind=camera&subjectId=${camera}`),
    get('auditor', 'GET', ({ account }) => `/api/audit?account=${account}`),
  ];
}

/** Where asking for something of another city is answered otherwise than asking for what there is not, in words. */
export async function probeFaults({ url: origin, cookieOf, home, foreign }: Cities): Promise<string[]> {
  const faults: string[] = [];
  for (const { as, ask, about } of probesOf(home)) {
    const answers = [];
    for (const city of [foreign, nowhere]) {
      const { url, body } = about(city);
      const response = await fetch(origin + url, {
        method: ask,
        headers: { cookie: cookieOf(as)!, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      answers.push({ url, status: response.status, text: asOfNowhere(await response.text(), city) });
    }
    const [there, none] = answers as [(typeof answers)[0], (typeof answers)[0]];
    const isAlike = there.status === none.status && there.text === none.text;
    if (!isAlike || tellsOf(there.text, foreign).length > 0) {
      faults.push(`${ask} ${there.url} as ${as}: ${there.status} ${there.text}, and not ${none.status} ${none.text}`);
    }
  }
  return faults;
}

const ROUNDS = 60;
/** Longer by so much, and twice as long, tells somebody who asks often enough; less is the noise of a machine that works. */
const TELLS_MS = 4;

/** Where asking for something of another city takes longer, or shorter, than asking for what there is not; asked in turns. */
export async function timingFaults({ url: origin, cookieOf, home, foreign }: Cities): Promise<string[]> {
  const faults: string[] = [];
  for (const { as, ask, about } of probesOf(home).filter((probe) => probe.ask === 'GET')) {
    const took: [there: number[], nowhere: number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      // in turns first and second, as whoever comes second may find a processor that another one has just taken
      for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const city = i === 0 ? foreign : nowhere;
        const began = performance.now();
        const answer = await fetch(origin + about(city).url, { headers: { cookie: cookieOf(as)! } });
        await answer.text();
        took[i]!.push(performance.now() - began);
      }
    }
    // what else runs only ever adds to it: the quickest tenth is what the asking itself takes
    const [there, none] = took.map((each) => each.toSorted((a, b) => a - b)[ROUNDS / 10]!) as [number, number];
    const [less, more] = [Math.min(there, none), Math.max(there, none)];
    if (more - less > TELLS_MS && more > 2 * less) {
      faults.push(`${ask} ${about(foreign).url} as ${as}: ${there.toFixed(1)} ms, of nowhere ${none.toFixed(1)} ms`);
    }
  }
  return faults;
}
