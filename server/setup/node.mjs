import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './step.mjs';

/** The first that runs our TypeScript as it stands. */
const NEEDED_MAJOR = 24;

/**
 * The Node that runs the product: this one where it is new enough, else the one that comes as an npm package.
 * @param {string} root
 * @returns {Promise<string>} its path
 */
export async function findNode(root) {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR && existsSync(process.execPath)) {
    return process.execPath;
  }
  const inside = `node-${process.platform}-${process.arch}/bin/node`;
  const packaged = join(root, 'node_modules', inside);
  try {
    const version = execFileSync(packaged, ['--version'], { encoding: 'utf8' }).slice(1);
    if (Number.parseInt(version, 10) >= NEEDED_MAJOR) {
      // npm 10 makes no link where packages for several systems share a name; programs look for `node` there.
      const link = join(root, 'node_modules/.bin/node');
      if (!existsSync(link)) {
        rmSync(link, { force: true });
        symlinkSync(`../${inside}`, link);
      }
      return packaged;
    }
  } catch {
    // Not there, or not for this machine: told below.
  }
  throw new SetupError(
    `Hallwatch needs Node ${NEEDED_MAJOR} or later. This is ${process.version}, and the npm package of Node ` +
      `${NEEDED_MAJOR} is not there for ${process.platform} ${process.arch}.\nInstall Node ${NEEDED_MAJOR} and run the same command again.`,
  );
}
