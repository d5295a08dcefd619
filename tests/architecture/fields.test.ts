import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const client = path.resolve(import.meta.dirname, '../../client');

it('every field can be written in: Element Plus puts back each letter of one that does not hand on what is typed', () => {
  const files = readdirSync(client, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.vue') && !file.startsWith('dist'),
  );
  const fields = files.flatMap((file) =>
    (readFileSync(path.join(client, file), 'utf8').match(/<ElInput\s(?:[^>"]|"[^"]*")*>/g) ?? []).map((tag) => ({
      file,
      tag,
    })),
  );
  expect(fields.length).toBeGreaterThan(50);
  expect(fields.filter(({ tag }) => !/v-model|@update:model-value|\sreadonly/.test(tag))).toEqual([]);
});
