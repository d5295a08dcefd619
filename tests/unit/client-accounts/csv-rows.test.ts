import { describe, expect, it } from 'vitest';
import { accountsOf, cellsOf, columnOf, mistakesIn } from '../../../client/features/accounts/csv-rows.ts';

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

  it('says before anything is sent what is wrong with a line, by its columns', () => {
    const places = new Set(['everything', 'region:east', 'hall:e1']);
    const wrong = (line: string) => {
      const { rows } = accountsOf(`${head}\n${line}`) as { rows: Parameters<typeof mistakesIn>[0][] };
      return mistakesIn(rows[0]!, places).map(([column, { key }]) => `${column} ${key}`);
    };
    expect(wrong('li,Li,a long password,auditor,region:east')).toEqual([]);
    expect(wrong('li,Li,a long password,auditor,everything')).toEqual([]);
    // a place that is not there, one of another kind, one without its kind
    for (const place of ['region:west', 'hall:east', 'east']) {
      expect(wrong(`li,Li,a long password,auditor,${place}`)).toEqual(['place unknownPlace']);
    }
    expect(wrong('BAD NAME,,short,nobody,')).toEqual([
      ...['username username', 'displayName required', 'password tooShort', 'role oneOf', 'place unknownPlace'],
    ]);
  });

  it('says which columns are missing', () => {
    expect(accountsOf('username,role\nli,auditor')).toEqual({ missing: ['displayName', 'password', 'place'] });
  });
});
