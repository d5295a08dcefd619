import { z } from 'zod';
import { CameraEvent, EventSubscription } from '#contract/camera-events.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CameraEventsService } from './service.ts';

const view = { needs: 'camera.view', of: 'camera' } as const;

/** REST of camera events. */
export function cameraEventRoutes(app: App, { events }: { events: CameraEventsService }): void {
  app.get(
    '/api/cameras/:id/events',
    {
      config: view,
      schema: {
        tags: ['cameras'],
        summary: 'What a camera noticed by itself, the latest first',
        params: z.object({ id: CameraId }),
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
        response: { 200: z.array(CameraEvent) },
      },
    },
    ({ params, query }) => events.latest(params.id, query.limit),
  );

  app.get(
    '/api/cameras/:id/events/subscription',
    {
      config: view,
      schema: {
        tags: ['cameras'],
        summary: 'Whether what a camera notices is heard; null where it is switched off or offers no events',
        params: z.object({ id: CameraId }),
        response: { 200: EventSubscription.nullable() },
      },
    },
    ({ params }) => events.subscriptionOf(params.id),
  );
}
