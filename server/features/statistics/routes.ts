import { Statistics, StatisticsFileQuery, StatisticsQuery } from '#contract/statistics.ts';
import type { App } from '../../http/app-type.ts';
import type { StatisticsService } from './service.ts';

const tags = ['statistics'];
const view = { needs: 'case.view' } as const;
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** REST of supervision statistics: a month of a region or department, beside those before it. */
export function statisticsRoutes(app: App, { statistics }: { statistics: StatisticsService }): void {
  app.get(
    '/api/statistics',
    {
      config: view,
      schema: {
        tags,
        summary: 'Cases, cards and matters of a month: regions beside each other, down to departments and items',
        querystring: StatisticsQuery,
        response: { 200: Statistics },
      },
    },
    ({ query, rights }) => statistics.of(query, rights),
  );
  app.get(
    '/api/statistics.xlsx',
    { config: view, schema: { tags, summary: 'The same as a workbook', querystring: StatisticsFileQuery } },
    async ({ query: { language, ...query }, rights }, reply) => {
      const file = await statistics.workbook(query, rights, language);
      return reply
        .type(XLSX)
        .header('content-disposition', `attachment; filename="statistics-${query.month}.xlsx"`)
        .send(file);
    },
  );
}
