import { z } from 'zod';
import { FigureSeries, HallLive } from '#contract/hall-state.ts';
import { HallId, QueueId } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../db/database.ts';
import type { App } from '../../http/app-type.ts';
import { figureSeries } from './figures.ts';
import type { HallStates } from './hall-states.ts';

const tags = ['queues'];
const view = { needs: 'hall.view', of: 'hall' } as const;
const viewFigures = { needs: 'figure.view', of: 'hall' } as const;
const HallParams = z.object({ id: HallId });
const MAX_MINUTES = 7 * 24 * 60;
const FiguresQuery = z.object({
  /** Left out: the whole hall. */
  queueId: QueueId.optional(),
  figure: FigureSeries.shape.figure.default('waiting'),
  minutes: z.coerce.number().int().min(1).max(MAX_MINUTES).default(60),
});

/** REST of the live state of halls and their figures over time. */
export function queueRoutes(app: App, deps: { db: Database; clock: Clock; hallStates: HallStates }): void {
  const { db, clock, hallStates } = deps;

  app.get(
    '/api/halls/:id/live',
    { config: view, schema: { tags, params: HallParams, response: { 200: HallLive } } },
    (request) => liveOf(hallStates, request.params.id),
  );

  app.get(
    '/api/halls/:id/figures',
    {
      config: viewFigures,
      schema: { tags, params: HallParams, querystring: FiguresQuery, response: { 200: FigureSeries } },
    },
    (request) => {
      const { queueId = null, figure, minutes } = request.query;
      const { hallId, queues } = liveOf(hallStates, request.params.id);
      if (queueId !== null && !queues.some((queue) => queue.queueId === queueId)) {
        throw new AppError('NOT_FOUND', `${hallId} has no queue ${queueId}`);
      }
      return figureSeries(db, { hallId, queueId, figure, minutes }, clock.now());
    },
  );
}

function liveOf(hallStates: HallStates, hallId: string): HallLive {
  const live = hallStates.live(hallId);
  if (live === undefined) throw new AppError('NOT_FOUND', hallId);
  return live;
}
