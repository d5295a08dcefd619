/**
 * An ingest process, `npm run ingest -- NAME`: takes what terminals say from a broker of others into the database, any number
 * of them side by side, each under a name of its own (docs/terminals.md). The server makes of it what it makes of any message.
 */
import { AppError } from '#lib/app-error.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { BrokerClient } from '../devices/terminals/broker-client.ts';
import { isForIngest, sharedTree } from '../devices/terminals/shared-topics.ts';
import { createPool } from './db/pool.ts';
import { IngestPresence } from './features/terminals/ingest-presence.ts';
import { SpoolWriter } from './features/terminals/spool.ts';
import { runProcess } from './process.ts';

await runProcess(async ({ config, clock, log, life }) => {
  const [name = ''] = process.argv.slice(2);
  if (!/^[a-z0-9-]{1,32}$/.test(name)) {
    throw new AppError('CONFIG_INVALID', 'an ingest process needs a name of its own: npm run ingest -- NAME');
  }
  const { databaseUrl, mqttUrl } = config;
  if (databaseUrl === null || mqttUrl === null) {
    throw new AppError('CONFIG_INVALID', 'an ingest process needs DATABASE_URL and MQTT_URL');
  }
  const db = createPool({ url: databaseUrl, log, size: 2 });
  await life.up('database pool', db);
  const spool = new SpoolWriter({ db, clock, log });
  await life.up('spool', { start: () => undefined, stop: () => spool.stop() });
  const problems = new ProblemBoard(clock);
  const options = { clientId: `hallwatch-ingest-${name}`, filters: sharedTree };
  const link = new BrokerClient({ url: mqttUrl, ...options, clock, log, problems });
  const keep = async (topic: string, payload: Buffer) => {
    if (isForIngest(topic)) await spool.put(topic, payload);
  };
  const isLinked = () => link.state.status === 'up';
  const presence = new IngestPresence({ name, isLinked, db, clock, log });
  link.stateChanged.on(() => void presence.say());
  await life.up('terminal link', { start: () => link.start(keep), stop: () => link.stop() });
  await life.up('presence', presence);
  process.stdout.write(`\n  Ingest ${name} runs\n  Ctrl-C stops it.\n\n`);
});
