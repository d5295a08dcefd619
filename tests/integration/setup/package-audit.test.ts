import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let registry: Server;
let cache: string;
/** What the registry knows; null: it cannot be asked. */
let known: Record<string, object[]> | null;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hallwatch-npm-'));
  registry = createServer((request, response) => {
    const isQuestion = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
    response.statusCode = isQuestion && known ? 200 : 405;
    response.end(isQuestion && known ? JSON.stringify(known) : '');
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
});
afterEach(async () => {
  registry.close();
  await rm(cache, { recursive: true });
});

async function ask(): Promise<{ code: number; said: string }> {
  const { port } = registry.address() as AddressInfo;
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: cache };
  const child = spawn(process.execPath, ['server/setup/package-audit.mjs'], { cwd: root, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

const hole = (severity: string, id: number) => ({
  aws4fetch: [{ id, url: 'https://example.org/1', title: 'signs too much', severity, vulnerable_versions: '<99' }],
});

it('a grave hole of a package that the product runs with fails, one that is not is said', async () => {
  known = hole('high', 1);
  expect(await ask()).toEqual({ code: 1, said: expect.stringMatching(/^aws4fetch: high; signs too much \(<99\)/) });
  known = hole('low', 2);
  expect(await ask()).toEqual({ code: 0, said: expect.stringMatching(/^aws4fetch: low; signs too much \(<99\)/) });
  known = {};
  expect(await ask()).toEqual({ code: 0, said: 'nothing known of any package\n' });
});

it('a registry that cannot be asked is said', async () => {
  known = null;
  expect(await ask()).toEqual({ code: 0, said: expect.stringContaining('not asked') });
});
