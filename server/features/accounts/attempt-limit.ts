import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { App } from '../../http/app-type.ts';
import { Attempts } from './attempts.ts';
import { SignInFailed } from './sign-in-failed.ts';

/** All attempts from one address in a minute: wide, since a whole hall may sit behind it. */
const PER_ADDRESS = 120;
/** Failed attempts for one name from one address in a minute: who fails elsewhere locks nobody out here. */
const FAILURES_PER_NAME = 10;

/** Runs one attempt to show who one is, under this name, or throws RATE_LIMITED without trying. */
export type LimitAttempts = <T>(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  attempt: () => Promise<T>,
) => Promise<T>;

/** Slows down who tries passwords or setup codes. The counts live in memory. */
export function attemptLimit(app: App, clock: Clock): LimitAttempts {
  const attempts = app.createRateLimit({ max: PER_ADDRESS, timeWindow: '1 minute' });
  const failures = new Attempts({ clock, most: FAILURES_PER_NAME, spanMs: 60_000 });

  return async (request, reply, name, attempt) => {
    const all = await attempts(request);
    if (!all.isAllowed && all.isExceeded) throw limited(reply, all.ttlInSeconds);
    const key = `${request.address} ${name}`;
    const waitMs = failures.take(key);
    if (waitMs > 0) throw limited(reply, Math.ceil(waitMs / 1000));
    try {
      const result = await attempt();
      failures.giveBack(key);
      return result;
    } catch (error) {
      // the password was right
      if (error instanceof AppError && error.code === 'SECOND_FACTOR_REQUIRED') failures.giveBack(key);
      // for the audit: which account was meant, and not what was typed
      if (error instanceof SignInFailed) request.meant = error.meant;
      throw error;
    }
  };
}

function limited(reply: FastifyReply, seconds: number): AppError {
  reply.header('retry-after', seconds);
  return new AppError('RATE_LIMITED');
}
