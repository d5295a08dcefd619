import type { StreamKey } from '#lib/recorder-report.ts';
import { parseFootagePath } from './paths.ts';
import type { ListedFile } from './volume-files.ts';

/** What lists and is not looked into: a store. */
export interface ListingPlace {
  /** Files below a folder, which ends with `/`, from a name in it on. */
  list(folder: string, from: string): AsyncIterable<{ name: string; bytes: number }>;
}

/** As `volumeFiles.list`, of a store: nothing is ever written there in parts. */
export async function filesListed(
  place: ListingPlace,
  { cameraId, role }: StreamKey,
  since: number,
): Promise<{ files: ListedFile[]; unknown: string[] }> {
  const firstDay = new Date(since).toISOString().slice(0, 10);
  const files: ListedFile[] = [];
  const unknown: string[] = [];
  for await (const { name, bytes } of place.list(`${cameraId}/${role}/`, firstDay)) {
    const file = parseFootagePath(name);
    if (!file || file.partial) unknown.push(name);
    else if (file.startedAt >= since) files.push({ ...file, bytes, relative: name });
  }
  return { files, unknown };
}
