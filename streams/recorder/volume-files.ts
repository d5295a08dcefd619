import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProfileRole } from '#contract/cameras.ts';
import { CameraId } from '#contract/ids.ts';
import { AppError } from '#lib/app-error.ts';
import type { FootageFile } from '#lib/footage-files.ts';
import type { StreamKey } from '#lib/recorder-report.ts';
import { parseFootagePath, PART } from './paths.ts';
import type { VolumeRoot } from './ports.ts';
import { finishPart, readSegment } from './repair.ts';

export interface ListedFile extends FootageFile {
  /** In its volume, without `.part`. */
  relative: string;
  /** It was being written. */
  partial: boolean;
  bytes: number;
}

/** What lies on a volume, as it is compared with rows. */
export const volumeFiles = {
  /** Streams that have a folder. Other folders are none of ours. */
  async streams(volume: VolumeRoot): Promise<StreamKey[]> {
    const found: StreamKey[] = [];
    for (const cameraId of await namesIn(volume.path)) {
      if (!CameraId.safeParse(cameraId).success) continue;
      for (const role of await namesIn(path.join(volume.path, cameraId))) {
        const known = ProfileRole.safeParse(role);
        if (known.success) found.push({ cameraId, role: known.data });
      }
    }
    return found;
  },

  /** Throws VOLUME_AWAY. Files of a stream whose hour is not before `since` (epoch ms), and names there that are none of ours. */
  async list(
    volume: VolumeRoot,
    { cameraId, role }: StreamKey,
    since: number,
  ): Promise<{ files: ListedFile[]; unknown: string[] }> {
    const firstHour = new Date(since).toISOString().slice(0, 13).replace('T', '/');
    const files: ListedFile[] = [];
    const unknown: string[] = [];
    const stream = path.join(cameraId, role);
    for (const day of await namesIn(path.join(volume.path, stream))) {
      if (day < firstHour.slice(0, 10)) continue;
      for (const hour of await namesIn(path.join(volume.path, stream, day))) {
        if (`${day}/${hour}` < firstHour) continue;
        for (const name of await namesIn(path.join(volume.path, stream, day, hour))) {
          const relative = path.join(stream, day, hour, name);
          const file = parseFootagePath(relative);
          // It may be gone since it was listed.
          const bytes = await stat(path.join(volume.path, relative)).then(
            ({ size }) => size,
            () => null,
          );
          if (bytes === null) continue;
          if (!file) unknown.push(relative);
          else files.push({ ...file, bytes, relative: file.partial ? relative.slice(0, -PART.length) : relative });
        }
      }
    }
    // an empty place where a disk was mounted is no empty disk
    if (!(await isThere(volume))) throw new AppError('VOLUME_AWAY', volume.path);
    return { files, unknown };
  },

  finishPart,
  readSegment: (volume: VolumeRoot, relative: string) => readSegment(volume, relative, 'full'),
};

function isThere({ path: root, sign = '' }: VolumeRoot): Promise<boolean> {
  return stat(path.join(root, sign)).then(
    () => true,
    () => false,
  );
}

/** Sorted; empty for what is no folder or not there. @throws what else the disk throws. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
