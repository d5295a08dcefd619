import { z } from 'zod';
import { HealthPoint, HealthQuery } from '#contract/camera-health.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CameraHealthService } from './service.ts';

/** REST of camera health: the course of a stream, for whoever is signed in. */
export function cameraHealthRoutes(app: App, { health }: { health: CameraHealthService }): void {
  app.get(
    '/api/cameras/:id/health',
    {
      schema: {
        tags: ['cameras'],
        summary: 'How a stream fared in the last hours, oldest first',
        params: z.object({ id: CameraId }),
        querystring: HealthQuery,
        response: { 200: z.array(HealthPoint) },
      },
    },
    ({ params, query }) => health.course(params.id, query.role, query.hours),
  );
}
