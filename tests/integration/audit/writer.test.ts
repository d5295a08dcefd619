import fc from '../../helpers/property.ts';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#lib/logger.ts';
import { createPool } from '../../../server/db/pool.ts';
import type { NewEntry } from '../../../server/features/audit/entry.ts';
import type { Database } from '../../../server/db/database.ts';
import { ChainRoom, watched } from './chain-room.ts';

let room: ChainRoom;
beforeAll(async () => {
  room = await ChainRoom.open();
});
afterAll(() => room.close());
afterEach(() => room.writer.stop());

const changed: NewEntry = {
  ...{ account: 'lin', session: null, address: null },
  ...{ act: 'camera.changed', subjectId: 'cam-1' },
};

/** The database as the writer sees it, away while we say so. */
class Gate implements Database {
  open = true;
  /** The commit arrives, its answer does not. */
  losesAnswers = false;
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    return this.#pass(() => room.database.db.query<Row>(text, values));
  }
  transaction<T>(work: (inside: Database) => Promise<T>): Promise<T> {
    return this.#pass(async () => {
      const result = await room.database.db.transaction(work);
      if (this.losesAnswers) throw new Error('Connection terminated unexpectedly');
      return result;
    });
  }
  async #pass<T>(work: () => Promise<T>): Promise<T> {
    if (!this.open) throw new Error('connect ECONNREFUSED');
    return work();
  }
}

async function startWriter(): Promise<Gate> {
  const gate = new Gate();
  room.writer = room.newWriter(gate);
  await room.writer.start();
  return gate;
}

describe('the writer', () => {
  it('writes whatever it is given, in the order in which it was given', async () => {
    await startWriter();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 20 }), async (texts) => {
        const before = (await room.rows.tail()).seq;
        for (const text of texts) {
          room.writer.note({ ...changed, account: text, subjectId: text, reason: text, details: { text, [text]: 1 } });
        }
        await room.writer.settled();
        expect((await room.rows.tail()).seq).toBe(before + texts.length);
      }),
      { numRuns: 5, examples: [[['\0', '\uD800', '"', 'x'.repeat(20_000)]]] },
    );
    expect((await room.verify()).findings).toEqual([]);
  });

  it('refuses what has to be audited while the database is away, and keeps what was done and seen', async () => {
    const gate = await startWriter();
    await room.writer.first(changed);
    gate.open = false;
    const refused = expect(room.writer.first({ ...changed, subjectId: 'never' })).rejects.toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
    });
    await room.writer.after({ ...changed, subjectId: 'done' });
    await refused;
    expect(() => room.writer.ready()).toThrow(expect.objectContaining({ code: 'AUDIT_UNAVAILABLE' }));
    expect(room.problems.get('audit')).toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    room.writer.note(watched('seen'));
    gate.open = true;
    room.clock.advance(10_000);
    await room.writer.settled();
    room.writer.ready();
    expect(room.problems.get('audit')).toBeUndefined();
    const page = await room.rows.page({}, null, 2);
    expect(page.map(({ subject }) => subject.id)).toEqual(['seen', 'done']);
  });

  it('keeps a bounded number of entries while the database is away, and tells in the chain how many it lost', async () => {
    const gate = await startWriter();
    gate.open = false;
    for (let i = 0; i < 10_150; i += 1) room.writer.note(watched('cam-1'));
    await room.writer.settled();
    gate.open = true;
    room.clock.advance(10_000);
    await room.writer.settled();
    const [told] = await room.rows.page({ acts: ['audit.lost'] }, null, 1);
    expect(told?.details).toEqual({ entries: 150 });
    expect((await room.verify()).findings).toEqual([]);
  });

  it('writes an entry once, even where the answer to its commit is lost', async () => {
    const gate = await startWriter();
    const before = (await room.rows.tail()).seq;
    gate.losesAnswers = true;
    await room.writer.after(changed);
    gate.losesAnswers = false;
    room.clock.advance(10_000);
    await room.writer.settled();
    expect((await room.rows.tail()).seq).toBe(before + 1);
  });

  it('shares the chain with a second server', async () => {
    await startWriter();
    const second = room.newWriter();
    await second.start();
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? second : room.writer).first(changed)));
    await second.stop();
    expect((await room.verify()).findings).toEqual([]);
  });
});

describe('the statements of docs/audit.md', () => {
  it('leave the program a role that can add and read, and nothing else', async () => {
    const { db, url } = room.database;
    const role = `hallwatch_${process.pid}`;
    const docs = readFileSync(new URL('../../../docs/audit.md', import.meta.url), 'utf8');
    const statements = /```sql\n([^`]+)```/.exec(docs)![1]!;
    await db.query(`CREATE ROLE ${role} LOGIN PASSWORD 'only-a-test'`);
    await db.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    await db.query(
      statements.replaceAll('hallwatch_program', role).replaceAll('audit_owner', `audit_owner_${process.pid}`),
    );
    const address = new URL(url);
    [address.username, address.password] = [role, 'only-a-test'];
    const program = createPool({ url: address.href, log: silentLogger, size: 2 });
    await program.start();
    try {
      room.writer = room.newWriter(program);
      await room.writer.start();
      await room.writer.first(changed);
      for (const forbidden of [
        'DROP TABLE audit_entry',
        'ALTER TABLE audit_entry DISABLE TRIGGER USER',
        'DROP TRIGGER audit_is_kept ON audit_entry',
        'TRUNCATE audit_entry',
        'UPDATE audit_entry SET seq = 0',
        'DELETE FROM audit_entry',
      ]) {
        await expect(program.query(forbidden)).rejects.toThrow(pg.DatabaseError);
      }
    } finally {
      await room.writer.stop();
      await program.stop();
      await db.query(`REASSIGN OWNED BY audit_owner_${process.pid} TO CURRENT_USER`);
      await db.query(`DROP OWNED BY ${role}, audit_owner_${process.pid}`);
      await db.query(`DROP ROLE ${role}, audit_owner_${process.pid}`);
    }
  });
});
