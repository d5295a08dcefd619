import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { entryHash } from '../../../server/features/audit/canonical.ts';
import { ChainRoom } from './chain-room.ts';

let room: ChainRoom;

let intact: string;

beforeAll(async () => {
  room = await ChainRoom.open();
  // entries 1 to 60, the first 40 of them sealed
  await room.fill(2, 20);
  room.clock.advance(3600_000);
  const who = { account: 'wu', session: null, address: null };
  for (let i = 0; i < 20; i += 1) room.writer.note({ ...who, act: 'session.opened', subjectId: 'wu' });
  await room.writer.settled();
  intact = await mkdtemp(join(tmpdir(), 'hallwatch-audit-intact-'));
  await cp(room.folder, intact, { recursive: true });
  await room.database.db.query('CREATE TABLE intact_entry AS TABLE audit_entry');
  await room.database.db.query('CREATE TABLE intact_seal AS TABLE audit_seal');
});
afterAll(async () => {
  await room.close();
  await rm(intact, { recursive: true });
});

/** Puts everything back as it was written, and has the program start anew. */
afterEach(async () => {
  await room.writer.stop();
  await room.tamper(
    'DELETE FROM audit_entry',
    'INSERT INTO audit_entry SELECT * FROM intact_entry',
    'DELETE FROM audit_seal',
    'INSERT INTO audit_seal SELECT * FROM intact_seal',
  );
  await rm(room.folder, { recursive: true });
  await cp(intact, room.folder, { recursive: true });
  room.writer = room.newWriter();
  room.sealer = room.newSealer();
  await room.writer.start();
});

describe('a chain that nobody touched', () => {
  it('holds, from its first entry to its last', async () => {
    expect(await room.verify()).toEqual({ entries: 60, seals: 2, findings: [] });
  });

  it('keeps the program and a hasty hand from changing it', async () => {
    const { db } = room.database;
    await expect(db.query("UPDATE audit_entry SET account = 'nobody' WHERE seq = 7")).rejects.toThrow(
      'only ever added to',
    );
    await expect(db.query('DELETE FROM audit_entry WHERE seq = 7')).rejects.toThrow('only ever added to');
    await expect(db.query('TRUNCATE audit_entry')).rejects.toThrow('only ever added to');
    await expect(db.query('DELETE FROM audit_seal')).rejects.toThrow('only ever added to');
  });
});

