import fc from '../../helpers/property.ts';
import { expect, it } from 'vitest';
import { BinaryRows } from '../../../server/db/binary-rows.ts';

type Row = (Buffer | null)[];

/** As PostgreSQL sends them. */
function copied(rows: readonly Row[]): Buffer {
  const columnOf = (value: Buffer | null) => [int32(value?.length ?? -1), value ?? Buffer.alloc(0)];
  const tuples = rows.flatMap((row) => [int16(row.length), ...row.flatMap(columnOf)]);
  return Buffer.concat([Buffer.from('PGCOPY\n\xFF\r\n\0', 'latin1'), int32(0), int32(0), ...tuples, int16(-1)]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

it('finds every row, wherever the bytes are cut', () => {
  const value = fc.option(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)));
  const rows = fc
    .nat(6)
    .chain((columns) => fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { maxLength: 8 }));
  fc.assert(
    fc.property(rows, fc.array(fc.nat(400), { maxLength: 30 }), (rows, cuts) => {
      const found: Row[] = [];
      const taking = new BinaryRows(({ bytes, starts, lengths }) => {
        const column = (length: number, i: number) => bytes.subarray(starts[i], starts[i]! + length);
        found.push(lengths.map((length, i) => (length < 0 ? null : Buffer.from(column(length, i)))));
      });
      const whole = copied(rows);
      const places = [0, ...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b), whole.length];
      for (let i = 1; i < places.length; i += 1) {
        const piece = Buffer.from(whole.subarray(places[i - 1], places[i]));
        taking.take(piece);
        // as pg does, which reads the next ones to the same place
        piece.fill(0);
      }
      expect(found).toEqual(rows);
    }),
  );
});
