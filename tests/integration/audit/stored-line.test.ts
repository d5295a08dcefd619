import fc from '../../helpers/property.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashedLine, type HashedFields } from '../../../server/features/audit/canonical.ts';
import { lineColumns, StoredLine } from '../../../server/features/audit/stored-line.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Whatever PostgreSQL takes as text, and often what JSON writes otherwise. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '"',
        '\\',
        '\\u0001',
        '\n',
        '\r',
        '\t',
        '\b',
        '\f',
        '\u001F',
        '\u007F',
        '\u0080',
        '\u2028',
        '等候',
        '🎥',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').toWellFormed().replaceAll('\0', '\uFFFD'));
const nullable = fc.option(text);
/** From 4713 BC to 294247 AD, behind which PostgreSQL rounds; often near the places where the way of writing changes. */
const time = fc
  .oneof(
    fc.bigInt({ min: -210_866_803_200_000_000n, max: 2n ** 63n - 2n }),
    fc
      .tuple(
        fc.constantFrom(0n, 946_684_800_000_000n, 2n ** 52n, 2n ** 53n, 999_999_999_999_999n, 1_767_225_600_000_000n),
        fc.bigInt({ min: -2_000_001n, max: 2_000_001n }),
      )
      .map(([near, off]) => near + off),
  )
  .map((microseconds) => `'epoch'::timestamptz + interval '${microseconds} us'`);
const moment = fc.oneof({ weight: 9, arbitrary: time }, fc.constantFrom("'infinity'", "'-infinity'"));
const seq = fc.oneof(fc.integer({ min: 1, max: 1e10 }).map(BigInt), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));

it('of an entry as it is stored, the line is what was hashed when it was written', async () => {
  const line = new StoredLine();
  await database.db.query('CREATE TABLE odd AS TABLE audit_entry WITH NO DATA');
  const entry = fc.record({
    ...{ seq, at: moment, began: fc.option(moment), account: nullable, session: nullable, address: nullable },
    ...{ act: text, kind: text, id: text, hall: nullable, reason: nullable },
    ...{ details: fc.dictionary(text, text).map((said) => JSON.stringify(said)) },
    previous: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  });
  const property = fc.asyncProperty(
    fc.uniqueArray(entry, { maxLength: 20, selector: (each) => each.seq }),
    async (all) => {
      await database.db.query('TRUNCATE odd');
      for (const { seq, at, began, account, session, address, act, kind, id, hall, reason, details, previous } of all) {
        await database.db.query(
          `INSERT INTO odd VALUES ($1, ${at}, ${began}, $2, $3, $4, $5, $6, $7, $8, $9, $10, decode($11, 'hex'))`,
          [seq, account, session, address, act, kind, id, hall, reason, details, previous],
        );
      }
      // the times as PostgreSQL itself would write them
      const times = await database.db.query<{ at: string; began: string | null }>(
        'SELECT extract(epoch from at)::text AS at, extract(epoch from began)::text AS began FROM odd ORDER BY seq',
      );
      const inOrder = all.toSorted((a, b) => (a.seq < b.seq ? -1 : 1));
      const expected = inOrder.map((each, i) => {
        const { account, session, address, act, kind, id, hall, reason, details, previous } = each;
        const { at, began } = times[i]!;
        const fields = [String(each.seq), at, began, account, session, address, act, kind, id, hall, reason, details];
        return hashedLine(previous, fields as unknown as HashedFields);
      });
      const lines: string[] = [];
      await database.db.copyOut(`SELECT ${lineColumns} FROM odd ORDER BY seq`, (row) =>
        lines.push(line.of(row).toString()),
      );
      expect(lines).toEqual(expected);
    },
  );
  const plain = { account: null, session: null, address: null, act: '', kind: '', id: '', hall: null, reason: null };
  const long = { ...plain, seq: 1n, at: "'1969-12-31 23:59:59.9+00'", began: null, previous: '00'.repeat(32) };
  await fc.assert(property, {
    numRuns: 40,
    examples: [[[{ ...long, details: JSON.stringify({ long: '\u0001'.repeat(20_000) }) }]]],
  });
});
