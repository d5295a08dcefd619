import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LogFile } from '../../../server/db/embedded/log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hallwatch-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('keeps the newest lines in two files of a bounded size, and goes on where it was left', () => {
  const path = join(folder, 'postgresql.log');
  let log = new LogFile(path, 20);
  for (const line of ['one', 'two', 'three', 'four']) log.write(Buffer.from(`${line} ....\n`));
  log.close();
  log = new LogFile(path, 20);
  log.write(Buffer.from('five\n'));
  log.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('three ....\n');
  expect(readFileSync(path, 'utf8')).toBe('four ....\nfive\n');
  expect(readdirSync(folder)).toHaveLength(2);
});
