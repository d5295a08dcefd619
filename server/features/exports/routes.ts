import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ExportInput, FootageExport } from '#contract/footage.ts';
import { Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import { mayWithCamera, mustWithCameras, ownerOf } from '../../http/scope.ts';
import { sendFile } from '../../http/send-file.ts';
import type { ExportsService } from './service.ts';

const tags = ['footage'];
/** An export may be of several halls. */
const exporting = { needs: 'footage.export', of: 'handler' } as const;
const params = z.object({ id: Ulid });
const fileParams = params.extend({ name: z.string().max(200) });
const at = '/api/footage/exports';
const typeOf: Readonly<Record<string, string>> = { '.json': 'application/json', '.sig': 'application/octet-stream' };

export interface ExportRoutesDeps {
  exports: ExportsService;
  /** Throws REASON_REQUIRED where an export must say why. */
  viewing: { mustSayWhy(reason: string, sessionId: string, span: { from: number; until: number }): void };
}

/** REST of exports. */
export function exportRoutes(app: App, { exports, viewing }: ExportRoutesDeps): void {
  /** Throws NOT_FOUND, also for one of cameras elsewhere. */
  async function own(request: Pick<FastifyRequest, 'rights' | 'server'>, id: string): Promise<FootageExport> {
    const found = await exports.get(id);
    // of several halls it is for who may export every camera in it
    if (!found.cameraIds.every((each) => mayWithCamera(request, 'footage.export', each)))
      throw new AppError('NOT_FOUND', id);
    return found;
  }

  app.get(
    at,
    {
      config: exporting,
      schema: { tags, summary: 'Exports, the latest first', response: { 200: z.array(FootageExport) } },
    },
    ({ rights }) => exports.list(rights.hallIds('footage.export')),
  );

  app.post(
    at,
    {
      config: { ...exporting, confirmed: true },
      schema: {
        ...{ tags, summary: 'Asks for a span of cameras as MP4 files' },
        ...{ body: ExportInput, response: { 202: FootageExport } },
      },
    },
    async (request, reply) => {
      mustWithCameras(request, 'footage.export', request.body.cameraIds);
      const { from, until, reason } = request.body;
      viewing.mustSayWhy(reason, request.sessionId!, { from: Date.parse(from), until: Date.parse(until) });
      return reply.code(202).send(await exports.request(request.body, ownerOf(request)));
    },
  );

  app.get(`${at}/:id`, { config: exporting, schema: { tags, params, response: { 200: FootageExport } } }, (request) =>
    own(request, request.params.id),
  );

  app.delete(
    `${at}/:id`,
    {
      config: exporting,
      schema: { tags, summary: 'Calls an export off; removes one that is over, with its files', params },
    },
    async (request, reply) => {
      const { params, account, rights } = request;
      await own(request, params.id);
      await exports.remove(params.id, account!.username, rights.may('storage.manage'));
      return reply.code(204).send();
    },
  );

  app.get(
    `${at}/:id/files/:name`,
    {
      config: exporting,
      schema: {
        tags,
        summary: 'A file of an export, its manifest.json, or the signature of that; with ranges',
        params: fileParams,
      },
    },
    async (request, reply) => {
      const { id, name } = request.params;
      if (!exports.mayHave(ownerOf(request), await own(request, id))) throw new AppError('PICTURE_MASKED', id);
      const { path, sha256, ...known } = await exports.file(id, name);
      const bytes = known.bytes ?? (await sizeOf(path));
      const type = typeOf[extname(name)] ?? 'video/mp4';
      reply.header('content-disposition', `attachment; filename="${name}"`);
      return sendFile(request, reply, { path, bytes, type, etag: sha256, immutable: false, missing: 'EXPORT_EXPIRED' });
    },
  );
}

/** Throws EXPORT_EXPIRED where it is gone. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new AppError('EXPORT_EXPIRED');
  return found.size;
}
