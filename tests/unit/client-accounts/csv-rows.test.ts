import { describe, expect, it } from 'vitest';
import { accountsOf, cellsOf, columnOf } from '../../../client/features/accounts/csv-rows.ts';

const head = 'username,displayName,password,role,place';

describe('a table of accounts', () => {
  it('is read as spreadsheets write it', () => {
    expect(cellsOf('\uFEFFa,b\r\n"x, ""y""",\r\n\r\n"two\nlines",z\n')).toEqual([
      ['a', 'b'],
      ['x, "y"', ''],
      ['two\nlines', 'z'],
    ]);
    expect(cellsOf('')).toEqual([]);
  });

  it('gives an account a line, and a grant each where a name stands on several', () => {
    const text = `${head}\nli,李,a long password,supervisor,region:east\nwang,王,another password,auditor,everything\nli,,,hall-manager,hall:e1`;
    expect(accountsOf(text)).toMatchObject({
      rows: [
        {
          username: 'li',
          password: 'a long password',
          grants: [
            { role: 'supervisor', scope: { of: 'region', id: 'east' }, until: null },
            { role: 'hall-manager', scope: { of: 'hall', id: 'e1' } },
          ],
        },
        { username: 'wang', grants: [{ role: 'auditor', scope: { of: 'everything' } }] },
      ],
    });
  });

  it('never takes a place that is misspelt for everything', () => {
    for (const place of ['', 'everywhere', 'region', 'x']) {
      const { rows } = accountsOf(`${head}\nli,Li,a long password,administrator,${place}`) as {
        rows: { grants: unknown }[];
      };
      expect(JSON.stringify(rows)).not.toContain('everything');
    }
  });

  it('keeps a day that is none, so that its line is refused and not the table', () => {
    for (const day of ['2026-13-01', 'soon', '2026/12/31']) {
      expect(accountsOf(`${head},until\nli,Li,a long password,auditor,everything,${day}`)).toMatchObject({
        rows: [{ grants: [{ until: day }] }],
      });
    }
    expect(['username', 'grants.0.role', 'grants.1.scope.id', 'grants.0.until', 'grants'].map(columnOf)).toEqual([
      ...['username', 'role', 'place', 'until', 'role'],
    ]);
  });

  it('says which columns are missing', () => {
    expect(accountsOf('username,role\nli,auditor')).toEqual({ missing: ['displayName', 'password', 'place'] });
  });
});