describe('somebody who owns the database', () => {
  it.each([
    ["account = 'nobody'"],
    ["reason = 'as ordered'"],
    ["at = at + interval '1 microsecond'"],
    ['details = \'{"roles":[ "sub"]}\''],
    ["hash = decode(repeat('00', 32), 'hex')"],
  ])('alters an entry: %s', async (change) => {
    await room.tamper(`UPDATE audit_entry SET ${change} WHERE seq = 17`);
    expect((await room.verify()).findings).toEqual([{ kind: 'altered', from: 17, to: 17 }]);
  });

  it('alters an entry and hashes it anew', async () => {
    await room.tamper("UPDATE audit_entry SET account = 'nobody' WHERE seq = 45");
    await rehash(45);
    expect((await room.verify()).findings).toEqual([{ kind: 'rewritten', from: 45, to: 45 }]);
  });

  it('alters a sealed entry and hashes everything behind it anew', async () => {
    await room.tamper("UPDATE audit_entry SET account = 'nobody' WHERE seq = 25");
    for (let seq = 25; seq <= 60; seq += 1) await rehash(seq);
    expect((await room.verify()).findings).toEqual([
      { kind: 'rewritten', from: 21, to: 40 },
      { kind: 'rewritten', from: 41, to: 60 },
    ]);
  });

  it('deletes entries', async () => {
    await room.tamper('DELETE FROM audit_entry WHERE seq BETWEEN 30 AND 32 OR seq = 1');
    expect((await room.verify()).findings).toEqual([
      { kind: 'deleted', from: 1, to: 1 },
      { kind: 'deleted', from: 30, to: 32 },
    ]);
  });

  it('puts one far behind the end, which is no long way', async () => {
    await room.tamper('UPDATE audit_entry SET seq = 1000000000000 WHERE seq = 60');
    expect((await room.verify()).findings).toEqual([
      { kind: 'deleted', from: 60, to: 999_999_999_999 },
      { kind: 'altered', from: 1_000_000_000_000, to: 1_000_000_000_000 },
    ]);
  });

  it('lets two entries change places, with their hashes or without', async () => {
    await room.tamper(
      'UPDATE audit_entry SET seq = CASE seq WHEN 5 THEN 1000 ELSE 5 END WHERE seq IN (5, 9) AND seq <> 9',
      'UPDATE audit_entry SET seq = 5 WHERE seq = 9',
      'UPDATE audit_entry SET seq = 9 WHERE seq = 1000',
    );
    await room.tamper(
      `UPDATE audit_entry a SET (at, account, act, subject_kind, subject_id, hall_id, address, session, details) =
         (SELECT at, account, act, subject_kind, subject_id, hall_id, address, session, details
          FROM audit_entry b WHERE b.seq = 57 - a.seq) WHERE seq IN (12, 45)`,
    );
    expect((await room.verify()).findings).toEqual([
      { kind: 'reordered', from: 5, to: 5, origin: 9 },
      { kind: 'reordered', from: 9, to: 9, origin: 5 },
      { kind: 'reordered', from: 12, to: 12, origin: 45 },
      { kind: 'reordered', from: 45, to: 45, origin: 12 },
    ]);
  });

  it('cuts off the end, sealed or not', async () => {
    await room.tamper('DELETE FROM audit_entry WHERE seq > 50');
    expect((await room.verify()).findings).toEqual([{ kind: 'truncated', from: 51, to: 60 }]);
    await room.tamper('DELETE FROM audit_entry WHERE seq > 33');
    // without what the program keeps beside the database the seals still tell
    await rm(join(room.folder, 'head'));
    expect((await room.verify()).findings).toEqual([{ kind: 'truncated', from: 34, to: 40 }]);
  });

  it('cuts off the end while the program runs: the gap stays, and the chain tells of it', async () => {
    await room.tamper('DELETE FROM audit_entry WHERE seq > 50');
    await room.writer.after({ account: 'wu', session: null, address: null, act: 'session.closed', subjectId: 'wu' });
    expect(room.problems.get('audit-chain')).toMatchObject({
      code: 'AUDIT_BROKEN',
      detail: 'entries 51 to 60 are gone',
    });
    expect((await room.verify()).findings).toEqual([{ kind: 'deleted', from: 51, to: 60 }]);
    const [, told] = await room.rows.page({}, null, 2);
    expect(told).toMatchObject({
      seq: 61,
      act: 'audit.broken',
      details: { expected: { seq: 60 }, found: { seq: 50 } },
    });
  });

  it('removes or forges seals', async () => {
    await room.tamper(
      'DELETE FROM audit_seal WHERE number = 2',
      'UPDATE audit_seal SET last_seq = 19, count = 19 WHERE number = 1',
    );
    expect((await room.verify()).findings).toEqual([
      { kind: 'seal-invalid', from: 1, to: 1 },
      { kind: 'seal-missing', from: 2, to: 2 },
    ]);
  });

  /** As somebody would who knows how it is done. */
  async function rehash(seq: number): Promise<void> {
    const { rows } = await room.database.db.pool.query({
      text: `SELECT seq::text, extract(epoch from at)::text, extract(epoch from began)::text, account, session, address, act,
               subject_kind, subject_id, hall_id, reason, details::text,
               (SELECT encode(hash, 'hex') FROM audit_entry WHERE seq = $1 - 1)
             FROM audit_entry WHERE seq = $1`,
      values: [seq],
      rowMode: 'array',
    });
    const row = rows[0] as string[];
    const previous = row.pop()!;
    const hash = entryHash(previous, row as never);
    await room.tamper(
      `UPDATE audit_entry SET previous = decode('${previous}', 'hex'), hash = decode('${hash}', 'hex') WHERE seq = ${seq}`,
    );
  }
});

describe('keys', () => {
  it('are changed by taking the old one away; what it signed still verifies', async () => {
    const before = await room.keys.known();
    await rm(join(room.folder, 'seal.key'));
    await room.fill(1, 3);
    expect((await room.keys.known()).size).toBe(before.size + 1);
    expect(await room.verify()).toMatchObject({ seals: 3, findings: [] });
    for (const id of before.keys()) await rm(join(room.folder, `seal-${id}.pub`));
    expect((await room.verify()).findings.map(({ kind }) => kind)).toEqual(['seal-invalid', 'seal-invalid']);
  });

  it('seals that the database lost come back from the file, signed as they were', async () => {
    await room.tamper('DELETE FROM audit_seal');
    room.sealer = room.newSealer();
    // meanwhile the third day is over
    await room.sealer.look();
    expect(await room.verify()).toMatchObject({ seals: 3, findings: [] });
  });
});
