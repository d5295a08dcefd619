import type { FastifyRequest } from 'fastify';
import type { Permission } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';
import type { TokenOwner } from '#lib/rights.ts';

type Asked = Pick<FastifyRequest, 'rights' | 'server'>;

/** Whether the caller may do this with a camera; of one that is gone, whoever may everywhere. */
export function mayWithCamera({ rights, server }: Asked, permission: Permission, cameraId: string): boolean {
  return rights.mayIn(permission, server.hallOfCamera(cameraId));
}

/** Throws NOT_FOUND, as for a camera that never was, for the first with which the caller may not do this. */
export function mustWithCameras(request: Asked, permission: Permission, cameraIds: readonly string[]): void {
  const foreign = cameraIds.find((id) => !mayWithCamera(request, permission, id));
  if (foreign !== undefined) throw new AppError('NOT_FOUND', foreign);
}

/**
 * Names are the whole house's, and a name that is taken tells of something elsewhere: who may not go everywhere names new
 * things after the place in which they are. Throws REQUEST_INVALID, whether the name is taken or not.
 */
export function mustNameAfter(
  { rights }: Pick<Asked, 'rights'>,
  permission: Permission,
  id: string,
  place: string,
): void {
  if (rights.mayIn(permission, null) || id.startsWith(`${place}-`)) return;
  throw new AppError('REQUEST_INVALID', [{ path: 'id', message: `must begin with ${place}-` }]);
}

/** For whom a token is made. */
export function ownerOf({ account, sessionId }: Pick<FastifyRequest, 'account' | 'sessionId'>): TokenOwner {
  return { account: account!.username, sessionId: sessionId! };
}
