import { z } from 'zod';
import { Advice, AdviceQuery, AdviceScores } from '#contract/advice.ts';
import { HallId } from '#contract/ids.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { App } from '../../../http/app-type.ts';
import type { Adviser } from './adviser.ts';

const DAY_MS = 24 * 3600_000;
const config = { needs: 'forecast.view', of: 'hall' } as const;
const tags = ['queues'];
const params = z.object({ id: HallId });
const ScoreQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });

export interface AdviceRouteDeps {
  adviser: Pick<Adviser, 'list' | 'record'>;
  clock: Clock;
  halls: { get(hallId: string): Hall | undefined };
}

/** REST of the advice to hall managers. */
export function adviceRoutes(app: App, { adviser, clock, halls }: AdviceRouteDeps): void {
  const known = (hallId: string): string => {
    if (halls.get(hallId) === undefined) throw new AppError('NOT_FOUND', hallId);
    return hallId;
  };

  app.get(
    '/api/halls/:id/advice',
    {
      config,
      schema: {
        tags,
        summary: 'What was advised and what came of it, the newest first; the first stands where it has not ended',
        params,
        querystring: AdviceQuery,
        response: { 200: z.array(Advice) },
      },
    },
    ({ params: { id }, query: { before = null, limit } }) => adviser.list(known(id), { before, limit }),
  );

  app.get(
    '/api/halls/:id/advice/score',
    {
      config,
      schema: {
        tags,
        summary: 'How far off the advice was, by queue',
        params,
        querystring: ScoreQuery,
        response: { 200: AdviceScores },
      },
    },
    async ({ params: { id }, query: { days } }) => {
      const from = new Date(clock.now() - days * DAY_MS).toISOString();
      return { hallId: id, days, queues: await adviser.record.score(known(id), from) };
    },
  );
}
