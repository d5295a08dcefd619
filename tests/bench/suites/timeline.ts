import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import type { SegmentsAnswer } from '#contract/footage.ts';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { alertMarks } from '../../../server/features/alerts/marks.ts';
import { cameraEventMarks } from '../../../server/features/camera-events/marks.ts';
import { footageRoutes } from '../../../server/features/footage/routes.ts';
import { FootageService } from '../../../server/features/footage/service.ts';
import { pictureFaultMarks } from '../../../server/features/picture-checks/marks.ts';
import { windowMarks } from '../../../server/features/terminals/marks.ts';
import { buildApp } from '../../../server/http/app.ts';
import { FootageReader } from '../../../streams/footage/reader.ts';
import { callerOf, noMasks, nowhere, noReasons } from '../../helpers/caller.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { DAYS, FROM, openFootageCity, UNTIL, type FootageCity } from '../footage-city.ts';

const suite = 'timeline';
const DAY_MS = 24 * 3600_000;
/** What a screen is wide. */
const PIXELS = 1500;
const ROUNDS = 60;
const SEEKS = 300;
/** Head of the file and its first key picture, and some more as a player would take. */
const FIRST_BYTES = 512 * 1024;

/** Timelines and seeking over a month of 99 cameras, 25.7 million segments, through the routes of the product. */
export async function timeline(printer: FigurePrinter, keep: boolean): Promise<void> {
  const city = await openFootageCity((words) => printer.say(words));
  const get = await openRoutes(city);
  try {
    const load = `${(city.rows / 1e6).toFixed(1)} M segments of ${city.cameras.length} cameras in ${DAYS} days, with marks`;
    const print = (figure: string, times: number[], share: number, aim: number, note: string) => {
      const p95 = `p95 ${quantile(times, 0.95).toFixed(1)}`;
      printer.print({
        suite,
        figure,
        value: quantile(times, share),
        unit: 'ms',
        aim,
        note: share === 0.5 ? `${note}, ${p95}` : note,
      });
    };
    const query = (cameras: string, from: number, until: number) =>
      `/api/footage/timeline?cameras=${cameras}&${spanOf(from, until)}&resolutionMs=${Math.ceil((until - from) / PIXELS)}`;
    const pick = randomOf(city);

    const month = await timed(ROUNDS, () => get(query(pick().cameraId, FROM, UNTIL)));
    print('timeline.camera_month_ms', month, 0.5, 20, `median of ${ROUNDS}; ${load}`);

    const ids = city.cameras.map(({ id }) => id).join(',');
    const day = await timed(ROUNDS, (i) => {
      const from = FROM + (i % DAYS) * DAY_MS;
      return get(query(ids, from, from + DAY_MS));
    });
    print('timeline.all_day_ms', day, 0.5, 100, `median of ${ROUNDS}, all ${city.cameras.length} cameras; ${load}`);
    const seeks: number[] = [];
    for (let i = 0; i < SEEKS; i += 1) {
      const { cameraId, at } = pick();
      await city.putFile(cameraId, at);
      seeks.push(...(await timed(1, () => seek(get, cameraId, at), 0)));
    }
    print(
      'timeline.seek_p95_ms',
      seeks,
      0.95,
      150,
      `p95 of ${SEEKS} random instants, to the bytes of the key picture; ${load}`,
    );
  } finally {
    await get('close');
    await city.close(keep);
  }
}

/** As a player does: which file, then its head with the first key picture. */
async function seek(get: Get, cameraId: string, at: number): Promise<void> {
  const answer = JSON.parse(
    (await get(`/api/footage/${cameraId}/segments?${spanOf(at, at + 1)}`)).toString(),
  ) as SegmentsAnswer;
  const [segment] = answer.segments;
  if (!segment || answer.segments.length !== 1) throw new Error(`${answer.segments.length} segments hold one instant`);
  const bytes = await get(`/api/footage/${cameraId}/segments/${segment.run}/${segment.number}`, FIRST_BYTES);
  if (!bytes.includes('mdat')) throw new Error('no picture came');
}

type Get = (url: string, bytes?: number) => Promise<Buffer>;

/** The routes over loopback, as a browser asks; `close` ends them. */
async function openRoutes(city: FootageCity): Promise<Get> {
  const marks = [alertMarks, windowMarks, cameraEventMarks, pictureFaultMarks].map((of) => {
    return (asked: Parameters<typeof alertMarks>[1]) => of(city.db, asked);
  });
  const footage = new FootageService({
    viewing: noReasons,
    masks: noMasks,
    mayRead: () => true,
    ...{ db: city.db, clock: new ManualClock(UNTIL), secret: randomBytes(32), marks },
    cameras: { list: () => city.cameras },
    halls: { get: () => undefined },
    recorders: { openSegments: () => [], isRecording: () => false },
    stores: { bring: () => Promise.reject(new Error('the city has no store')) },
    reader: new FootageReader({ ffmpegPath: 'ffmpeg', clock: systemClock, conversions: 1 }),
  });
  const app = await buildApp({
    ...{ log: silentLogger, metrics: new Registry(), trustProxy: false, clientDir: '/nonexistent' },
    authenticate: async () => callerOf('supervisor', 'bench'),
    hallOf: nowhere,
    routes: (app) => footageRoutes(app, { footage }),
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return async (url, bytes) => {
    if (url === 'close') {
      await app.close();
      return Buffer.alloc(0);
    }
    const answer = await fetch(origin + url, bytes === undefined ? {} : { headers: { range: `bytes=0-${bytes - 1}` } });
    const body = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${body}`);
    return body;
  };
}

/** Milliseconds of each round, after some that do not count. */
async function timed(rounds: number, work: (round: number) => Promise<unknown>, warmUp = 3): Promise<number[]> {
  const times: number[] = [];
  for (let i = -warmUp; i < rounds; i += 1) {
    const began = performance.now();
    await work(Math.max(0, i));
    if (i >= 0) times.push(performance.now() - began);
  }
  return times;
}

/** A camera and an instant with footage; the same ones in every run of the bench. */
function randomOf({ cameras }: FootageCity): () => { cameraId: string; at: number } {
  let state = 1;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return () => ({
    cameraId: cameras[next(cameras.length)]!.id,
    at: FROM + next(DAYS) * DAY_MS + next(86_380) * 1000,
  });
}

function spanOf(from: number, until: number): string {
  return `from=${new Date(from).toISOString()}&until=${new Date(until).toISOString()}`;
}
