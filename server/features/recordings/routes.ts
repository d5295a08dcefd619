import { z } from 'zod';
import { ReconcileAnswer, ReconcileInput, RecordingPlan, RecordingState } from '#contract/footage.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import { mayWithCamera } from '../../http/scope.ts';
import type { RecordingsService } from './service.ts';

const tags = ['footage'];
const view = { needs: 'camera.view' } as const;
const viewOne = { ...view, of: 'camera' } as const;
const manage = { needs: 'camera.manage', of: 'camera' } as const;
const manageStorage = { needs: 'storage.manage' } as const;
const params = z.object({ id: CameraId });

/** REST of recording: plans and states. */
export function recordingRoutes(app: App, { recordings }: { recordings: RecordingsService }): void {
  app.get(
    '/api/cameras/:id/recording',
    {
      config: viewOne,
      schema: { tags, summary: 'How a camera is recorded', params, response: { 200: RecordingPlan } },
    },
    (request) => recordings.plan(request.params.id),
  );

  app.put(
    '/api/cameras/:id/recording',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Says how a camera is recorded from now on',
        params,
        body: RecordingPlan,
        response: { 200: RecordingPlan },
      },
    },
    ({ params: { id }, body }) => recordings.setPlan(id, body),
  );

  app.get(
    '/api/recordings',
    {
      config: view,
      schema: { tags, summary: 'What every recorder does now', response: { 200: z.array(RecordingState) } },
    },
    (request) => recordings.states().filter(({ cameraId }) => mayWithCamera(request, 'camera.view', cameraId)),
  );

  app.post(
    '/api/recordings/reconcile',
    {
      config: manageStorage,
      schema: {
        tags,
        summary: 'Compares files and rows of footage, repairs what broke off and says what is missing',
        body: ReconcileInput,
        response: { 200: ReconcileAnswer },
      },
    },
    ({ body: { since } }) => recordings.reconcile(since === undefined ? undefined : Date.parse(since)),
  );
}
