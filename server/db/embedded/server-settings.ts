import { totalmem } from 'node:os';

const MIB = 1024 * 1024;

/** What the embedded server is told on its command line, so that every data folder runs with what stands here. */
export function serverSettings(port: number, memoryBytes = totalmem()): Record<string, string> {
  const memory = memoryBytes / MIB;
  const megabytes = (share: number, least: number, most: number) =>
    `${Math.round(Math.min(most, Math.max(least, memory * share)))}MB`;
  return {
    // Loopback only, every connection by password; the port is found anew at each start.
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',

    // The machine also carries video: the database takes a modest share.
    shared_buffers: megabytes(1 / 16, 96, 1024),
    effective_cache_size: megabytes(1 / 4, 256, 16_384),
    maintenance_work_mem: megabytes(1 / 64, 64, 512),
    work_mem: '8MB',
    jit: 'off',

    // One server that nobody replicates from: less write-ahead log, still durable at every commit.
    wal_level: 'minimal',
    max_wal_senders: '0',
    wal_compression: 'on',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',

    shared_preload_libraries: 'timescaledb',
    'timescaledb.telemetry_level': 'off',
    'timescaledb.max_background_workers': '4',
    max_worker_processes: '16',

    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    // Everything goes to standard error, which the owner keeps in a bounded file.
    logging_collector: 'off',
    log_checkpoints: 'off',
  };
}
