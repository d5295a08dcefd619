import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ulid } from 'ulid';
import { ManualClock } from '#lib/clock.ts';
import { CHAIN_START, chainLink } from '#lib/footage-chain.ts';
import { footagePath } from '#lib/footage-files.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { StorageService } from '../../../server/features/storage/service.ts';
import { openTestDatabase } from '../../helpers/database.ts';

/** Monday 9 March 2026, 10:00 in Shanghai. */
export const NOW = Date.parse('2026-03-09T10:00:00+08:00');
export const DAY = 24 * 3600_000;
export const SEGMENT_MS = 10_000;

export interface Recording {
  cameraId: string;
  volumeId: string;
  from: number;
  count: number;
  bytes?: number;
  run?: string;
  /** Continues this run from here. */
  firstNumber?: number;
}

/** Storage over a real database and real folders; time is moved by hand. */
export async function openStage() {
  const database = await openTestDatabase();
  const { db } = database;
  const folder = await mkdtemp(join(tmpdir(), 'hallwatch-storage-'));
  const clock = new ManualClock(NOW);
  const problems = new ProblemBoard(clock);
  const deps = { db, clock, log: silentLogger, problems, dataDir: join(folder, 'data'), secret: randomBytes(32) };
  const chains = new Map<string, { no: number; chain: Uint8Array }>();
  let storage = new StorageService(deps);
  await storage.start();
  await db.query(`INSERT INTO region (id, code, name) VALUES ('r', '330000', '{}')`);
  await db.query(`INSERT INTO hall (id, region_id, name) VALUES ('hall', 'r', '{}')`);

  /** Writes files, rows, chain and run, as the recorder leaves them. */
  async function record({
    cameraId,
    volumeId,
    from,
    count,
    bytes = 1000,
    run = ulid(from),
    firstNumber = 0,
  }: Recording) {
    const root = storage.folders().get(volumeId)!;
    const link = chains.get(cameraId) ?? { no: 0, chain: CHAIN_START };
    const rows: unknown[][] = [];
    for (let i = 0; i < count; i += 1) {
      const content = randomBytes(bytes);
      const startedAt = from + i * SEGMENT_MS;
      const number = firstNumber + i;
      const file = { cameraId, role: 'main' as const, startedAt, run, number };
      const sha256 = createHash('sha256').update(content).digest();
      const facts = { ...file, endedAt: startedAt + SEGMENT_MS, bytes, frames: 250, sha256 };
      link.no += 1;
      link.chain = chainLink(link.chain, facts);
      const path = join(root, footagePath(file));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
      const times = [new Date(startedAt).toISOString(), new Date(facts.endedAt).toISOString()];
      rows.push([cameraId, ...times, run, number, volumeId, bytes, sha256, link.no, Buffer.from(link.chain)]);
    }
    chains.set(cameraId, link);
    const column = (index: number) => rows.map((row) => row[index]);
    await db.query(
      `INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames, init_bytes,
         start_ticks, end_cause, sha256, chain_no, chain)
       SELECT c, 'main', s, e, r, n, v, b, 250, 800, 0, 'full', h, no, l
       FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::bigint[],
         $8::bytea[], $9::bigint[], $10::bytea[]) t (c, s, e, r, n, v, b, h, no, l)`,
      Array.from({ length: 10 }, (_, i) => column(i)),
    );
    const end = new Date(from + count * SEGMENT_MS).toISOString();
    await db.query(
      `INSERT INTO footage_run (id, camera_id, role, started_at, ended_at, end_cause, codec, width, height)
       VALUES ($1, $2, 'main', $3, $4, 'stopped', 'h264', 640, 360) ON CONFLICT (id) DO UPDATE SET ended_at = $4`,
      [run, cameraId, new Date(from).toISOString(), end],
    );
    await db.query(
      `INSERT INTO footage_chain VALUES ($1, 'main', $2, $3) ON CONFLICT (camera_id, role) DO UPDATE SET chain_no = $2, chain = $3`,
      [cameraId, link.no, Buffer.from(link.chain)],
    );
    return run;
  }

  return {
    db,
    folder,
    clock,
    problems,
    record,
    get storage() {
      return storage;
    },
    /** As after a kill: a new service over what lies there. */
    async restart() {
      await storage.stop();
      storage = new StorageService(deps);
      await storage.start();
    },
    async addVolume(id: string, change: { tier?: number; quotaBytes?: number; path?: string } = {}) {
      return storage.addVolume({ id, path: join(folder, id), quotaBytes: 1e9, ...change }, 'root');
    },
    async addCamera(id: string, plan: { minDays?: number; maxDays?: number } = {}) {
      await db.query(`INSERT INTO camera (id, hall_id, name, purpose) VALUES ($1, 'hall', $1, 'window')`, [id]);
      await db.query(
        `INSERT INTO recording_plan (camera_id, mode, role, pre_roll_sec, post_roll_sec, min_days, max_days)
         VALUES ($1, 'continuous', 'main', 10, 20, $2, $3)`,
        [id, plan.minDays ?? null, plan.maxDays ?? null],
      );
    },
    /** Footage files on a volume, by what lies on the disk. */
    async files(volumeId: string): Promise<string[]> {
      const root = storage.folders().get(volumeId)!;
      const all = await readdir(root, { recursive: true });
      return all.filter((name) => name.includes('.mp4')).sort();
    },
    /** Paths that rows speak of. */
    async rows(volumeId: string): Promise<string[]> {
      const rows = await db.query<{ cameraId: string; role: 'main'; startedAt: string; run: string; number: number }>(
        `SELECT camera_id AS "cameraId", role, started_at AS "startedAt", run_id AS run, number FROM footage_segment
         WHERE volume_id = $1`,
        [volumeId],
      );
      return rows.map((row) => footagePath({ ...row, startedAt: Date.parse(row.startedAt) })).sort();
    },
    hold: (cameraId: string, from: number, until: number) =>
      storage.holds.place(
        { cameraId, from: new Date(from).toISOString(), until: new Date(until).toISOString(), reason: 'a case' },
        'root',
      ),
    async close() {
      await storage.stop();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type Stage = Awaited<ReturnType<typeof openStage>>;
