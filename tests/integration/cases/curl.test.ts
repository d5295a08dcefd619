import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ExchangeReceipt } from '#contract/exchange.ts';
import { openTestDatabase } from '../../helpers/database.ts';
import { PASSWORD } from '../../helpers/test-app.ts';
import { openCaseStage } from './stage.ts';

it('hands cases over by curl as the docs print it', async () => {
  const base = await openTestDatabase();
  const stage = await openCaseStage(base);
  const folder = await mkdtemp(path.join(tmpdir(), 'hallwatch-curl-'));
  try {
    const docs = await readFile(new URL('../../../docs/cases.md', import.meta.url), 'utf8');
    const script = /```sh\n(.*?)```/s.exec(docs)![1]!;
    // the first account is made by set-up
    await stage.test.cookieOf('administrator');
    const grants = [{ role: 'administrator', scope: { of: 'everything' } }] as const;
    await stage.test.accounts.add(
      { username: 'admin', displayName: 'admin', password: PASSWORD, grants: [...grants] },
      null,
    );
    const origin = await stage.test.app.listen({ host: '127.0.0.1', port: 0 });
    const env = { ...process.env, HALLWATCH: origin, PASSWORD };
    const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: folder, env });
    // what the set-up answers stands before the receipt, without a new line
    const receipt = ExchangeReceipt.parse(JSON.parse(stdout.slice(stdout.lastIndexOf('{"id":"0'))));
    expect(receipt).toMatchObject({ sourceId: 'tax-system', rows: 1, taken: 1, refused: [] });
    const [row] = (await stage.cases.list({ open: 'true', number: '2026-000317', limit: 1 }, null)).cases;
    expect(row).toMatchObject({ itemId: 'invoice', state: 'accepted' });
  } finally {
    await stage.close();
    await base.close();
    await rm(folder, { recursive: true, force: true });
  }
});
