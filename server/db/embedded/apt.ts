import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The Debian release that carries TimescaleDB for PostgreSQL 17, and a C library new enough for it. */
const RELEASE = 'trixie';
const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A Debian mirror as this machine's apt is configured, with the options that say whom to trust. */
interface Mirror {
  uri: string;
  options: string;
}

/**
 * Downloads packages of Debian trixie into `folder` with the machine's own apt and mirrors, without root and without
 * touching the system: lists, cache and sources are private to a folder beside them. Signatures are checked as always.
 * @returns paths of the .deb files
 */
export async function downloadPackages(names: string[], folder: string): Promise<string[]> {
  const mirrors = await debianMirrors();
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

function sourceOf({ uri, options }: Mirror): string {
  return `Types: deb\nURIs: ${uri}\nSuites: ${RELEASE}\nComponents: main\nTargets: Packages\n${options}\n`;
}

/** Main archives only: `-updates`, `-security` and the like live in other folders or hold other things. */
async function debianMirrors(): Promise<Mirror[]> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    // Works before the first `apt-get update` too.
    '--no-release-info',
    '--format',
    '$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)\t$(SOURCESENTRY)',
    'Created-By: Packages',
  ]);
  const mirrors = new Map<string, Mirror>();
  for (const line of stdout.split('\n')) {
    const [uri = '', release = '', component, entry = ''] = line.split('\t');
    if (component !== 'main' || release.includes('-') || uri.startsWith('cdrom:')) continue;
    mirrors.set(uri, { uri, options: trustOptions(entry) });
  }
  return [...mirrors.values()];
}

/** The `Signed-By` and `Trusted` of one entry of sources.list ("file:line") or of a .sources file ("file:paragraph"). */
function trustOptions(entry: string): string {
  const [, file = '', index = '1'] = /^(.*):(\d+)$/.exec(entry) ?? [];
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const options = file.endsWith('.sources')
    ? paragraphOptions(text, Number(index))
    : lineOptions(text.split('\n')[Number(index) - 1] ?? '');
  if (options.length === 0 && existsSync(DEBIAN_KEYRING)) return `Signed-By: ${DEBIAN_KEYRING}`;
  return options.join('\n');
}

/** A key may stand in the file itself, in the indented lines that follow the field. */
function paragraphOptions(text: string, index: number): string[] {
  const paragraphs = text
    .replaceAll(/^#.*\n/gm, '')
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '');
  return paragraphs[index - 1]?.match(/^(signed-by|trusted):.*(\n[ \t].*)*/gim) ?? [];
}

function lineOptions(line: string): string[] {
  const bracket = /\[(.*?)\]/.exec(line)?.[1] ?? '';
  return bracket
    .split(/\s+/)
    .filter((option) => /^(signed-by|trusted)=/i.test(option))
    .map((option) => option.replace('=', ': ').replaceAll(',', ' '));
}
