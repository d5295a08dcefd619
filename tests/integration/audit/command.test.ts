import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StretchThreads } from '../../../server/audit-verify/stretch-threads.ts';
import { walk } from '../../../server/features/audit/walk.ts';
import { ChainRoom } from './chain-room.ts';

let room: ChainRoom;
let dataDir: string;

beforeAll(async () => {
  room = await ChainRoom.open();
  dataDir = await mkdtemp(join(tmpdir(), 'hallwatch-audit-command-'));
  await room.fill(2, 20);
});
afterAll(async () => {
  await room.close();
  await rm(dataDir, { recursive: true });
});

/** `npm run audit-verify` behind its setup. */
function verify(): Promise<{ code: number; said: string; complained: string }> {
  const env = {
    ...process.env,
    ...{ DATABASE_URL: room.database.url, HALLWATCH_DATA: dataDir, HALLWATCH_AUDIT_FOLDER: room.folder },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['server/audit-verify/main.ts'], { env }, (failure, said, complained) => {
      resolve({ code: failure === null ? 0 : Number(failure.code), said, complained });
    });
  });
}

it('says that all is well, what is not, and when it could not look', async () => {
  expect(await verify()).toMatchObject({ code: 0, said: '40 entries, 2 seals: all as they were written\n' });

  await room.tamper(
    "UPDATE audit_entry SET account = 'nobody' WHERE seq = 17",
    'DELETE FROM audit_entry WHERE seq = 23',
  );
  const found = await verify();
  expect(found.code).toBe(1);
  expect(found.said.split('\n')).toEqual([
    'entry 17: altered, its hash is not its own',
    'entry 23: deleted',
    '39 entries, 2 seals: 2 findings',
    '',
  ]);

  await room.database.db.query('ALTER TABLE audit_entry RENAME COLUMN account TO who');
  try {
    const failed = await verify();
    expect(failed).toMatchObject({ code: 2, said: '' });
    expect(failed.complained).toContain('The audit could not be verified. ');
    expect(failed.complained).toContain('account');
  } finally {
    await room.database.db.query('ALTER TABLE audit_entry RENAME COLUMN who TO account');
  }
});

it('finds in threads, some entries at a time, what it finds in one go', async () => {
  const { db, url } = room.database;
  const inOne = await room.verify();
  const threads = new StretchThreads(url);
  try {
    const [seals, filed, keys, head] = await Promise.all([
      room.rows.seals(),
      room.file.read(),
      room.keys.known(),
      room.head.read(),
    ]);
    const chain = { ...threads.chain(db), entriesAtATime: 3 };
    expect(await walk({ chain, seals, filed, keys, head })).toEqual(inOne);
  } finally {
    await threads.stop();
  }
});

it('says why it could not look, and takes nothing more once it has ended', async () => {
  const { db, url } = room.database;
  const threads = new StretchThreads(url);
  const chain = threads.chain(db);
  const whole = { behind: 0, last: 10, marked: [] };
  const asked = [{ ...whole, last: 0.5 }, whole, whole].map((request) => chain.look(request));
  await expect(asked[0]).rejects.toThrow('entry 0.5 has a number of no entry');
  expect((await Promise.all(asked.slice(1))).map(({ entries }) => entries)).toEqual([10, 10]);
  await threads.stop();
  await expect(chain.look(whole)).rejects.toThrow('a thread ended without a word');
});
