import { z } from 'zod';
import { Slug, Ulid } from '#contract/ids.ts';
import {
  ChainVerdict,
  Hold,
  HoldInput,
  RetentionRule,
  StorageOverview,
  VerifyQuery,
  Volume,
  VolumeChange,
  VolumeInput,
} from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import { mayWithCamera, mustWithCameras } from '../../http/scope.ts';
import type { StorageService } from './service.ts';

const tags = ['storage'];
const manage = { needs: 'storage.manage' } as const;
/** Who holds footage for a case decides what is evidence. */
const hold = { needs: 'footage.hold', of: 'handler' } as const;

/** REST of storage, which tells of paths and disks, and of holds. */
export function storageRoutes(app: App, { storage }: { storage: StorageService }): void {
  app.get(
    '/api/storage',
    {
      config: manage,
      schema: { tags, summary: 'Volumes, rules and the forecast', response: { 200: StorageOverview } },
    },
    () => storage.overview(),
  );

  app.put(
    '/api/storage/rules',
    {
      config: manage,
      schema: { tags, body: z.array(RetentionRule).max(3), response: { 200: z.array(RetentionRule) } },
    },
    ({ body, account }) => storage.saveRules(body, account!.username),
  );

  app.post(
    '/api/storage/volumes',
    { config: manage, schema: { tags, body: VolumeInput, response: { 201: Volume } } },
    async ({ body, account }, reply) => reply.code(201).send(await storage.addVolume(body, account!.username)),
  );

  app.patch(
    '/api/storage/volumes/:id',
    {
      config: manage,
      schema: { tags, params: z.object({ id: Slug }), body: VolumeChange, response: { 200: Volume } },
    },
    ({ params, body, account }) => storage.changeVolume(params.id, body, account!.username),
  );

  app.delete(
    '/api/storage/volumes/:id',
    { config: manage, schema: { tags, params: z.object({ id: Slug }), response: { 204: z.undefined() } } },
    async ({ params, account }, reply) => {
      await storage.removeVolume(params.id, account!.username);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/storage/verify',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Follows the chain of a camera and says what is not as it was recorded',
        querystring: VerifyQuery,
        response: { 200: z.array(ChainVerdict) },
      },
    },
    ({ query }) => storage.verify(query.cameraId, query.files),
  );

  app.get('/api/storage/holds', { config: hold, schema: { tags, response: { 200: z.array(Hold) } } }, ({ rights }) =>
    storage.holds.list(rights.hallIds('footage.hold')),
  );

  app.post(
    '/api/storage/holds',
    { config: hold, schema: { tags, body: HoldInput, response: { 201: Hold } } },
    async (request, reply) => {
      const { body, account } = request;
      mustWithCameras(request, 'footage.hold', [body.cameraId]);
      return reply.code(201).send(await storage.holds.place(body, account!.username));
    },
  );

  app.delete(
    '/api/storage/holds/:id',
    {
      config: hold,
      schema: {
        tags,
        summary: 'Lifts a hold; its row stays',
        params: z.object({ id: Ulid }),
        response: { 200: Hold },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { cameraId } = await storage.holds.get(id);
      if (!mayWithCamera(request, 'footage.hold', cameraId)) throw new AppError('NOT_FOUND', id);
      return storage.holds.lift(id, request.account!.username);
    },
  );
}
