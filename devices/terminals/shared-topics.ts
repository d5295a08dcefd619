import { sourceOfTopic } from '#contract/exchange.ts';
import { parseTopic, TOPIC_ROOT } from '#contract/mqtt.ts';

/** All that terminals say, to one who hears all of it. */
export const wholeTree = [`${TOPIC_ROOT}/#`];

/** The same dealt out among ingest processes: of each message the broker hands one of them a copy. */
export const sharedTree = [`$share/hallwatch-ingest/${TOPIC_ROOT}/#`];

const channelsOfServer = ['status', 'meta', 'state', 'tel', 'reply'] as const;
const heardByServer = new Set<string>([...channelsOfServer, 'cmd']);

/**
 * What the server hears itself beside ingest processes: what it answers, and what brokers keep, which they hand to nobody
 * who shares.
 */
export const besideIngest = [
  ...channelsOfServer.map((channel) => `${TOPIC_ROOT}/+/+/+/+/${channel}`),
  `${TOPIC_ROOT}/exchange/+/cases`,
];

/** An ingest process keeps events, and what fits no topic, so that it is shown; the server hears the rest. */
export function isForIngest(topic: string): boolean {
  const channel = parseTopic(topic)?.channel;
  return channel === undefined ? sourceOfTopic(topic) === null : !heardByServer.has(channel);
}
