import { z } from 'zod';
import {
  Camera,
  CameraChange,
  CameraInput,
  CameraProbe,
  DiscoverRequest,
  DiscoveredCamera,
  ProbeRequest,
  PublishAddress,
} from '#contract/cameras.ts';
import { CameraId } from '#contract/ids.ts';
import { LiveToken, LiveTokenAnswers, LiveTokenRequest, LiveTokensRequest } from '#contract/live.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import { mayWithCamera, mustNameAfter, ownerOf } from '../../http/scope.ts';
import type { CamerasService } from './service.ts';

const tags = ['cameras'];
const view = { needs: 'camera.view' } as const;
const manage = { needs: 'camera.manage' } as const;
const viewOne = { ...view, of: 'camera' } as const;
const manageOne = { ...manage, of: 'camera' } as const;
const params = z.object({ id: CameraId });

/** REST of cameras: seen and watched, found, added and changed. */
export function cameraRoutes(app: App, { cameras }: { cameras: CamerasService }): void {
  app.get(
    '/api/cameras',
    { config: view, schema: { tags, summary: 'All cameras', response: { 200: z.array(Camera) } } },
    ({ rights }) => rights.those('camera.view', cameras.list(), ({ hallId }) => hallId),
  );

  app.get(
    '/api/cameras/:id',
    { config: viewOne, schema: { tags, summary: 'One camera', params, response: { 200: Camera } } },
    (request) => cameras.get(request.params.id),
  );

  app.post(
    '/api/cameras',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Adds a camera by its ONVIF address, which must answer, or by its stream addresses',
        body: CameraInput,
        response: { 201: Camera },
      },
    },
    async ({ body, rights }, reply) => {
      if (!rights.mayIn('camera.manage', body.hallId)) throw new AppError('NOT_FOUND', body.hallId);
      if (body.id !== undefined) mustNameAfter({ rights }, 'camera.manage', body.id, body.hallId);
      return reply.code(201).send(await cameras.add(body));
    },
  );

  app.patch(
    '/api/cameras/:id',
    {
      config: manageOne,
      schema: { tags, summary: 'Changes a camera', params, body: CameraChange, response: { 200: Camera } },
    },
    (request) => cameras.change(request.params.id, request.body),
  );

  app.delete(
    '/api/cameras/:id',
    {
      config: manageOne,
      schema: { tags, summary: 'Removes a camera', params, response: { 204: z.undefined() } },
    },
    async (request, reply) => {
      await cameras.remove(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/cameras/discover',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Searches the link of one network interface for ONVIF cameras',
        body: DiscoverRequest,
        response: { 200: z.array(DiscoveredCamera) },
      },
    },
    async (request) => {
      const found = await cameras.discover(request.body);
      const isOwn = (id: string | null) => id !== null && mayWithCamera(request, 'camera.view', id);
      return found.map((each) => (isOwn(each.knownAs) ? each : { ...each, knownAs: null }));
    },
  );

  app.post(
    '/api/cameras/probe',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Asks the camera at an ONVIF address who it is, without adding it',
        body: ProbeRequest,
        response: { 200: CameraProbe },
      },
    },
    (request) => cameras.probe(request.body),
  );

  app.post(
    '/api/cameras/:id/credentials/try',
    {
      config: manageOne,
      schema: {
        tags,
        summary: 'Has a user and password that the camera refused shown to it once more',
        params,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      cameras.tryCredentials(request.params.id, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/cameras/:id/publish-address',
    {
      config: manageOne,
      schema: {
        tags,
        summary: 'Where a device that pushes by RTMP has to push to, with its key',
        params,
        response: { 200: PublishAddress },
      },
    },
    (request) => cameras.publishAddress(request.params.id, request.hostname),
  );

  app.post(
    '/api/cameras/:id/publish-key',
    {
      config: manageOne,
      schema: {
        tags,
        summary: 'Gives a device that pushes another key and throws out who pushes with the old one',
        params,
        response: { 200: PublishAddress },
      },
    },
    (request) => cameras.renewPublishKey(request.params.id, request.hostname),
  );

  app.post(
    '/api/cameras/:id/live-token',
    {
      config: viewOne,
      schema: {
        tags,
        summary: 'A token, good for seconds, that opens one stream at the live gateway',
        params,
        body: LiveTokenRequest,
        response: { 200: LiveToken },
      },
    },
    (request) => cameras.issueLiveToken(request.params.id, request.body.role, ownerOf(request)),
  );

  app.post(
    '/api/live-tokens',
    {
      config: view,
      schema: {
        tags,
        summary: 'Tokens for all streams of a wall at once; for each that may not be had, the reason',
        body: LiveTokensRequest,
        response: { 200: LiveTokenAnswers },
      },
    },
    (request) => {
      const own = request.body.filter(({ cameraId }) => mayWithCamera(request, 'camera.view', cameraId));
      const answers = cameras.issueLiveTokens(own, ownerOf(request)).values();
      const refused = { refused: 'NOT_FOUND' } as const;
      return request.body.map((each) => (own.includes(each) ? answers.next().value! : refused));
    },
  );
}
