import { z } from 'zod';
import { CameraId } from '#contract/ids.ts';
import { CameraPrivacy, CameraPrivacyInput } from '#contract/privacy.ts';
import type { App } from '../../http/app-type.ts';
import { ownerOf } from '../../http/scope.ts';
import type { PrivacyService } from './service.ts';

const tags = ['privacy'];

/** REST of what is said of cameras, and of what is covered. */
export function privacyRoutes(app: App, { privacy }: { privacy: PrivacyService }): void {
  app.get(
    '/api/privacy/cameras',
    {
      config: { needs: 'camera.view' },
      schema: {
        tags,
        summary: 'Why cameras watch, and which parts of their pictures are covered',
        response: { 200: z.array(CameraPrivacy) },
      },
    },
    (request) =>
      request.rights
        .those('camera.view', privacy.list(), ({ cameraId }) => app.hallOfCamera(cameraId))
        .map((row) => ({ ...row, covered: privacy.coveredFor(ownerOf(request), row.cameraId).length > 0 })),
  );

  app.put(
    '/api/cameras/:id/privacy',
    {
      config: { needs: 'camera.manage', of: 'camera', confirmed: true },
      schema: {
        tags,
        summary: 'Says why a camera watches, and what of its picture is covered',
        params: z.object({ id: CameraId }),
        body: CameraPrivacyInput,
        response: { 200: CameraPrivacy },
      },
    },
    async (request) => {
      const row = await privacy.set(request.params.id, request.body, request.account!.username);
      return { ...row, covered: privacy.coveredFor(ownerOf(request), row.cameraId).length > 0 };
    },
  );
}
