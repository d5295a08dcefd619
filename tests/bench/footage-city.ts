import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Camera } from '#contract/cameras.ts';
import { footagePath } from '#lib/footage-files.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { EmbeddedDatabase } from '../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../server/db/pool.ts';
import { makeRun, type MadeSegment } from '../helpers/footage-files.ts';

export const DAYS = 30;
const HALLS = 9;
const CAMERAS_OF_HALL = 11;
const WINDOWS_OF_HALL = 21;
const SEGMENT_MS = 10_000;
const DAY_MS = 24 * 3600_000;
/** Each day is a run of its own, and ends in a gap of a segment's length. */
const SEGMENTS_OF_DAY = DAY_MS / SEGMENT_MS - 1;
/** The first midnight. */
export const FROM = Date.parse('2026-10-01T00:00:00Z');
export const UNTIL = FROM + DAYS * DAY_MS;

const folder = path.resolve(import.meta.dirname, '../../.hallwatch/bench-footage');
const volume = path.join(folder, 'volume');

export interface FootageCity {
  db: PoolDatabase;
  cameras: Camera[];
  /** Where exports may go. */
  folder: string;
  volume: string;
  /** What every row says of its file. */
  file: MadeSegment;
  rows: number;
  /** Makes the file of the segment that holds the instant; every row has one, but not all lie on the disk. */
  putFile(cameraId: string, at: number): Promise<void>;
  close(keep: boolean): Promise<void>;
}

