import { z } from 'zod';
import { KeepDays, Kept, Retention } from '#contract/retention.ts';
import type { App } from '../../http/app-type.ts';
import type { RetentionService } from './service.ts';

const tags = ['storage'];
const manage = { needs: 'storage.manage' } as const;

/** REST of how long the database keeps what. */
export function retentionRoutes(app: App, { retention }: { retention: RetentionService }): void {
  app.get('/api/retention', { config: manage, schema: { tags, response: { 200: z.array(Retention) } } }, () =>
    retention.list(),
  );

  app.put(
    '/api/retention/:kept',
    {
      config: manage,
      schema: { tags, params: z.object({ kept: Kept }), body: KeepDays, response: { 200: Retention } },
    },
    ({ params, body }) => retention.set(params.kept, body.keepDays),
  );
}
