import { z } from 'zod';
import { PeriodFiguresAnswer, PeriodFiguresQuery } from '#contract/figures.ts';
import { HallId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { FiguresService } from './service.ts';

const tags = ['figures'];
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
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
      schema: { tags, summary: 'The same as a table for any program', params, querystring: PeriodFiguresQuery },
    },
    async ({ params: { id }, query }, reply) => {
      const text = await figures.csv(id, query);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', attachment(id, query, 'csv'))
        .send(text);
    },
  );

  app.get(
    '/api/halls/:id/period-figures.xlsx',
    {
      config: view,
      schema: { tags, summary: 'The same as a workbook, with definitions', params, querystring: PeriodFiguresQuery },
    },
    async ({ params: { id }, query }, reply) => {
      const file = await figures.xlsx(id, query);
      return reply
        .type(XLSX)
        .header('content-disposition', attachment(id, query, 'xlsx'))
        .send(file);
    },
  );
}

function attachment(hallId: string, { by, period, from, until }: PeriodFiguresQuery, kind: string): string {
  return `attachment; filename="figures-${hallId}-${by}-${period}-${from}-${until}.${kind}"`;
}
