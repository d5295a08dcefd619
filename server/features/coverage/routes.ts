import { CoverageAnswer, CoverageCsvQuery, CoverageQuery } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
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
    ({ query: { hallId, from, until }, rights }) => {
      if (!rights.mayIn('footage.view', hallId)) throw new AppError('NOT_FOUND', hallId);
      return coverage.days(hallId, from, until);
    },
  );

  app.get(
    '/api/footage/coverage.csv',
    { config: view, schema: { tags, summary: 'The same as a table for spreadsheets', querystring: CoverageCsvQuery } },
    async ({ query: { hallId, from, until, of }, rights }, reply) => {
      if (!rights.mayIn('footage.view', hallId)) throw new AppError('NOT_FOUND', hallId);
      const text = await coverage.csv(hallId, from, until, of);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="coverage-${of}-${hallId}-${from}-${until}.csv"`)
        .send(text);
    },
  );
}
