import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ErrorCode } from '#contract/errors.ts';
import { CameraId } from '#contract/ids.ts';
import { LIVE_PATH } from '#contract/live.ts';
import { AppError } from '#lib/app-error.ts';
import type { App } from '../../http/app-type.ts';

/** What the route needs: whom a token lets see what, and the part that streams, which answers why not where it does not. */
export interface FlvPorts<Admission> {
  authorise(token: string, request: IncomingMessage): ({ ok: true } & Admission) | { ok: false; code: ErrorCode };
  flv: { serve(admission: Admission, response: ServerResponse): ErrorCode | null };
}

/** Live video for players of others. The token opens it, as it opens the live gateway; no session is asked for. */
export function flvRoute<Admission extends { cameraId: string }>(
  app: App,
  { authorise, flv }: FlvPorts<Admission>,
): void {
  app.get(
    `${LIVE_PATH}/:id.flv`,
    {
      config: { token: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['cameras'],
        summary: 'The live stream of a camera as FLV with H.264, opened by a live token',
        params: z.object({ id: CameraId }),
        querystring: z.object({ token: z.string().max(4096).default('') }),
      },
    },
    (request, reply) => {
      const allowed = authorise(request.query.token, request.raw);
      if (!allowed.ok) throw new AppError(allowed.code);
      if (allowed.cameraId !== request.params.id) throw new AppError('LIVE_TOKEN_INVALID', 'it opens another camera');
      const refused = flv.serve(allowed, reply.raw);
      if (refused) throw new AppError(refused);
      return reply.hijack();
    },
  );
}
