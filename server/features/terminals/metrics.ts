import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What `/metrics` tells about terminals. */
export function terminalMetrics(registry: Registry = new Registry()) {
  const registers = [registry];
  return {
    accepted: new Counter({
      name: 'hallwatch_terminal_messages_total',
      help: 'Messages of registered terminals, by channel.',
      labelNames: ['channel'],
      registers,
    }),
    rejected: new Counter({
      name: 'hallwatch_terminal_messages_rejected_total',
      help: 'Messages that could not be used, by error code.',
      labelNames: ['code'],
      registers,
    }),
    connectionsRefused: new Counter({
      name: 'hallwatch_terminal_connections_refused_total',
      help: 'Connections that the broker inside refused for a wrong user, password or key.',
      registers,
    }),
    deadLettersDropped: new Counter({
      name: 'hallwatch_dead_letters_dropped_total',
      help: 'Rejected messages that were only counted, because too many came at once or the database was away.',
      registers,
    }),
    readingsDropped: new Counter({
      name: 'hallwatch_sensor_readings_dropped_total',
      help: 'Sensor readings lost because the database was away for too long.',
      registers,
    }),
    stored: new Counter({
      name: 'hallwatch_events_stored_total',
      help: 'Events committed to the event log.',
      registers,
    }),
    repeated: new Counter({
      name: 'hallwatch_events_repeated_total',
      help: 'Events that came again and were in the log already.',
      registers,
    }),
    queued: new Gauge({ name: 'hallwatch_events_queued', help: 'Events that wait for the database.', registers }),
    commitSeconds: new Histogram({
      name: 'hallwatch_events_commit_seconds',
      help: 'Time to commit one batch of events.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
  };
}

export type TerminalMetrics = ReturnType<typeof terminalMetrics>;
