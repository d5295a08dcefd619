import { z } from 'zod';
import { HealthNow, HealthOfAll, HealthPoint, HealthQuery, type RecentHealth } from '#contract/camera-health.ts';
import type { Camera } from '#contract/cameras.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CameraHealthService } from './service.ts';

const view = { needs: 'camera.view', of: 'camera' } as const;

interface CameraHealthRoutesDeps {
  health: CameraHealthService;
  streams: { recentHealth(cameraId: string): RecentHealth[] };
  cameras: { list(): Camera[] };
}

/** REST of camera health: how streams fare, and fared. */
export function cameraHealthRoutes(app: App, { health, streams, cameras }: CameraHealthRoutesDeps): void {
  const fared = async (cameraIds: readonly string[]) => {
    const lossesOfDay = await health.lossesOfDay(cameraIds);
    return cameraIds.map((cameraId) => ({
      cameraId,
      streams: streams
        .recentHealth(cameraId)
        .map((recent) => ({ ...recent, lossesOfDay: lossesOfDay(cameraId, recent.role) })),
    }));
  };

  app.get(
    '/api/camera-health',
    {
      config: { needs: 'camera.view' },
      schema: {
        tags: ['cameras'],
        summary: 'How the streams of every camera fared in the last ten seconds',
        response: { 200: HealthOfAll },
      },
    },
    ({ rights }) => fared(rights.those('camera.view', cameras.list(), ({ hallId }) => hallId).map(({ id }) => id)),
  );

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
    async ({ params }) => (await fared([params.id]))[0]!.streams,
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
