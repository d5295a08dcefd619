import type { DiskTrouble } from './ports.ts';

const full = { cause: 'disk-full', code: 'VOLUME_FULL' } as const;
const failed = (code: 'VOLUME_READ_ONLY' | 'VOLUME_AWAY' | 'VOLUME_FAILED') =>
  ({ cause: 'disk-failed', code }) as const;

const byErrno: Readonly<Record<string, DiskTrouble>> = {
  ENOSPC: full,
  EDQUOT: full,
  EROFS: failed('VOLUME_READ_ONLY'),
  EACCES: failed('VOLUME_READ_ONLY'),
  EPERM: failed('VOLUME_READ_ONLY'),
  ENOENT: failed('VOLUME_AWAY'),
  ENODEV: failed('VOLUME_AWAY'),
  ENXIO: failed('VOLUME_AWAY'),
  ENOTCONN: failed('VOLUME_AWAY'),
  ESTALE: failed('VOLUME_AWAY'),
  EHOSTDOWN: failed('VOLUME_AWAY'),
};

/** What a failed call on a file says about its disk. */
export function diskFailure(error: unknown): DiskTrouble {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return byErrno[errno ?? ''] ?? failed('VOLUME_FAILED');
}
