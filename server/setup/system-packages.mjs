import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, SetupError, step } from './step.mjs';

/** Debian's package for each need, and how to see that it is met, by whatever package. */
const needs = {
  ffmpeg: { package: 'ffmpeg', met: () => Boolean(process.env['HALLWATCH_FFMPEG']) || onPath('ffmpeg') },
  chromium: { package: 'chromium', met: () => onPath('chromium') },
  'cjk-fonts': { package: 'fonts-noto-cjk', met: hasChineseFont },
  'mosquitto-clients': { package: 'mosquitto-clients', met: () => onPath('mosquitto_pub') },
};

/** @param {string} program */
function onPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => canRun(join(folder, program)));
}

/** @param {string} path */
function canRun(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasChineseFont() {
  try {
    return execFileSync('fc-list', [':lang=zh-cn', 'family'], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
  } catch {
    return false;
  }
}

/**
 * Installs what is missing with apt-get where we are root; otherwise says how, and stops.
 * @param {string[]} names of `needs`
 */
export async function installSystemPackages(names) {
  const missing = names
    .map((name) => needs[/** @type {keyof typeof needs} */ (name)])
    .filter(({ met }) => !met())
    .map((need) => need.package);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const hasApt = onPath('apt-get');
  if (!hasApt || process.getuid?.() !== 0) {
    const how = hasApt
      ? `Install them with:\n\n  sudo apt-get update && sudo apt-get ${install.join(' ')}`
      : 'Install them with the package manager of this system (the names are those of Debian).';
    throw new SetupError(
      `These programs are missing: ${missing.join(', ')}.\n${how}\n\nThen run the same command again.`,
    );
  }
  await step(`installing system packages with apt-get, as root: ${missing.join(', ')}`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const wait = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
    await run('apt-get', [...wait, 'update'], { env, show: false });
    await run('apt-get', [...wait, ...install], { env, show: false });
  });
}
