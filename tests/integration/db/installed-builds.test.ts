import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { installedBuilds } from '../../../server/db/embedded/postgres-build.ts';

const root = mkdtempSync(join(tmpdir(), 'hallwatch-usr-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}
const programs = (major: number) => ['initdb', 'postgres'].map((name) => `lib/postgresql/${major}/bin/${name}`);
const timescale = (major: number) => [
  `lib/postgresql/${major}/lib/timescaledb.so`,
  `share/postgresql/${major}/extension/timescaledb.control`,
];

test('finds what is installed with TimescaleDB, newest first', () => {
  expect(installedBuilds(root)).toEqual([]);
  put(...programs(14), ...timescale(14));
  put(...programs(15), ...timescale(15));
  put(...programs(16));
  put(...programs(17), ...timescale(17));
  put(...timescale(18));
  const builds = installedBuilds(root);
  expect(builds.map(({ major }) => major)).toEqual([17, 15]);
  expect(builds[0]).toMatchObject({
    initdb: join(root, 'lib/postgresql/17/bin/initdb'),
    postgres: [join(root, 'lib/postgresql/17/bin/postgres')],
  });
});
