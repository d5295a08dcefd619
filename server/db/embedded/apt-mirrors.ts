import { existsSync, readFileSync } from 'node:fs';

/** A Debian mirror as this machine's apt is configured, with the fields that say whom to trust. */
export interface Mirror {
  uri: string;
  /** `Signed-By: ...` and the like, as lines of a .sources file. */
  trust: string[];
}

/** The lines that `readMirrors` understands, for `apt-get indextargets --format`. */
export const TARGET_FORMAT = '$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)\t$(SOURCESENTRY)';

/** Reads index targets. Main archives only: `-updates`, `-security` and the like hold other things. */
export function readMirrors(targets: string, readFile = readIfThere): Mirror[] {
  const mirrors = new Map<string, Mirror>();
  for (const line of targets.split('\n')) {
    const [uri = '', release = '', component, entry = ''] = line.split('\t');
    if (component !== 'main' || release.includes('-') || uri.startsWith('cdrom:')) continue;
    mirrors.set(uri, { uri, trust: trustOf(entry, readFile) });
  }
  return [...mirrors.values()];
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** An entry is named `file:line` in a sources.list and `file:paragraph` in a .sources file, counted from one. */
function trustOf(entry: string, readFile: (path: string) => string): string[] {
  const [, file = '', number = '1'] = /^(.*):(\d+)$/.exec(entry) ?? [];
  const text = readFile(file);
  return file.endsWith('.sources')
    ? paragraphTrust(text, Number(number) - 1)
    : lineTrust(text.split('\n')[Number(number) - 1] ?? '');
}

/** A key may stand in the file itself, in the indented lines that follow the field. */
function paragraphTrust(text: string, index: number): string[] {
  const paragraphs = text
    .replaceAll(/^#.*\n/gm, '')
    .split(/\n\s*\n/)
    .filter((paragraph) => paragraph.trim() !== '');
  return paragraphs[index]?.match(/^(signed-by|trusted):.*(\n[ \t].*)*/gim) ?? [];
}

function lineTrust(line: string): string[] {
  const bracket = /\[(.*?)\]/.exec(line)?.[1] ?? '';
  return bracket
    .split(/\s+/)
    .filter((option) => /^(signed-by|trusted)=/i.test(option))
    .map((option) => option.replace('=', ': ').replaceAll(',', ' '));
}
