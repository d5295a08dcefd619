import type { RejectedMessage } from '#contract/terminal-message.ts';
import type { Clock } from '#lib/clock.ts';
import { BrokerClient } from '../../devices/terminals/broker-client.ts';
import { EmbeddedBroker } from '../../devices/terminals/embedded-broker.ts';
import { besideIngest, wholeTree } from '../../devices/terminals/shared-topics.ts';
import { readMessage, TerminalInbox } from '../../devices/terminals/terminal-inbox.ts';
import type { OnMessage } from '../../devices/terminals/terminal-link.ts';
import { withCertificate } from '../../devices/terminals/tls-files.ts';
import { AdaptersService } from '../features/adapters/service.ts';
import { FigureRollup } from '../features/figures/rollup.ts';
import { FiguresService } from '../features/figures/service.ts';
import { type SumsQuery, queueSums } from '../features/figures/sums.ts';
import { Adviser } from '../features/forecast/advice/adviser.ts';
import { Expectations } from '../features/forecast/expectations.ts';
import { ForecastService } from '../features/forecast/service.ts';
import { TypicalDays } from '../features/forecast/typical-days.ts';
import { WhatIfService } from '../features/forecast/what-if-service.ts';
import type { OutputsService } from '../features/outputs/service.ts';
import { FigureSampler } from '../features/queues/figure-sampler.ts';
import { HallStates } from '../features/queues/hall-states.ts';
import { compressOldRows } from '../features/retention/compression.ts';
import { RetentionService } from '../features/retention/service.ts';
import { TerminalCommands } from '../features/terminals/commands/commands.ts';
import { accountIn } from '../features/terminals/mosquitto-export.ts';
import { IngestWatch } from '../features/terminals/ingest-presence.ts';
import { TerminalsService } from '../features/terminals/service.ts';
import { SpoolReader } from '../features/terminals/spool.ts';
import type { WebhookPorts } from '../features/terminals/webhook-routes.ts';
import type { Video } from './video.ts';

export type Floor = Awaited<ReturnType<typeof openFloor>>;

/** What goes on in the halls: terminals, live state, figures of periods, forecast and advice. */
export async function openFloor(video: Video) {
  const { config, db, clock, log, life, metrics, problems, halls, calendar, audit } = video;
  const terminals = new TerminalsService({
    ...{ db, clock, log, problems, metrics, halls },
    access: config.mqttUrl ? null : { mode: config.mqttAccess, shared: config.mqttCredentials },
    serverAccount: config.mqttUrl ? accountIn(config.mqttUrl) : null,
  });
  await life.up('terminals', terminals);
  const border = (topic: string, payload: Buffer) => {
    const read = readMessage(topic, payload);
    return read.ok ? null : read;
  };
  const adapters = new AdaptersService({ db, clock, log, halls, border, terminals });
  terminals.foreign = adapters;
  await life.up('adapters', { start: () => adapters.start(), stop: () => undefined });
  const commands = new TerminalCommands({ db, clock, log, halls, terminals });
  await life.up('commands', commands);
  const hallStates = new HallStates({ clock, log, halls, terminals });
  await life.up('hall states', hallStates);
  await life.up('figures', new FigureSampler({ db, clock, log, halls, hallStates }));
  await life.up('period figures', new FigureRollup({ db, clock, log }));
  const retention = new RetentionService({
    ...{ db, clock, log },
    personalRemoved: ({ kept, ...details }) => {
      const house = { account: null, session: null, address: null, hallId: null };
      audit.writer.note({ ...house, act: 'retention.removed', subjectId: kept, details });
    },
  });
  await life.up('retention', retention);
  await life.up('compression', { start: () => compressOldRows({ db, log }), stop: () => undefined });
  const sums = (query: SumsQuery) => queueSums(db, query);
  const expectations = new Expectations({ db, halls, hallStates, calendar, sums });
  const figures = new FiguresService({ db, halls, calendar });
  const forecasts = new ForecastService({ clock, expectations });
  const whatIfs = new WhatIfService({ clock, expectations });
  const typicalDays = new TypicalDays({ clock, halls, calendar, sums });
  const adviser = new Adviser({ db, clock, log, halls, hallStates, expectations });
  await life.up('adviser', adviser);

  const webhook = { access: terminals.access, deliver: deliverTo(terminals, clock) };

  return {
    ...video,
    terminals,
    adapters,
    webhook,
    commands,
    retention,
    hallStates,
    figures,
    forecasts,
    whatIfs,
    typicalDays,
    adviser,
  };
}

/** The same border for what comes over HTTP, which tells who asked what was wrong. */
const deliverTo =
  (terminals: TerminalsService, clock: Clock): WebhookPorts['deliver'] =>
  async (topic, payload) => {
    let rejected: RejectedMessage | null = null;
    const onReject = (message: RejectedMessage) => terminals.reject((rejected = message));
    await new TerminalInbox({ clock, onMessage: terminals.receive, onReject }).receive(topic, payload, {
      retain: false,
    });
    return rejected;
  };

/** Lets terminals in; called when everyone who listens to them is there. */
export async function letTerminalsIn({
  config,
  db,
  clock,
  log,
  life,
  problems,
  terminals,
  adapters,
  commands,
  cases,
  outputs,
}: Floor & { outputs: Pick<OutputsService, 'sendBy'> }): Promise<void> {
  const link = config.mqttUrl
    ? new BrokerClient({
        ...{ url: config.mqttUrl, clientId: 'hallwatch', clock, log, problems, foreign: adapters },
        filters: config.ingestBeside ? besideIngest : wholeTree,
      })
    : new EmbeddedBroker({
        ...{ host: config.mqttBind, port: config.mqttPort, log },
        access: terminals.access,
        tls: config.mqttTls && (await withCertificate(config.mqttTls)),
      });
  const { translate } = adapters;
  const inbox = new TerminalInbox({ clock, onMessage: terminals.receive, onReject: terminals.reject, translate });
  const receive: OnMessage = async (topic, payload, flags) => {
    const answer = flags.answer ?? ((to, said) => link.publish(to, said, { qos: 1, retain: false }));
    const isTaken = !flags.forbidden && (await cases.topic.receive(topic, payload, answer));
    if (!isTaken) await inbox.receive(topic, payload, flags);
  };
  await life.up('terminal link', { start: () => link.start(receive), stop: () => link.stop() });
  if (config.databaseUrl !== null) {
    // What ingest processes left is taken in, be there any now or not.
    const spool = new SpoolReader({ db, url: config.databaseUrl, clock, log });
    const take = (topic: string, payload: Buffer, receivedAt: number) =>
      inbox.receive(topic, payload, { retain: false, receivedAt });
    await life.up('spool', { start: () => spool.start(take), stop: () => spool.stop() });
  }
  if (config.ingestBeside) await life.up('ingest watch', new IngestWatch({ db, clock, problems }));
  commands.sendBy((topic, payload, options) => link.publish(topic, payload, options));
  outputs.sendBy((topic, payload) => link.publish(topic, payload, { qos: 1, retain: false }));
}
