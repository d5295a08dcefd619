import { z } from 'zod';
import { HallId, RegionId } from '#contract/ids.ts';
import { Hall, PLAN_IMAGE_BYTES, PLAN_IMAGE_TYPES, PlanImage, Region } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { seenRegions } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import { mustNameAfter } from '../../http/scope.ts';
import type { HallsService } from './service.ts';

const tags = ['places'];
const view = { needs: 'hall.view' } as const;
const viewOne = { ...view, of: 'hall' } as const;
const manageOne = { needs: 'hall.manage', of: 'hall' } as const;
/** What may not be there yet. */
const put = { needs: 'hall.manage', of: 'handler' } as const;
const HallParams = z.object({ id: HallId });

/** REST of regions and halls. */
export function hallRoutes(app: App, { halls }: { halls: HallsService }): void {
  app.get('/api/regions', { config: view, schema: { tags, response: { 200: z.array(Region) } } }, ({ rights }) =>
    seenRegions(rights, 'hall.view', { regions: halls.regions(), halls: halls.list() }),
  );

  app.put(
    '/api/regions/:id',
    {
      config: put,
      schema: { tags, params: z.object({ id: RegionId }), body: Region, response: { 200: Region } },
    },
    ({ params: { id }, body, rights }) => {
      if (!rights.mayInRegion('hall.manage', body.parentId)) throw new AppError('FORBIDDEN', 'parentId');
      if (!rights.mayInRegion('hall.manage', id)) {
        mustNameAfter({ rights }, 'hall.manage', id, body.parentId!);
        if (halls.regions().some((known) => known.id === id)) throw new AppError('NOT_FOUND', id);
      }
      return halls.putRegion(sameId(id, body));
    },
  );

  app.get('/api/halls', { config: view, schema: { tags, response: { 200: z.array(Hall) } } }, ({ rights }) =>
    rights.those('hall.view', halls.list(), ({ id }) => id),
  );

  app.get(
    '/api/halls/:id',
    { config: viewOne, schema: { tags, params: HallParams, response: { 200: Hall } } },
    (request) => {
      const hall = halls.get(request.params.id);
      if (!hall) throw new AppError('NOT_FOUND', request.params.id);
      return hall;
    },
  );

  app.put(
    '/api/halls/:id',
    {
      config: put,
      schema: { tags, params: HallParams, body: Hall, response: { 200: Hall } },
    },
    ({ params: { id }, body, rights }) => {
      const own = rights.mayIn('hall.manage', id) ? halls.get(id) : undefined;
      if (!rights.mayInRegion('hall.manage', body.regionId) && own?.regionId !== body.regionId) {
        throw new AppError('FORBIDDEN', 'regionId');
      }
      if (!own) {
        mustNameAfter({ rights }, 'hall.manage', id, body.regionId);
        if (halls.get(id)) throw new AppError('NOT_FOUND', id);
      }
      return halls.putHall(sameId(id, body));
    },
  );

  app.delete(
    '/api/halls/:id',
    { config: manageOne, schema: { tags, params: HallParams, response: { 204: z.undefined() } } },
    async (request, reply) => {
      await halls.removeHall(request.params.id);
      return reply.code(204).send();
    },
  );

  // Pictures come as they are; what they really are is read from their bytes.
  app.addContentTypeParser([...PLAN_IMAGE_TYPES], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(
    '/api/halls/:id/plan-images',
    {
      config: manageOne,
      bodyLimit: PLAN_IMAGE_BYTES,
      schema: {
        tags,
        summary: 'Keeps a picture (PNG or JPEG, at most 8 MiB) for the floor plan of a hall',
        params: HallParams,
        body: z.instanceof(Buffer),
        response: { 200: PlanImage },
      },
    },
    (request) => halls.planImages.put(request.params.id, request.body),
  );

  app.get(
    '/api/halls/:id/plan-images/:sha256',
    { config: viewOne, schema: { tags, params: HallParams.extend({ sha256: PlanImage.shape.sha256 }) } },
    async ({ params }, reply) => {
      const { mediaType, bytes } = await halls.planImages.get(params.id, params.sha256);
      return reply.type(mediaType).header('cache-control', 'private, max-age=31536000, immutable').send(bytes);
    },
  );
}

function sameId<T extends { id: string }>(id: string, body: T): T {
  if (body.id === id) return body;
  throw new AppError('REQUEST_INVALID', [{ path: 'id', message: `must be ${id}, as in the address` }]);
}
