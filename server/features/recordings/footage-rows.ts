import { CHAIN_START, chainLink } from '#lib/footage-chain.ts';
import type { GapFacts, RecorderReport, RunFacts, SegmentFacts, StreamKey } from '#lib/recorder-report.ts';
import type { Database } from '../../db/database.ts';

/** A gap that lasts, epoch ms. */
export interface OpenGap extends StreamKey {
  from: number;
  gap: GapFacts;
}

/** A row of a segment, as far as it is compared with its file. */
export interface KnownSegment {
  run: string;
  number: number;
  startedAt: number;
  endedAt: number;
  bytes: number;
  state: 'ok' | 'damaged' | 'missing';
}

type Of<Type extends RecorderReport['type']> = Extract<RecorderReport, { type: Type }>;
const only = <Type extends RecorderReport['type']>(reports: readonly RecorderReport[], type: Type) =>
  reports.filter((report): report is Of<Type> => report.type === type);

/** Runs, segments with their chain, and gaps in the database. Writing the same twice changes nothing. */
export class FootageRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** All or nothing. */
  async write(reports: readonly RecorderReport[]): Promise<void> {
    await this.#db.transaction(async (db) => {
      await addRuns(
        db,
        only(reports, 'run-began').map(({ run }) => run),
      );
      await addSegments(
        db,
        only(reports, 'segment').map(({ segment }) => segment),
      );
      for (const { runId, endedAt, end } of only(reports, 'run-ended')) {
        await db.query(
          `UPDATE footage_run SET end_cause = $2, ended_at = GREATEST(started_at, to_timestamp($3 / 1000.0)) WHERE id = $1`,
          [runId, end, endedAt],
        );
      }
      for (const report of reports) {
        if (report.type === 'gap-began') await openGap(db, report);
        if (report.type === 'gap-ended') await closeGap(db, report);
        if (report.type === 'run-moved') await moveRun(db, report);
      }
    });
  }

  /** A file that was found without a row becomes a segment; gaps give way to it. */
  async adopt(found: { segment: SegmentFacts; run: RunFacts }): Promise<void> {
    const { cameraId, role, startedAt, endedAt } = found.segment;
    await this.#db.transaction(async (db) => {
      await addRuns(db, [found.run]);
      await addSegments(db, [found.segment]);
      const ours = `camera_id = $1 AND role = $2 AND cause NOT IN ('file-missing', 'file-damaged', 'removed')`;
      const from = 'to_timestamp($3::bigint / 1000.0)';
      const until = 'to_timestamp($4::bigint / 1000.0)';
      const reached = await db.query<{ id: number; begins_before: boolean; ends_after: boolean }>(
        `SELECT id, started_at < ${from} AS begins_before, COALESCE(ended_at, 'infinity') > ${until} AS ends_after
         FROM footage_gap WHERE ${ours} AND started_at < ${until} AND COALESCE(ended_at, 'infinity') > ${from}`,
        [cameraId, role, startedAt, endedAt],
      );
      for (const { id, begins_before: beginsBefore, ends_after: endsAfter } of reached) {
        if (beginsBefore) {
          await db.query(
            `INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause, detail)
             SELECT camera_id, role, started_at, to_timestamp($2::bigint / 1000.0), cause, detail FROM footage_gap WHERE id = $1`,
            [id, startedAt],
          );
        }
        // The row itself is what goes on behind the segment: it may be open, and its recorder is to end it.
        if (endsAfter) {
          await db.query('UPDATE footage_gap SET started_at = to_timestamp($2::bigint / 1000.0) WHERE id = $1', [
            id,
            endedAt,
          ]);
        } else await db.query('DELETE FROM footage_gap WHERE id = $1', [id]);
      }
    });
  }

  /**
   * Runs that nobody writes any more end as by a crash, and where a stream ends without a gap one begins there: the server
   * was not running. `except`: runs that go on.
   */
  async closeAbandoned(except: readonly string[]): Promise<void> {
    await this.#db.transaction(async (db) => {
      await db.query(`UPDATE footage_run SET end_cause = 'crash' WHERE end_cause IS NULL AND id <> ALL ($1)`, [except]);
      await db.query(
        `INSERT INTO footage_gap (camera_id, role, started_at, cause)
         SELECT camera_id, role, GREATEST(max(ended_at), (SELECT max(ended_at) FROM footage_gap gap
           WHERE gap.camera_id = run.camera_id AND gap.role = run.role)), 'server-stopped' FROM footage_run run
         WHERE NOT EXISTS (SELECT FROM footage_gap gap
           WHERE gap.camera_id = run.camera_id AND gap.role = run.role AND gap.ended_at IS NULL)
         GROUP BY camera_id, role HAVING bool_and(end_cause IS NOT NULL)`,
      );
    });
  }

  async openGaps(): Promise<OpenGap[]> {
    const rows = await this.#db.query<
      StreamRow & { started_at: string; cause: GapFacts['cause']; detail: string | null }
    >(`SELECT camera_id, role, started_at, cause, detail FROM footage_gap WHERE ended_at IS NULL`);
    return rows.map(({ camera_id: cameraId, role, started_at: startedAt, cause, detail }) => ({
      ...{ cameraId, role, from: Date.parse(startedAt), gap: { cause, detail } },
    }));
  }

  /** When the newest segment of each stream began, epoch ms. */
  async newest(): Promise<Map<string, number>> {
    const rows = await this.#db.query<StreamRow & { newest: string }>(
      `SELECT camera_id, role, max(ended_at) AS newest FROM footage_run GROUP BY camera_id, role`,
    );
    return new Map(rows.map((row) => [`${row.camera_id}/${row.role}`, Date.parse(row.newest)]));
  }

  /** Streams of which there is footage on a volume. */
  streamsOn(volumeId: string): Promise<StreamKey[]> {
    return this.#db.query<StreamKey>(
      `SELECT DISTINCT camera_id AS "cameraId", role FROM footage_usage WHERE volume_id = $1 AND segments > 0`,
      [volumeId],
    );
  }

  /** Rows of a stream on a volume from then on. */
  async segmentsSince({ cameraId, role }: StreamKey, volumeId: string, since: number): Promise<KnownSegment[]> {
    const rows = await this.#db.query<{
      run_id: string;
      number: number;
      started_at: string;
      ended_at: string;
      bytes: number;
      state: KnownSegment['state'];
    }>(
      `SELECT run_id, number, started_at, ended_at, bytes, state FROM footage_segment
       WHERE camera_id = $1 AND role = $2 AND volume_id = $3 AND started_at >= to_timestamp($4 / 1000.0)`,
      [cameraId, role, volumeId, since],
    );
    return rows.map((row) => ({
      ...{ run: row.run_id, number: row.number, bytes: row.bytes, state: row.state },
      ...{ startedAt: Date.parse(row.started_at), endedAt: Date.parse(row.ended_at) },
    }));
  }

  /** The segment's file is not there or not what it was: its span is a gap. */
  async lose({ cameraId, role }: StreamKey, segment: KnownSegment, state: 'missing' | 'damaged'): Promise<void> {
    const { run, number, startedAt, endedAt } = segment;
    await this.#db.transaction(async (db) => {
      await db.query(
        `UPDATE footage_segment SET state = $6 WHERE camera_id = $1 AND role = $2
           AND started_at = to_timestamp($3 / 1000.0) AND run_id = $4 AND number = $5`,
        [cameraId, role, startedAt, run, number, state],
      );
      await db.query(
        `INSERT INTO footage_gap (camera_id, role, started_at, ended_at, cause)
         VALUES ($1, $2, to_timestamp($3 / 1000.0), to_timestamp($4 / 1000.0), $5)`,
        [cameraId, role, startedAt, endedAt, `file-${state}`],
      );
    });
  }

  /** The file of a segment that was missed is there again. */
  async regain({ cameraId, role }: StreamKey, { run, number, startedAt }: KnownSegment): Promise<void> {
    await this.#db.transaction(async (db) => {
      await db.query(
        `UPDATE footage_segment SET state = 'ok' WHERE camera_id = $1 AND role = $2
           AND started_at = to_timestamp($3 / 1000.0) AND run_id = $4 AND number = $5`,
        [cameraId, role, startedAt, run, number],
      );
      await db.query(
        `DELETE FROM footage_gap WHERE camera_id = $1 AND role = $2 AND cause = 'file-missing'
           AND started_at = to_timestamp($3 / 1000.0)`,
        [cameraId, role, startedAt],
      );
    });
  }

  /** Files of a volume that are to go; who finds one leaves it alone. As `run/number`. */
  async doomed(volumeId: string): Promise<Set<string>> {
    const rows = await this.#db.query<{ run_id: string; number: number }>(
      'SELECT run_id, number FROM footage_doomed WHERE volume_id = $1',
      [volumeId],
    );
    return new Set(rows.map(({ run_id: run, number }) => `${run}/${number}`));
  }
}

