import { ProfileRole } from '#contract/cameras.ts';
import { CameraId, Ulid } from '#contract/ids.ts';
import { footagePath, type FootageFile } from '#lib/footage-files.ts';

/** Behind the name of a file that is being written. */
export const PART = '.part';
/** Behind the name of a file in which nothing whole was found. */
export const DAMAGED = '.damaged';

const FORM = /^([^/]+)\/(main|sub)\/\d{4}-\d\d-\d\d\/\d\d\/(\d{1,15})-([0-9A-Z]{26})-(\d{6,9})\.mp4(\.part)?$/;

/** Reads what `footagePath` wrote; null for a file that is none of ours. */
export function parseFootagePath(relative: string): (FootageFile & { partial: boolean }) | null {
  const parts = FORM.exec(relative);
  if (!parts) return null;
  const [, cameraId, role, startedAt, run, number, part] = parts;
  if (!CameraId.safeParse(cameraId).success || !Ulid.safeParse(run).success) return null;
  const file: FootageFile = {
    cameraId: cameraId!,
    role: ProfileRole.parse(role),
    startedAt: Number(startedAt),
    run: run!,
    number: Number(number),
  };
  return footagePath(file) + (part ?? '') === relative ? { ...file, partial: part !== undefined } : null;
}
