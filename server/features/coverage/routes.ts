import { CoverageAnswer, CoverageCsvQuery, CoverageQuery } from '#contract/storage.ts';
import type { App } from '../../http/app-type.ts';
import type { CoverageService } from './service.ts';

const tags = ['footage'];
const view = { needs: 'footage.view' } as const;

/** REST of coverage. */
export function coverageRoutes(app: App, { coverage }: { coverage: CoverageService }): void {
  app.get(
    '/api/footage/coverage',
    {
      config: view,
      schema: {
        tags,
        summary: 'How much of the opening hours of a hall was recorded, day by day',
        querystring: CoverageQuery,
        response: { 200: CoverageAnswer },
      },
    },
    ({ query: { hallId, from, until } }) => coverage.days(hallId, from, until),
  );

  app.get(
    '/api/footage/coverage.csv',
    { config: view, schema: { tags, summary: 'The same as a table for spreadsheets', querystring: CoverageCsvQuery } },
    async ({ query: { hallId, from, until, of } }, reply) => {
      const text = await coverage.csv(hallId, from, until, of);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="coverage-${of}-${hallId}-${from}-${until}.csv"`)
        .send(text);
    },
  );
}
