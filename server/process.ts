import { writeSync } from 'node:fs';
import { AppError, messageOf } from '#lib/app-error.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { createLogger, type Logger } from '#lib/logger.ts';
import { readConfig, type Config } from './config.ts';
import { Lifecycle } from './lifecycle.ts';

/** A stop that takes longer is ended by force. */
const STOP_WITHIN_MS = 10_000;
/** A group of processes may pass the same signal on more than once; later than this it is a person who insists. */
const SAME_SIGNAL_MS = 1000;
const FAILED = 1;
/** As shells count a program that was interrupted. */
const FORCED = 130;

export interface Context {
  config: Config;
  clock: Clock;
  log: Logger;
  life: Lifecycle;
}

/**
 * Runs the program: reads the settings, builds it, and stops it again in order on SIGINT, SIGTERM or a failure inside.
 * Exit codes: 0 stopped as asked, 1 could not start or failed, 130 stopped by force with a second Ctrl-C.
 */
export async function runProcess(build: (context: Context) => Promise<void>): Promise<void> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    return refuse(error);
  }
  const log = createLogger({ level: config.logLevel, pretty: config.logFormat === 'pretty' });
  const life = new Lifecycle({ clock: systemClock, log });
  let exitCode: number | null = null;
  let askedAt = 0;

  const stop = async (code: number): Promise<void> => {
    exitCode = code;
    const cancel = systemClock.after(STOP_WITHIN_MS, () => {
      log.fatal({ code: 'INTERNAL' }, `not stopped within ${STOP_WITHIN_MS / 1000} s; ending by force`);
      process.exit(FAILED);
    });
    await life.stop();
    cancel();
    process.exit(code);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (exitCode !== null) {
      if (systemClock.monotonic() - askedAt > SAME_SIGNAL_MS) process.exit(FORCED);
      return;
    }
    askedAt = systemClock.monotonic();
    log.info({ signal }, 'stopping');
    void stop(0);
  };
  const onBug = (error: unknown) => {
    log.fatal({ err: error, code: 'INTERNAL' }, 'failed inside');
    if (exitCode === null) void stop(FAILED);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);

  try {
    await build({ config, clock: systemClock, log, life });
  } catch (error) {
    // asked to stop while starting: what was under way may well fail
    if (exitCode !== null) return;
    refuse(error);
    await stop(FAILED);
  }
}

/** Plain words for who started it, with the code to look up; the stack only where it is a bug. */
function refuse(error: unknown): void {
  const words =
    error instanceof AppError
      ? `${error.code}: ${error.message}`
      : `INTERNAL: ${error instanceof Error ? error.stack : messageOf(error)}`;
  writeSync(process.stderr.fd, `Hallwatch cannot start. ${words}\n`);
  process.exitCode = FAILED;
}
