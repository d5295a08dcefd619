import type { FastifyRequest } from 'fastify';
import type { Permission } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';

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
