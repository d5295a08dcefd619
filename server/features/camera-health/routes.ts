import { z } from 'zod';
import { HealthNow, HealthPoint, HealthQuery, type RecentHealth } from '#contract/camera-health.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CameraHealthService } from './service.ts';

const view = { needs: 'camera.view', of: 'camera' } as const;

/** REST of camera health: the course of a stream. */
export function cameraHealthRoutes(
  app: App,
  { health, streams }: { health: CameraHealthService; streams: { recentHealth(cameraId: string): RecentHealth[] } },
): void {
  app.get(
    '/api/cameras/:id/health/now',
    {
      config: view,
      schema: {
        tags: ['cameras'],
        summary: 'How the streams of a camera fared in the last ten seconds',
        params: z.object({ id: CameraId }),
        response: { 200: HealthNow },
      },
    },
    async ({ params }) => {
      const losses = await health.lossesOfDay(params.id);
      return streams
        .recentHealth(params.id)
        .map((recent) => ({ ...recent, lossesOfDay: losses?.[recent.role] ?? null }));
    },
  );

  app.get(
    '/api/cameras/:id/health',
    {
      config: view,
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
