import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../server/contract/errors.ts';
import { errorMessages } from '../../client/i18n/errors.ts';

const codes = Object.keys(errorCatalogue).sort();

describe('the catalogue of errors', () => {
  it('is the table in docs/errors.md', () => {
    const table = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    const rows = [...table.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (.+?) \|$/gm)].map(([, code, status, advice]) => ({
      code,
      status: Number(status),
      advice,
    }));
    const catalogue = Object.entries(errorCatalogue).map(([code, entry]) => ({ code, ...entry }));
    expect(rows).toEqual(catalogue);
  });

  it.each(['zh-CN', 'en'] as const)('is translated in %s', (language) => {
    expect(Object.keys(errorMessages[language])).toEqual(expect.arrayContaining(codes));
    expect(Object.keys(errorMessages[language]).sort()).toEqual(Object.keys(errorMessages.en).sort());
  });
});
