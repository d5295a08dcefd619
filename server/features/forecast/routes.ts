import { z } from 'zod';
import { HallForecast } from '#contract/forecast.ts';
import { HallId } from '#contract/ids.ts';
import { TypicalDay } from '#contract/typical-day.ts';
import { WhatIf, WhatIfAnswer } from '#contract/what-if.ts';
import type { App } from '../../http/app-type.ts';
import type { ForecastService } from './service.ts';
import type { TypicalDays } from './typical-days.ts';
import type { WhatIfService } from './what-if-service.ts';

const view = { needs: 'forecast.view', of: 'hall' } as const;
const tags = ['queues'];
const params = z.object({ id: HallId });

export interface ForecastRouteDeps {
  forecasts: ForecastService;
  whatIfs: WhatIfService;
  typicalDays: TypicalDays;
}

/** REST of the forecast. */
export function forecastRoutes(app: App, { forecasts, whatIfs, typicalDays }: ForecastRouteDeps): void {
  app.get(
    '/api/halls/:id/forecast',
    {
      config: view,
      schema: {
        tags,
        summary: 'The next two hours of each queue: who will wait, and how long; or what is missing to say so',
        params,
        response: { 200: HallForecast },
      },
    },
    ({ params }) => forecasts.of(params.id),
  );

  app.post(
    '/api/halls/:id/what-if',
    {
      config: view,
      schema: {
        tags,
        summary: 'The next two hours with other windows, clerks or people, beside as it is',
        params,
        body: WhatIf,
        response: { 200: WhatIfAnswer },
      },
    },
    ({ params, body }) => whatIfs.ask(params.id, body),
  );

  app.get(
    '/api/halls/:id/typical-day',
    {
      config: { needs: 'figure.view', of: 'hall' },
      schema: {
        tags: ['figures'],
        summary: 'Today by the hour beside the mean of earlier days of this weekday and kind',
        params,
        response: { 200: TypicalDay },
      },
    },
    ({ params }) => typicalDays.of(params.id),
  );
}
