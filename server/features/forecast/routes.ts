import { z } from 'zod';
import { HallForecast } from '#contract/forecast.ts';
import { HallId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { ForecastService } from './service.ts';

const view = { needs: 'forecast.view' } as const;

/** REST of the forecast. */
export function forecastRoutes(app: App, { forecasts }: { forecasts: ForecastService }): void {
  app.get(
    '/api/halls/:id/forecast',
    {
      config: view,
      schema: {
        tags: ['queues'],
        summary: 'The next two hours of each queue: who will wait, and how long',
        params: z.object({ id: HallId }),
        response: { 200: HallForecast },
      },
    },
    ({ params }) => forecasts.of(params.id),
  );
}
