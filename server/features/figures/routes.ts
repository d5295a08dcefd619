import { z } from 'zod';
import { PeriodFiguresAnswer, PeriodFiguresQuery } from '#contract/figures.ts';
import { HallId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { FiguresService } from './service.ts';

const tags = ['figures'];
const view = { needs: 'figure.view', of: 'hall' } as const;
const params = z.object({ id: HallId });

/** REST of the figures of periods. */
export function figureRoutes(app: App, { figures }: { figures: FiguresService }): void {
  app.get(
    '/api/halls/:id/period-figures',
    {
      config: view,
      schema: {
        tags,
        summary: 'Figures per 5 minutes, hour or day by hall, queue, window or clerk',
        params,
        querystring: PeriodFiguresQuery,
        response: { 200: PeriodFiguresAnswer },
      },
    },
    ({ params: { id }, query }) => figures.ofPeriods(id, query),
  );

  app.get(
    '/api/halls/:id/period-figures.csv',
    {
      config: view,
      schema: { tags, summary: 'The same as a table for spreadsheets', params, querystring: PeriodFiguresQuery },
    },
    async ({ params: { id }, query }, reply) => {
      const text = await figures.csv(id, query);
      const { by, period, from, until } = query;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="figures-${id}-${by}-${period}-${from}-${until}.csv"`)
        .send(text);
    },
  );
}