/** A month of 99 cameras in a database of its own, which is kept from run to run where that is asked for. */
export async function openFootageCity(say: (words: string) => void): Promise<FootageCity> {
  await mkdir(volume, { recursive: true });
  const server = new EmbeddedDatabase({
    ...{ dataDir: folder, log: silentLogger, clock: systemClock },
    // nothing here has to survive a power cut
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '1GB' },
  });
  const { url } = await server.start();
  await migrate({ url, log: silentLogger });
  const db = createPool({ url, log: silentLogger });
  await db.start();
  const file = await template();
  const cameras = Array.from({ length: HALLS * CAMERAS_OF_HALL }, (_, i) => cameraOf(i));
  const began = performance.now();
  const made = await fill(db, cameras, file);
  say(made ? `rows of ${DAYS} days made in ${seconds(began)}` : `rows of ${DAYS} days kept from a run before`);
  await fillMarks(db, cameras);
  const [{ count } = { count: 0 }] = await db.query<{ count: number }>(
    'SELECT sum(segments) AS count FROM footage_usage',
  );
  return {
    ...{ db, cameras, folder, volume, file, rows: Number(count) },
    async putFile(cameraId, at) {
      const day = Math.floor((at - FROM) / DAY_MS);
      const number = Math.floor(((at - FROM) % DAY_MS) / SEGMENT_MS);
      const startedAt = FROM + day * DAY_MS + number * SEGMENT_MS;
      const run = runOf(
        cameras.findIndex(({ id }) => id === cameraId),
        day,
      );
      const target = path.join(volume, footagePath({ cameraId, role: 'main', startedAt, run, number }));
      await mkdir(path.dirname(target), { recursive: true });
      await copyFile(file!.path, target);
    },
    async close(keep) {
      await db.stop();
      await server.stop();
      await rm(volume, { recursive: true, force: true });
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** 10 s of 1280x720 at 25 pictures a second; kept, as the rows say how long it is. */
async function template(): Promise<MadeSegment> {
  const note = path.join(folder, 'template.json');
  const known = await readFile(note, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as MadeSegment;
  const order = { volume: path.join(folder, 'template'), cameraId: 'template', run: '01KA0000000000000000000000' };
  const [made] = await makeRun({
    ...{ ...order, startedAt: 0, seconds: 10, segmentSec: 20, size: '1280x720', bitrate: '2500k' },
  });
  await writeFile(note, JSON.stringify(made));
  return made!;
}

/** Every window is seen by one camera of its hall, and some cameras see the hall. */
function cameraOf(index: number): Camera {
  const hall = Math.floor(index / CAMERAS_OF_HALL) + 1;
  const nth = index % CAMERAS_OF_HALL;
  const windowIds = [2 * nth + 1, 2 * nth + 2]
    .filter((n) => n <= WINDOWS_OF_HALL)
    .map((n) => `w${String(n).padStart(2, '0')}`);
  return { id: `hall-${hall}-${nth + 1}`, hallId: `hall-${hall}`, name: `${nth}`, windowIds } as unknown as Camera;
}

const runOf = (camera: number, day: number) => `01KA00000000000${String(camera * 100 + day).padStart(11, '0')}`;

/** False where the rows are there already. */
async function fill(db: PoolDatabase, cameras: readonly Camera[], file: MadeSegment): Promise<boolean> {
  const size = (await stat(file.path)).size;
  const [known] = await db.query<{ bytes: number; days: number }>(
    `SELECT max(bytes) AS bytes, count(DISTINCT started_at::date) AS days FROM footage_segment WHERE camera_id = $1`,
    [cameras.at(-1)!.id],
  );
  if (known?.days === DAYS && known.bytes === size) return false;
  await db.query(
    'TRUNCATE footage_segment, footage_run, footage_gap, footage_usage, alert, terminal_event, camera_event CASCADE',
  );
  await db.query('INSERT INTO footage_volume (id, path) VALUES ($1, $2) ON CONFLICT DO NOTHING', ['disk-1', volume]);
  const ids = cameras.map(({ id }) => id);
  for (let day = 0; day < DAYS; day += 1) {
    const from = new Date(FROM + day * DAY_MS).toISOString();
    const runs = cameras.map((_, i) => runOf(i, day));
    // a few cameras at a time, each within the time a statement may take
    for (let at = 0; at < ids.length; at += 33) {
      const part = [ids.slice(at, at + 33), runs.slice(at, at + 33)];
      await db.query(SEGMENTS, [...part, from, SEGMENTS_OF_DAY, size, file.frames, file.initBytes]);
    }
    await db.query(RUNS, [ids, runs, from, `${SEGMENTS_OF_DAY * 10} s`]);
    await db.query(GAPS, [ids, from, `${SEGMENTS_OF_DAY * 10} s`]);
  }
  await db.query('ANALYZE');
  return true;
}

/** What happens in a month; little beside the segments, so it is made anew each time. */
async function fillMarks(db: PoolDatabase, cameras: readonly Camera[]): Promise<void> {
  const ids = cameras.map(({ id }) => id);
  await db.query('TRUNCATE alert, terminal_event, camera_event CASCADE');
  await db.query(ALERTS, [new Date(FROM).toISOString(), ids]);
  await db.query(TICKETS, [new Date(UNTIL - DAY_MS).toISOString(), HALLS, WINDOWS_OF_HALL]);
  await db.query(MOTION, [new Date(FROM).toISOString(), ids]);
  await db.query('ANALYZE alert, terminal_event, camera_event');
}

const SEGMENTS = `
  INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames, init_bytes,
    start_ticks, end_cause, sha256, chain_no, chain)
  SELECT camera, 'main', $3::timestamptz + n * interval '10 s', $3::timestamptz + (n + 1) * interval '10 s', run, n, 'disk-1',
    $5, $6, $7, n * 900000::bigint, 'full', decode(repeat('ab', 32), 'hex'), n, decode(repeat('cd', 32), 'hex')
  FROM unnest($1::text[], $2::text[]) AS c (camera, run) CROSS JOIN generate_series(0, $4::int - 1) AS n`;

const RUNS = `
  INSERT INTO footage_run (id, camera_id, role, started_at, ended_at, end_cause, codec, width, height, fps, sound)
  SELECT run, camera, 'main', $3::timestamptz, $3::timestamptz + $4::interval, 'lost', 'h264', 1280, 720, 25, 'aac'
  FROM unnest($1::text[], $2::text[]) AS c (camera, run)`;

const GAPS = `
  INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause)
  SELECT camera, 'main', $2::timestamptz + $3::interval, $2::timestamptz + interval '1 day', 'camera-lost'
  FROM unnest($1::text[]) AS camera`;

/** Forty a day and hall, ten minutes each. */
const ALERTS = `
  INSERT INTO alert (id, rule_id, rule_version, kind, hall_id, window_id, severity, status, condition_since, raised_at, severity_at,
    open_since, cleared_at, closed_at, outcome, facts, camera_ids)
  SELECT concat_ws('/', camera, n), 'window-unattended', 1, 'window-unattended', regexp_replace(camera, '-\\d+$', ''), 'w01', 'yellow',
    'closed', at, at, at, at, at + interval '10 min', at + interval '10 min', 'cleared', '{}', ARRAY[camera]
  FROM unnest($2::text[]) AS camera CROSS JOIN generate_series(0, ${DAYS * 4 - 1}) AS n,
    LATERAL (SELECT $1::timestamptz + n * interval '6 h' AS at) AS t`;

/** Sixty tickets a window on the last day: call, begin, end, and the states of the caller. */
const TICKETS = `
  INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id, seq,
    window_id, ticket_id, payload, backfilled, misdated)
  SELECT at, at, at, concat_ws('-', h, w, n, step), 'hall-' || h, 'caller', 'c' || w, 'evt',
    (ARRAY['ticket.called', 'caller.state', 'ticket.started', 'caller.state', 'ticket.completed', 'caller.state'])[step], 's', n,
    'w' || lpad(w::text, 2, '0'), CASE WHEN step % 2 = 1 THEN concat_ws('-', h, w, n) END,
    jsonb_build_object('no', 'A' || n, 'state', (ARRAY['', 'calling', '', 'serving', '', 'idle'])[step]), false, false
  FROM generate_series(1, $2::int) AS h, generate_series(1, $3::int) AS w, generate_series(1, 60) AS n, generate_series(1, 6) AS step,
    LATERAL (SELECT $1::timestamptz + interval '1 h' + n * interval '8 min' + step * interval '70 s' AS at) AS t`;

/** A hundred a day and camera, half a minute each. */
const MOTION = `
  INSERT INTO camera_event (at, camera_id, kind, topic, source, active, initial)
  SELECT $1::timestamptz + n * interval '432 s', camera, 'motion', 'topic', '', n % 2 = 0, false
  FROM unnest($2::text[]) AS camera CROSS JOIN generate_series(0, ${DAYS * 200 - 1}) AS n`;

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(0)} s`;
