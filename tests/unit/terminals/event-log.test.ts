import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import type { BulkDatabase, CopyValue } from '../../../server/db/database.ts';
import { EventLog } from '../../../server/features/terminals/event-log.ts';
import { terminalMetrics } from '../../../server/features/terminals/metrics.ts';
import type { StoredEvent } from '../../../server/features/terminals/stored-event.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A database that holds each batch until the test answers it. */
class HeldDatabase implements BulkDatabase {
  readonly inserts: { ids: string[]; answer: (result?: Error) => void }[] = [];

  copy(_table: string, columns: readonly string[], rows: readonly (readonly CopyValue[])[]): Promise<void> {
    const ids = rows.map((row) => String(row[columns.indexOf('event_id')]));
    return new Promise((resolve, reject) => {
      this.inserts.push({ ids, answer: (failure) => (failure ? reject(failure) : resolve()) });
    });
  }

  query<Row extends object>(): Promise<Row[]> {
    return Promise.resolve([]);
  }

  transaction<T>(work: (inside: BulkDatabase) => Promise<T>): Promise<T> {
    return work(this);
  }
}

const event = (id: string): StoredEvent => ({
  id,
  hallId: 'hall-a',
  kind: 'caller',
  deviceId: 'd1',
  channel: 'evt',
  sid: 's',
  seq: 1,
  receivedAt: 0,
  occurredAt: 0,
  at: 0,
  backfilled: false,
  misdated: false,
  windowId: 'w01',
  body: { type: 'window.resumed', window: 'w01' },
});

describe('the event log', () => {
  const clock = new ManualClock(0);
  let db: HeldDatabase;
  let problems: ProblemBoard;
  let stored: string[];
  let unstorable: string[];
  let events: EventLog;

  beforeEach(async () => {
    db = new HeldDatabase();
    problems = new ProblemBoard(clock);
    stored = [];
    unstorable = [];
    events = new EventLog({
      db,
      clock,
      log,
      problems,
      metrics: terminalMetrics(),
      onStored: ({ id }) => stored.push(id),
      onUnstorable: ({ id }) => unstorable.push(id),
    });
    await events.start();
  });

  afterEach(async () => {
    const stopped = events.stop();
    clock.advance(60_000);
    await settled();
    for (const { answer } of db.inserts) answer();
    await stopped;
  });

  it('puts what comes at once into one batch, and tells of it only after the commit', async () => {
    const appended = Promise.all(['a', 'b', 'c'].map((id) => events.append(event(id))));
    await settled();
    expect(db.inserts.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
    expect(stored).toEqual([]);
    db.inserts[0]!.answer();
    await appended;
    expect(stored).toEqual(['a', 'b', 'c']);
  });

  it('gathers what comes during a commit into the next batch', async () => {
    const first = events.append(event('a'));
    await settled();
    const rest = Promise.all(['b', 'c'].map((id) => events.append(event(id))));
    await settled();
    expect(db.inserts).toHaveLength(1);
    db.inserts[0]!.answer();
    await first;
    await settled();
    expect(db.inserts[1]!.ids).toEqual(['b', 'c']);
    db.inserts[1]!.answer();
    await rest;
  });

  it('writes what is appended at the very moment when a batch is done', async () => {
    const second = events.append(event('a')).then(() => events.append(event('b')));
    await settled();
    db.inserts[0]!.answer();
    await settled();
    expect(db.inserts[1]?.ids).toEqual(['b']);
    db.inserts[1]!.answer();
    await second;
  });

  it('lets a repetition wait for the same commit, and writes it once', async () => {
    const [first, again] = [events.append(event('a')), events.append(event('a'))];
    await settled();
    expect(db.inserts[0]!.ids).toEqual(['a']);
    db.inserts[0]!.answer();
    await Promise.all([first, again]);
    await events.append(event('a'));
    expect(stored).toEqual(['a']);
    expect(db.inserts).toHaveLength(1);
  });

  it('keeps the batch while the database is away', async () => {
    let acknowledged = false;
    const appended = events.append(event('a')).then(() => (acknowledged = true));
    await settled();
    db.inserts[0]!.answer(new AppError('DATABASE_UNREACHABLE'));
    await settled();
    clock.advance(200);
    await settled();
    expect(acknowledged).toBe(false);
    expect(db.inserts[1]!.ids).toEqual(['a']);
    db.inserts[1]!.answer();
    await appended;
    expect(stored).toEqual(['a']);
  });

  it('gives up the one event that the database refuses, and no other', async () => {
    const appended = Promise.all(['a', 'bad', 'c', 'd'].map((id) => events.append(event(id))));
    let answered = 0;
    for (await settled(); answered < db.inserts.length; await settled()) {
      const { ids, answer } = db.inserts[answered]!;
      answered += 1;
      answer(ids.includes('bad') ? Object.assign(new Error('invalid text'), { code: '22021' }) : undefined);
    }
    await appended;
    expect(unstorable).toEqual(['bad']);
    expect(stored).toEqual(['a', 'c', 'd']);
  });

  it('refuses what comes beyond its limit, shows it, and takes it back when it has caught up', async () => {
    const appended = [];
    for (let i = 0; i < 20_000; i += 1) appended.push(events.append(event(`e${i}`)));
    await expect(events.append(event('too many'))).rejects.toMatchObject({ code: 'INGEST_OVERLOADED' });
    expect(problems.get('ingest')).toMatchObject({ code: 'INGEST_OVERLOADED' });
    for (let done = 0; done < 10; done += 1) {
      await settled();
      db.inserts[done]!.answer();
    }
    await Promise.all(appended);
    expect(problems.get('ingest')).toBeUndefined();
    expect(stored).toHaveLength(20_000);
  });

  it('rejects what it cannot write before the end, so that nobody takes it for accepted', async () => {
    const appended = events.append(event('a'));
    const rejected = expect(appended).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await settled();
    db.inserts[0]!.answer(new AppError('DATABASE_UNREACHABLE'));
    await settled();
    const stopped = events.stop();
    clock.advance(10_000);
    await rejected;
    await stopped;
  });
});