interface StreamRow {
  camera_id: string;
  role: StreamKey['role'];
}

async function addRuns(db: Database, runs: readonly RunFacts[]): Promise<void> {
  for (const { id, cameraId, role, startedAt, codec, width, height, fps, sound } of runs) {
    await db.query(
      `INSERT INTO footage_run (id, camera_id, role, started_at, ended_at, codec, width, height, fps, sound)
       VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($4 / 1000.0), $5, $6, $7, $8, $9)
       ON CONFLICT (id) DO UPDATE SET started_at = LEAST(footage_run.started_at, EXCLUDED.started_at)`,
      [id, cameraId, role, startedAt, codec, width, height, fps, sound],
    );
  }
}

/** In their order, each linked to the one before it in its stream. */
async function addSegments(db: Database, segments: readonly SegmentFacts[]): Promise<void> {
  const fresh = await unknown(db, segments);
  if (fresh.length === 0) return;
  const streams = [...new Set(fresh.map(keyOf))].sort();
  const chains = await lockChains(db, streams);
  const rows = fresh.map((segment) => {
    const before = chains.get(keyOf(segment)) ?? { no: 0, link: CHAIN_START };
    const chain = { no: before.no + 1, link: chainLink(before.link, segment) };
    chains.set(keyOf(segment), chain);
    return { ...segment, chain };
  });
  const column = <T>(read: (row: (typeof rows)[number]) => T): T[] => rows.map(read);
  await db.query(
    `INSERT INTO footage_segment (camera_id, role, started_at, ended_at, run_id, number, volume_id, bytes, frames,
       init_bytes, start_ticks, end_cause, clock_offset_ms, sha256, chain_no, chain)
     SELECT camera_id, role, to_timestamp(started_ms / 1000.0), to_timestamp(ended_ms / 1000.0), run_id, number, volume_id,
       bytes, frames, init_bytes, start_ticks, end_cause, clock_offset_ms, sha256, chain_no, chain
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::int[], $7::text[], $8::bigint[],
       $9::int[], $10::int[], $11::bigint[], $12::text[], $13::float8[], $14::bytea[], $15::bigint[], $16::bytea[])
     AS new (camera_id, role, started_ms, ended_ms, run_id, number, volume_id, bytes, frames, init_bytes, start_ticks,
       end_cause, clock_offset_ms, sha256, chain_no, chain)`,
    [
      column(({ cameraId }) => cameraId),
      column(({ role }) => role),
      column(({ startedAt }) => startedAt),
      column(({ endedAt }) => endedAt),
      column(({ run }) => run),
      column(({ number }) => number),
      column(({ volumeId }) => volumeId),
      column(({ bytes }) => bytes),
      column(({ frames }) => frames),
      column(({ initBytes }) => initBytes),
      column(({ startTicks }) => startTicks),
      column(({ end }) => end),
      column(({ clockOffsetMs }) => clockOffsetMs),
      column(({ sha256 }) => sha256),
      column(({ chain }) => chain.no),
      column(({ chain }) => chain.link),
    ],
  );
  await db.query(
    `INSERT INTO footage_chain (camera_id, role, chain_no, chain)
     SELECT split_part(stream, '/', 1), split_part(stream, '/', 2), no, link
     FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS new (stream, no, link)
     ON CONFLICT (camera_id, role) DO UPDATE SET chain_no = EXCLUDED.chain_no, chain = EXCLUDED.chain`,
    [streams, streams.map((key) => chains.get(key)!.no), streams.map((key) => chains.get(key)!.link)],
  );
  await db.query(
    `UPDATE footage_run SET ended_at = GREATEST(footage_run.ended_at, to_timestamp(new.ended_ms / 1000.0))
     FROM (SELECT run_id, max(ended_ms) AS ended_ms FROM unnest($1::text[], $2::bigint[]) AS each (run_id, ended_ms)
       GROUP BY run_id) new WHERE id = new.run_id`,
    [column(({ run }) => run), column(({ endedAt }) => endedAt)],
  );
}

