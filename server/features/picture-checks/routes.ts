import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CameraId } from '#contract/ids.ts';
import { PictureFaultRecord, PictureVerdict, ReferenceLight } from '#contract/picture-check.ts';
import { SeatsInput } from '#contract/seats.ts';
import { AppError } from '#lib/app-error.ts';
import type { TokenOwner } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import { ownerOf } from '../../http/scope.ts';
import type { PictureChecksService } from './service.ts';

/** What of a camera's pictures somebody does not see. */
interface MasksPort {
  coveredFor(owner: TokenOwner, cameraId: string): readonly unknown[];
}

const tags = ['cameras'];
const view = { needs: 'camera.view', of: 'camera' } as const;
const manage = { needs: 'camera.manage', of: 'camera' } as const;
const params = z.object({ id: CameraId });
const lightParams = params.extend({ light: ReferenceLight });
const faultParams = params.extend({ faultId: z.coerce.number().int().positive() });
const at = '/api/cameras/:id/picture-check';

/** REST of picture diagnosis: verdicts, pictures and references. */
export function pictureCheckRoutes(
  app: App,
  { pictureChecks, privacy }: { pictureChecks: PictureChecksService; privacy: MasksPort },
): void {
  /** Throws PICTURE_MASKED: these pictures are kept as they were judged. */
  function mustSeeAll(request: Pick<FastifyRequest, 'account' | 'sessionId'>, cameraId: string): void {
    if (privacy.coveredFor(ownerOf(request), cameraId).length > 0) throw new AppError('PICTURE_MASKED', cameraId);
  }

  app.get(
    at,
    {
      config: view,
      schema: {
        tags,
        summary: "How a camera's picture is judged at present",
        params,
        response: { 200: PictureVerdict },
      },
    },
    (request) => pictureChecks.verdict(request.params.id),
  );

  app.get(
    `${at}/faults`,
    {
      config: view,
      schema: {
        tags,
        summary: "What was wrong with a camera's picture in the last 90 days, the newest first",
        params,
        response: { 200: z.array(PictureFaultRecord) },
      },
    },
    (request) => pictureChecks.history(request.params.id),
  );

  app.post(
    `${at}/references/:light`,
    {
      config: manage,
      schema: {
        tags,
        summary: 'Confirms the present picture as the view to compare with in this light',
        params: lightParams,
        response: { 200: PictureVerdict },
      },
    },
    ({ params: { id, light }, account }) => pictureChecks.confirm(id, light, account!.username),
  );

  app.put(
    '/api/cameras/:id/seats',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Says where in the picture the seats of windows are, so that it tells whether somebody sits there',
        params,
        body: SeatsInput,
        response: { 200: PictureVerdict },
      },
    },
    ({ params: { id }, body, account }) => pictureChecks.setSeats(id, body.seats, account!.username),
  );

  app.get(
    `${at}/now.jpg`,
    { config: view, schema: { tags, summary: 'The present picture, in the size in which it is judged', params } },
    async (request, reply) => {
      mustSeeAll(request, request.params.id);
      return jpeg(reply, await pictureChecks.presentJpeg(request.params.id));
    },
  );

  app.get(
    `${at}/references/:light.jpg`,
    { config: view, schema: { tags, summary: 'The view that the picture is compared with', params: lightParams } },
    async (request, reply) => {
      const { id, light } = request.params;
      mustSeeAll(request, id);
      return jpeg(reply, await pictureChecks.referenceJpeg(id, light));
    },
  );

  app.get(
    `${at}/faults/:faultId.jpg`,
    { config: view, schema: { tags, summary: 'The picture when a fault began', params: faultParams } },
    async (request, reply) => {
      const { id, faultId } = request.params;
      mustSeeAll(request, id);
      return jpeg(reply, await pictureChecks.faultJpeg(id, faultId));
    },
  );
}

function jpeg(reply: FastifyReply, picture: Buffer) {
  return reply.type('image/jpeg').header('cache-control', 'no-store').send(picture);
}
