import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const aliases: Record<string, string> = { '#contract/': 'server/contract/', '#lib/': 'server/lib/' };

interface Import {
  from: string;
  /** Path in the house, or the package's name. */
  to: string;
  inside: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter((file) => /\.(ts|vue|mjs)$/.test(file) && !/(^|\/)(dist|node_modules)\//.test(file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const alias = Object.keys(aliases).find((prefix) => specifier.startsWith(prefix));
    if (alias) return { from: file, to: aliases[alias] + specifier.slice(alias.length), inside: true };
    if (specifier.startsWith('.')) {
      return { from: file, to: path.posix.join(path.posix.dirname(file), specifier), inside: true };
    }
    return { from: file, to: specifier, inside: false };
  });
}

/** Each room and what it may import of the house; its own files always. Packages are named only where they are restricted. */
const rooms: { room: string; may: string[]; packages?: RegExp }[] = [
  { room: 'server/contract', may: [], packages: /^zod$/ },
  { room: 'server/lib', may: ['server/contract'] },
  { room: 'streams', may: ['server/contract', 'server/lib'] },
  { room: 'devices', may: ['server/contract', 'server/lib'] },
  { room: 'client', may: ['server/contract'] },
  { room: 'server/db', may: ['server/contract', 'server/lib'] },
  {
    room: 'server/features',
    may: [
      'server/contract',
      'server/lib',
      'server/db/database.ts',
      'server/db/violations.ts',
      'server/db/within.ts',
      'server/http/app-type.ts',
      'server/http/local-peer.ts',
      'server/http/scope.ts',
      'server/http/send-file.ts',
    ],
  },
  { room: 'server/realtime', may: ['server/contract', 'server/lib', 'server/http/same-origin.ts'] },
  { room: 'server/http', may: ['server/contract', 'server/lib'] },
];

describe('who may import whom', () => {
  it.each(rooms)('$room keeps to its neighbours', ({ room, may, packages }) => {
    const files = sourceFiles(room);
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap(importsOf).filter(({ to, inside }) => {
      if (!inside) return packages !== undefined && !packages.test(to);
      return ![room, ...may].some((allowed) => to === allowed || to.startsWith(`${allowed}/`));
    });
    expect(wrong).toEqual([]);
  });

  it('features know each other only through the ports they declare', () => {
    const noun = (file: string) => /^server\/features\/([^/]+)\//.exec(file)?.[1];
    const wrong = sourceFiles('server/features')
      .flatMap(importsOf)
      .filter(({ from, to, inside }) => inside && noun(to) !== undefined && noun(to) !== noun(from));
    expect(wrong).toEqual([]);
  });

  it('the product does not know its simulators: only the demo and tests start them', () => {
    const wrong = ['server', 'streams', 'devices', 'client']
      .flatMap(sourceFiles)
      .filter((file) => !file.startsWith('devices/simulators/') && !file.startsWith('server/demo/'))
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('devices/simulators/'));
    expect(wrong).toEqual([]);
  });

  it('domain code asks the Clock, not the machine, for the time', () => {
    const own = new Set(['server/lib/clock.ts', 'server/db/embedded', 'server/setup', 'server/demo', 'client']);
    const wrong = ['server', 'streams', 'devices'].flatMap(sourceFiles).filter((file) => {
      if ([...own].some((prefix) => file.startsWith(prefix))) return false;
      return /\bDate\.now\(|\bnew Date\(\)|(?<![.\w])set(Timeout|Interval)\(/.test(
        readFileSync(path.join(root, file), 'utf8'),
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('sizes', () => {
  it('keeps files to one noun: none over 400 lines', () => {
    const long = ['server', 'streams', 'devices', 'client']
      .flatMap(sourceFiles)
      .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});
