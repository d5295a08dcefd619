import { pino, type Logger as PinoLogger } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

export interface LogOptions {
  level: string;
  /** Lines for people on a terminal, JSON for everything else. */
  pretty: boolean;
}

/** Structured logs on standard output. */
export function createLogger({ level, pretty }: LogOptions): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: ['password', '*.password', 'req.headers.cookie'],
    ...(pretty
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' } } }
      : {}),
  });
}

/** Says nothing; for tests that are not about logs. */
export const silentLogger: Logger = pino({ level: 'silent' });