/** Those that have no row yet: a commit whose answer was lost is tried again. */
async function unknown(db: Database, segments: readonly SegmentFacts[]): Promise<SegmentFacts[]> {
  if (segments.length === 0) return [];
  const known = await db.query<{ run_id: string; number: number }>(
    `SELECT run_id, number FROM footage_segment JOIN unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::int[])
       AS asked (camera, part, started_ms, run, no)
     ON camera_id = camera AND role = part AND started_at = to_timestamp(started_ms / 1000.0) AND run_id = run AND number = no`,
    [
      segments.map(({ cameraId }) => cameraId),
      segments.map(({ role }) => role),
      segments.map(({ startedAt }) => startedAt),
      segments.map(({ run }) => run),
      segments.map(({ number }) => number),
    ],
  );
  const names = new Set(known.map(({ run_id: run, number }) => `${run}/${number}`));
  return segments.filter(({ run, number }) => !names.has(`${run}/${number}`));
}

async function lockChains(
  db: Database,
  streams: readonly string[],
): Promise<Map<string, { no: number; link: Uint8Array }>> {
  const rows = await db.query<StreamRow & { chain_no: number; chain: Buffer }>(
    `SELECT camera_id, role, chain_no, chain FROM footage_chain WHERE camera_id || '/' || role = ANY ($1)
     ORDER BY camera_id, role FOR UPDATE`,
    [streams],
  );
  return new Map(rows.map((row) => [`${row.camera_id}/${row.role}`, { no: row.chain_no, link: row.chain }]));
}

