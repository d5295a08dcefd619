import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  Bookmark,
  BookmarkInput,
  BookmarksQuery,
  FootageToken,
  FootageTokenInput,
  PlaylistQuery,
  PreviewQuery,
  SegmentFileQuery,
  SegmentsAnswer,
  SegmentsQuery,
  SnapshotQuery,
  TimelineAnswer,
  TimelineQuery,
} from '#contract/footage.ts';
import { CameraId, Ulid } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';
import { mayWithCamera, mustWithCameras, ownerOf } from '../../http/scope.ts';
import { sendFile } from '../../http/send-file.ts';
import type { FootageService } from './service.ts';
import type { StillPicture } from './ports.ts';
import type { Span } from './spans.ts';

const tags = ['footage'];
const view = { needs: 'footage.view' } as const;
const viewOne = { ...view, of: 'camera' } as const;
const note = { needs: 'footage.note', of: 'handler' } as const;
const withToken = { token: true } as const;
const params = z.object({ cameraId: CameraId });
const segmentParams = params.extend({ run: Ulid, number: z.coerce.number().int().min(0).max(999_999_999) });
const bookmarkParams = z.object({ id: Ulid });
const at = '/api/footage';

/** REST of footage; playlists and their files open to a token as well. */
export function footageRoutes(app: App, { footage }: { footage: FootageService }): void {
  app.get(
    `${at}/timeline`,
    {
      config: view,
      schema: {
        ...{ tags, summary: 'Footage, gaps and marks of cameras' },
        ...{ querystring: TimelineQuery, response: { 200: TimelineAnswer } },
      },
    },
    (request) => {
      const { query, rights } = request;
      const { cameras, hallId, resolutionMs, ticket } = query;
      if (cameras === undefined && hallId === undefined) {
        throw new AppError('REQUEST_INVALID', [{ path: 'cameras', message: 'name cameras or a hall' }]);
      }
      if (hallId !== undefined && !rights.mayIn('footage.view', hallId)) throw new AppError('NOT_FOUND', hallId);
      const ids = cameras === undefined ? footage.camerasOfHall(hallId!) : idsOf(cameras);
      mustWithCameras(request, 'footage.view', ids);
      return footage.timeline(askerOf(request), ids, spanOf(query), { resolutionMs, ticket: ticket ?? null });
    },
  );

  app.get(
    `${at}/:cameraId/segments`,
    {
      config: viewOne,
      schema: {
        ...{ tags, summary: 'The files that hold a span, oldest first', params },
        ...{ querystring: SegmentsQuery, response: { 200: SegmentsAnswer } },
      },
    },
    (request) => footage.segments(askerOf(request), request.params.cameraId, spanOf(request.query)),
  );

  // players of HLS refuse addresses that do not end as a film does
  for (const ending of ['', '.mp4']) segmentRoute(app, footage, ending);

  app.post(
    `${at}/:cameraId/token`,
    {
      config: viewOne,
      schema: {
        ...{ tags, summary: 'A token that opens a span of a camera to players without a session', params },
        ...{ body: FootageTokenInput, response: { 200: FootageToken } },
      },
    },
    (request) => footage.token(ownerOf(request), request.params.cameraId, spanOf(request.body)),
  );

  app.get(
    `${at}/:cameraId/playlist.m3u8`,
    {
      config: withToken,
      schema: { tags, summary: 'A span as HLS, with the time of day', params, querystring: PlaylistQuery },
    },
    async (request, reply) => {
      mustRead(request);
      const text = await footage.playlist(askingOf(request), request.params.cameraId, spanOf(request.query));
      return reply.type('application/vnd.apple.mpegurl').header('cache-control', 'no-store').send(text);
    },
  );

  app.get(
    `${at}/:cameraId/preview.jpg`,
    {
      config: viewOne,
      schema: { tags, summary: 'The key picture before an instant', params, querystring: PreviewQuery },
    },
    async (request, reply) => {
      const { params, query } = request;
      const at = Date.parse(query.at);
      const picture = await footage.preview(askerOf(request), params.cameraId, at, query.width);
      request.seen = { from: at, until: at, ...footage.readerOf(askerOf(request), at) };
      return sendPicture(reply, picture);
    },
  );

  app.get(
    `${at}/:cameraId/snapshot.jpg`,
    {
      config: viewOne,
      schema: { tags, summary: 'The picture at an instant, its time burnt in', params, querystring: SnapshotQuery },
    },
    async (request, reply) => {
      const { params, query } = request;
      const picture = await footage.snapshot(askerOf(request), params.cameraId, Date.parse(query.at));
      reply.header('x-burnt-in', String(picture.burntIn));
      const name = `${params.cameraId}-${new Date(picture.at).toISOString().replace(/[:.]/g, '')}.jpg`;
      return sendPicture(reply.header('content-disposition', `inline; filename="${name}"`), picture);
    },
  );

  bookmarkRoutes(app, footage);
}

