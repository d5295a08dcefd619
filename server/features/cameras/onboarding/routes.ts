import { z } from 'zod';
import {
  LocatedCamera,
  LocateRequest,
  LookRequest,
  NetworkInterface,
  StreamLook,
} from '#contract/camera-onboarding.ts';
import type { App } from '../../../http/app-type.ts';
import type { Onboarding } from './onboarding.ts';

const tags = ['cameras'];
const manage = { needs: 'camera.manage' } as const;

/** REST of what is asked of cameras before they are added. */
export function cameraOnboardingRoutes(app: App, { onboarding }: { onboarding: Onboarding }): void {
  app.get(
    '/api/cameras/interfaces',
    {
      config: manage,
      schema: {
        tags,
        summary: 'The network interfaces of the server that cameras can be searched on',
        response: { 200: z.array(NetworkInterface) },
      },
    },
    () => onboarding.interfaces(),
  );

  app.post(
    '/api/cameras/locate',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Finds where the ONVIF service of a host answers, trying the usual ports',
        body: LocateRequest,
        response: { 200: LocatedCamera },
      },
    },
    async (request) => ({ onvifUrl: await onboarding.locate(request.body.address) }),
  );

  app.post(
    '/api/cameras/look',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Pulls a stream for some seconds and tells what it really sends, with a still picture',
        body: LookRequest,
        response: { 200: StreamLook },
      },
    },
    (request) => onboarding.look(request.body),
  );
}