async function openGap(db: Database, { cameraId, role, at, cause, detail }: Of<'gap-began'>): Promise<void> {
  await db.query(
    `INSERT INTO footage_gap (camera_id, role, started_at, cause, detail)
     SELECT $1, $2, to_timestamp($3 / 1000.0), $4, $5
     WHERE NOT EXISTS (SELECT FROM footage_gap WHERE camera_id = $1 AND role = $2 AND cause = $4
       AND started_at = to_timestamp($3 / 1000.0))
     ON CONFLICT (camera_id, role) WHERE ended_at IS NULL DO NOTHING`,
    [cameraId, role, at, cause, detail],
  );
}

async function closeGap(db: Database, { cameraId, role, from, at }: Of<'gap-ended'>): Promise<void> {
  const stream = [cameraId, role, from];
  const open = 'camera_id = $1 AND role = $2 AND ended_at IS NULL';
  if (at <= from) {
    await db.query(`DELETE FROM footage_gap WHERE ${open} AND started_at = to_timestamp($3 / 1000.0)`, stream);
  } else {
    // A file that was found meanwhile may have taken its beginning.
    await db.query(
      `UPDATE footage_gap SET ended_at = to_timestamp($4 / 1000.0)
       WHERE ${open} AND started_at >= to_timestamp($3 / 1000.0) AND started_at < to_timestamp($4 / 1000.0)`,
      [...stream, at],
    );
  }
}

/** What ended with the run's beginning ends with its true one. */
async function moveRun(db: Database, { cameraId, role, runId, from, at }: Of<'run-moved'>): Promise<void> {
  await db.query('UPDATE footage_run SET started_at = LEAST(started_at, to_timestamp($2 / 1000.0)) WHERE id = $1', [
    runId,
    at,
  ]);
  const before = 'camera_id = $1 AND role = $2 AND ended_at = to_timestamp($3 / 1000.0)';
  const values = [cameraId, role, from, at];
  await db.query(`DELETE FROM footage_gap WHERE ${before} AND started_at >= to_timestamp($4 / 1000.0)`, values);
  await db.query(`UPDATE footage_gap SET ended_at = to_timestamp($4 / 1000.0) WHERE ${before}`, values);
}

const keyOf = ({ cameraId, role }: StreamKey) => `${cameraId}/${role}`;
