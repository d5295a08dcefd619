import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../../server/db/database.ts';
import type { NewEntry } from '../../../server/features/audit/entry.ts';
import { HeadFile } from '../../../server/features/audit/head-file.ts';
import { AuditRepository } from '../../../server/features/audit/repository.ts';
import { SealFile } from '../../../server/features/audit/seal-file.ts';
import { SealKeys } from '../../../server/features/audit/seal-keys.ts';
import { Sealer } from '../../../server/features/audit/sealer.ts';
import { storedEntries } from '../../../server/features/audit/stored-entries.ts';
import { walk, type Verdict } from '../../../server/features/audit/walk.ts';
import { AuditWriter } from '../../../server/features/audit/writer.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

export const MORNING = Date.parse('2026-11-24T01:00:00Z');
export const DAY_MS = 24 * 3600_000;

/** A chain in a database of its own, its files in a folder of its own. */
export class ChainRoom {
  readonly clock = new ManualClock(MORNING);
  readonly problems = new ProblemBoard(this.clock);
  readonly database: TestDatabase;
  readonly folder: string;
  readonly rows: AuditRepository;
  readonly keys: SealKeys;
  readonly file: SealFile;
  readonly head: HeadFile;
  writer: AuditWriter;
  sealer: Sealer;

  private constructor(database: TestDatabase, folder: string) {
    this.database = database;
    this.folder = folder;
    this.keys = new SealKeys(folder);
    this.file = new SealFile(join(folder, 'seals.jsonl'));
    this.head = new HeadFile(join(folder, 'head'));
    this.rows = new AuditRepository(database.db);
    this.writer = this.newWriter();
    this.sealer = this.newSealer();
  }

  static async open(): Promise<ChainRoom> {
    const room = new ChainRoom(await openTestDatabase(), await mkdtemp(join(tmpdir(), 'hallwatch-audit-')));
    await room.keys.signing();
    await room.writer.start();
    return room;
  }

  newWriter(db: Database = this.database.db): AuditWriter {
    const { clock, problems, head } = this;
    return new AuditWriter({ rows: new AuditRepository(db), clock, log: silentLogger, problems, head });
  }

  newSealer(): Sealer {
    const { rows, clock, problems, keys, file } = this;
    return new Sealer({ rows, clock, log: silentLogger, problems, keys, file });
  }

  /** Fills the chain: so many entries a day, and every day that is over sealed. */
  async fill(days: number, entriesADay: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      for (let i = 0; i < entriesADay; i += 1) {
        this.writer.note(watched(`cam-${i % 3}`));
        this.clock.advance(1000);
      }
      await this.writer.settled();
      this.clock.advance(DAY_MS - entriesADay * 1000);
      await this.sealer.look();
    }
  }

  /** As the command does it. */
  async verify(): Promise<Verdict> {
    const chain = storedEntries(this.database.db);
    const [seals, filed, keys, head] = await Promise.all([
      this.rows.seals(),
      this.file.read(),
      this.keys.known(),
      this.head.read(),
    ]);
    return walk({ chain, seals, filed, keys, head });
  }

  /** What somebody does who owns the database. */
  async tamper(...statements: string[]): Promise<void> {
    await this.database.db.transaction(async (inside) => {
      await inside.query('ALTER TABLE audit_entry DISABLE TRIGGER USER');
      await inside.query('ALTER TABLE audit_seal DISABLE TRIGGER USER');
      for (const statement of statements) await inside.query(statement);
      await inside.query('ALTER TABLE audit_entry ENABLE TRIGGER USER');
      await inside.query('ALTER TABLE audit_seal ENABLE TRIGGER USER');
    });
  }

  async close(): Promise<void> {
    await this.writer.stop();
    await this.sealer.stop();
    await this.database.close();
    await rm(this.folder, { recursive: true });
  }
}

export function watched(cameraId: string): NewEntry {
  return {
    ...{ account: 'lin', session: 'a'.repeat(64), address: '10.1.2.3' },
    ...{ act: 'live.watched', subjectId: cameraId, hallId: 'hall-a', details: { roles: ['sub'] } },
  };
}