function segmentRoute(app: App, footage: FootageService, ending: string): void {
  app.get(
    `${at}/:cameraId/segments/:run/:number${ending}`,
    {
      config: withToken,
      schema: {
        ...{ tags, summary: 'One file of footage, with ranges; one that is being written as far as it is safe' },
        ...{ params: segmentParams, querystring: SegmentFileQuery },
      },
    },
    async (request, reply) => {
      const { cameraId, run, number } = request.params;
      mustRead(request);
      const file = await footage.file(askingOf(request), cameraId, run, number);
      request.seen = { from: file.from, until: file.until, ...footage.readerOf(askingOf(request), file.from) };
      const isCovered = footage.coveredFor(askingOf(request), cameraId).length > 0;
      if (isCovered || request.query.as === 'h264') {
        const left = new AbortController();
        reply.raw.once('close', () => left.abort());
        const { only, from } = request.query;
        const wanted = { keys: only === 'keys', from: from === undefined ? file.from : Date.parse(from) };
        const content = await footage.converted(askingOf(request), file, wanted, left.signal);
        return reply.type('video/mp4').header('cache-control', 'no-store').send(content);
      }
      if (request.query.only === 'keys') {
        const { bytes, content } = await footage.keyPictures(file);
        const cache = file.segment.finished ? 'private, max-age=31536000, immutable' : 'no-store';
        return reply.type('video/mp4').header('cache-control', cache).header('content-length', bytes).send(content);
      }
      const { path, bytes, sha256 } = file;
      const { later = 0 } = request.query;
      const patches = later > 0 ? await footage.later(file, later) : [];
      const etag = sha256 && patches.length > 0 ? `${sha256}+${later}` : sha256;
      const sent = { path, bytes, etag, immutable: etag !== null, patches };
      return sendFile(request, reply, { ...sent, type: 'video/mp4', missing: 'FOOTAGE_AWAY' });
    },
  );
}

function bookmarkRoutes(app: App, footage: FootageService): void {
  const { bookmarks } = footage;

  /** His own, or as who manages storage anybody's. Throws NOT_FOUND, also for one elsewhere, and FORBIDDEN. */
  async function mustChange(request: FastifyRequest, id: string): Promise<void> {
    const { createdBy, cameraId } = await bookmarks.get(id);
    if (!mayWithCamera(request, 'footage.note', cameraId)) throw new AppError('NOT_FOUND', id);
    const may = createdBy === request.account!.username || request.rights.may('storage.manage');
    if (!may) throw new AppError('FORBIDDEN', 'not yours');
  }

  app.get(
    `${at}/bookmarks`,
    {
      config: view,
      schema: {
        ...{ tags, summary: 'Notes at instants of footage, by time' },
        ...{ querystring: BookmarksQuery, response: { 200: z.array(Bookmark) } },
      },
    },
    ({ query: { cameras, from = null, until = null }, rights }) => {
      const ids = cameras === undefined ? null : idsOf(cameras);
      return bookmarks.list({ cameras: ids, from, until, hallIds: rights.hallIds('footage.view') });
    },
  );

  app.post(
    `${at}/bookmarks`,
    { config: note, schema: { tags, body: BookmarkInput, response: { 201: Bookmark } } },
    async (request, reply) => {
      mustWithCameras(request, 'footage.note', [request.body.cameraId]);
      await footage.mustKnow([request.body.cameraId]);
      return reply.code(201).send(await bookmarks.add(request.body, request.account!.username));
    },
  );

  app.put(
    `${at}/bookmarks/:id`,
    { config: note, schema: { tags, params: bookmarkParams, body: BookmarkInput, response: { 200: Bookmark } } },
    async (request) => {
      await mustChange(request, request.params.id);
      mustWithCameras(request, 'footage.note', [request.body.cameraId]);
      await footage.mustKnow([request.body.cameraId]);
      return bookmarks.change(request.params.id, request.body);
    },
  );

  app.delete(
    `${at}/bookmarks/:id`,
    { config: note, schema: { tags, params: bookmarkParams } },
    async (request, reply) => {
      const { params } = request;
      await mustChange(request, params.id);
      await bookmarks.remove(params.id);
      return reply.code(204).send();
    },
  );
}

/** Whoever comes with a session reads by his rights; a token is looked into by the service. */
function mustRead(
  request: Pick<FastifyRequest, 'account' | 'rights' | 'server'> & { params: { cameraId: string } },
): void {
  if (request.account) mustWithCameras(request, 'footage.view', [request.params.cameraId]);
}

type Asker = Pick<FastifyRequest, 'account' | 'sessionId'>;
const askerOf = ({ account, sessionId }: Asker) => ({ account, sessionId });
const askingOf = (request: Asker & { query: { token?: string | undefined } }) => {
  return { ...askerOf(request), token: request.query.token };
};

const spanOf = ({ from, until }: { from: string; until: string }): Span => {
  return { from: Date.parse(from), until: Date.parse(until) };
};

/** @throws AppError REQUEST_INVALID */
function idsOf(text: string): string[] {
  const ids = z.array(CameraId).safeParse([...new Set(text.split(','))]);
  if (!ids.success)
    throw new AppError('REQUEST_INVALID', [{ path: 'cameras', message: 'ids with commas between them' }]);
  return ids.data;
}

/** Of footage that is whole the picture of an instant never changes; a browser asks again after a while all the same. */
function sendPicture(reply: FastifyReply, { jpeg, at }: StillPicture): FastifyReply {
  return reply
    .type('image/jpeg')
    .header('cache-control', 'private, max-age=600')
    .header('x-taken-at', new Date(at).toISOString())
    .send(jpeg);
}
