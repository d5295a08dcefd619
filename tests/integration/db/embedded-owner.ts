/** A process that owns an embedded database: `node embedded-owner.ts FOLDER` prints the address and waits to be killed. */
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { systemClock } from '../../../server/lib/clock.ts';
import { silentLogger } from '../../../server/lib/logger.ts';

const database = new EmbeddedDatabase({ dataDir: process.argv[2]!, log: silentLogger, clock: systemClock });
console.log((await database.start()).url);
