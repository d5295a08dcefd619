import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';

/** All attempts from one address in a minute: wide, since a whole hall may sit behind it. */
const PER_ADDRESS = 120;
/** Failed attempts for one name from one address in a minute. Successful ones do not count. */
const FAILURES_PER_NAME = 10;

/** Runs one attempt to sign in, or throws RATE_LIMITED without trying. */
export type LimitAttempts = <T>(request: FastifyRequest, reply: FastifyReply, attempt: () => Promise<T>) => Promise<T>;

/** Slows down who tries passwords or setup codes. The counts live in memory, for at most 5,000 keys each. */
export function attemptLimit(app: App): LimitAttempts {
  const attempts = app.createRateLimit({ max: PER_ADDRESS, timeWindow: '1 minute' });
  const failures = app.createRateLimit({
    max: FAILURES_PER_NAME - 1,
    timeWindow: '1 minute',
    keyGenerator: (request) => `${request.ip} ${(request.body as { username: string }).username}`,
  });

  return async (request, reply, attempt) => {
    for (const limit of [await attempts(request), await failures(request, { increment: false })]) {
      if (limit.isAllowed || !limit.isExceeded) continue;
      reply.header('retry-after', limit.ttlInSeconds);
      throw new AppError('RATE_LIMITED');
    }
    try {
      return await attempt();
    } catch (error) {
      await failures(request);
      throw error;
    }
  };
}
