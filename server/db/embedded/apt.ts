import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readMirrors, TARGET_FORMAT, type Mirror } from './apt-mirrors.ts';

const run = promisify(execFile);

/** The Debian release that carries TimescaleDB for PostgreSQL 17, and a C library new enough for it. */
const RELEASE = 'trixie';
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Downloads packages of Debian trixie into `folder` with the machine's own apt and mirrors, without root and without
 * touching the system: lists, cache and sources are private to a folder beside them. Signatures are checked as always.
 * @returns paths of the .deb files
 */
export async function downloadPackages(names: string[], folder: string): Promise<string[]> {
  // Without release information it works before the first `apt-get update` too.
  const targetArgs = ['indextargets', '--no-release-info', '--format', TARGET_FORMAT, 'Created-By: Packages'];
  const targets = await run('apt-get', targetArgs);
  const mirrors = readMirrors(targets.stdout);
  if (mirrors.length === 0) throw new Error('apt has no Debian mirror configured');
  for (const part of ['lists/partial', 'cache/archives/partial', 'state']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'debian.sources'), mirrors.map(sourceOf).join('\n'));
  writeFileSync(join(folder, 'apt.conf'), aptConfig(folder));
  const apt = (...args: string[]) =>
    run('apt-get', ['-c', join(folder, 'apt.conf'), '-q', ...args], {
      cwd: folder,
      env: { ...process.env, LC_ALL: 'C' },
    });
  // A mirror without that release makes update fail although another one has it: the download decides.
  const updateFailure = await apt('update').then(
    () => '',
    (error: { stderr?: string }) => error.stderr ?? String(error),
  );
  try {
    await apt('download', ...names);
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error([updateFailure, stderr].join('\n').trim(), { cause: error });
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, name));
}

/** `#clear` drops hooks of the machine that would run after an update. */
function aptConfig(folder: string): string {
  return `#clear APT::Update;
#clear DPkg;
Dir::Etc::SourceList "${folder}/debian.sources";
Dir::Etc::SourceParts "-";
Dir::State "${folder}/state";
Dir::State::Lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
`;
}

function sourceOf({ uri, trust }: Mirror): string {
  const fallback = existsSync(DEBIAN_KEYRING) ? [`Signed-By: ${DEBIAN_KEYRING}`] : [];
  const fields = ['Types: deb', `URIs: ${uri}`, `Suites: ${RELEASE}`, 'Components: main', 'Targets: Packages'];
  return `${[...fields, ...(trust.length > 0 ? trust : fallback)].join('\n')}\n`;
}
