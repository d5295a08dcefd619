import { z } from 'zod';
import {
  CameraControls,
  ImagingChange,
  PresetInput,
  PtzMove,
  PtzPreset,
  RelaySwitch,
} from '#contract/camera-control.ts';
import { CameraId } from '#contract/ids.ts';
import type { App } from '../../http/app-type.ts';
import type { CameraControl } from './control.ts';

const tags = ['camera control'];
const move = { needs: 'camera.move', of: 'camera' } as const;
const manage = { needs: 'camera.manage', of: 'camera' } as const;
const params = z.object({ id: CameraId });
const tokenParams = z.object({ id: CameraId, token: z.string().min(1).max(256) });
const nothing = { 204: z.undefined() };

/** REST of camera control: who may move looks around, who may manage changes what stays. */
export function cameraControlRoutes(app: App, { control }: { control: CameraControl }): void {
  app.get(
    '/api/cameras/:id/controls',
    {
      config: move,
      schema: {
        tags,
        summary: 'What can be done with a camera now: presets, picture settings, relays',
        params,
        response: { 200: CameraControls },
      },
    },
    (request) => control.controls(request.params.id),
  );

  app.post(
    '/api/cameras/:id/ptz/move',
    {
      config: move,
      schema: {
        tags,
        summary: 'Moves a camera; it stops by itself 1.5 s after the last word',
        params,
        body: PtzMove,
        response: nothing,
      },
    },
    async (request, reply) => {
      await control.move(request.params.id, request.body, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/cameras/:id/ptz/stop',
    { config: move, schema: { tags, summary: 'Stops a camera', params, response: nothing } },
    async (request, reply) => {
      await control.halt(request.params.id, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/cameras/:id/ptz/home',
    { config: move, schema: { tags, summary: 'Sends a camera to its home position', params, response: nothing } },
    async (request, reply) => {
      await control.home(request.params.id, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/cameras/:id/ptz/presets/:token/goto',
    {
      config: move,
      schema: { tags, summary: 'Sends a camera to a preset', params: tokenParams, response: nothing },
    },
    async (request, reply) => {
      await control.goToPreset(request.params.id, request.params.token, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/cameras/:id/ptz/presets',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Keeps where a camera looks now as a preset',
        params,
        body: PresetInput,
        response: { 201: PtzPreset },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      return reply.code(201).send(await control.savePreset(id, request.body.name, request.account!.username));
    },
  );

  app.delete(
    '/api/cameras/:id/ptz/presets/:token',
    {
      config: manage,
      schema: { tags, summary: 'Removes a preset', params: tokenParams, response: nothing },
    },
    async (request, reply) => {
      await control.removePreset(request.params.id, request.params.token, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.patch(
    '/api/cameras/:id/imaging',
    {
      config: manage,
      schema: { tags, summary: 'Changes picture settings of a camera', params, body: ImagingChange, response: nothing },
    },
    async (request, reply) => {
      await control.setImaging(request.params.id, request.body, request.account!.username);
      return reply.code(204).send();
    },
  );

  app.put(
    '/api/cameras/:id/relays/:token',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Switches a relay output of a camera',
        params: tokenParams,
        body: RelaySwitch,
        response: nothing,
      },
    },
    async (request, reply) => {
      const { id, token } = request.params;
      await control.setRelay(id, token, request.body.on, request.account!.username);
      return reply.code(204).send();
    },
  );
}
