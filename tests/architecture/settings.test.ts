import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settings } from '../../server/config.ts';

it('the README names every setting, what happens without it, and what it does', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)`\s*\| (.+?)\s*\| (.+?)\s*\|$/gm)].map(
    ([, name, otherwise, meaning]) => ({
      name,
      default: otherwise,
      meaning,
    }),
  );
  expect(rows).toEqual(
    settings.map(({ name, default: otherwise, meaning }) => ({ name, default: otherwise, meaning })),
  );
});
