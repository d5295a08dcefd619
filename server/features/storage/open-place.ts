import type { z } from 'zod';
import type { StoreAccess } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import type { SecretBox } from '#lib/secret-box.ts';
import { FolderPlace } from './folder-place.ts';
import { ObjectStore } from './object-store.ts';
import type { Place } from './place.ts';
import type { StoredAccess, StoredVolume } from './repository.ts';
import { StorePlace } from './store-place.ts';

/** The place of a volume. One whose key cannot be opened any more is refused by its store, which its look says. */
export function openPlace(row: Pick<StoredVolume, 'id' | 'path' | 'mark' | 'access'>, box: SecretBox): Place {
  return row.access ? openStore(row, row.access, box) : new FolderPlace(row.path, row.mark);
}

export function sealAccess(
  id: string,
  { secretAccessKey, ...access }: z.output<typeof StoreAccess>,
  box: SecretBox,
): StoredAccess {
  return { ...access, secretKey: box.seal(secretAccessKey, id) };
}

/** Makes a bucket ready for a new volume: marks it. Throws STORE_AWAY, STORE_REFUSED, VOLUME_FOREIGN. */
export async function takeStore(row: StoredVolume & { access: StoredAccess }, box: SecretBox): Promise<void> {
  const place = openStore(row, row.access, box);
  if ((await place.mark()) !== null) throw new AppError('VOLUME_FOREIGN', row.path);
  await place.writeMark();
  await checkPlace(place);
}

/** Throws what its look says. */
export async function checkPlace(place: Place): Promise<void> {
  const reading = await place.look();
  if (!reading.ok) throw new AppError(reading.code, reading.detail);
}

function openStore(
  { id, path, mark }: Pick<StoredVolume, 'id' | 'path' | 'mark'>,
  { region, accessKeyId, secretKey }: StoredAccess,
  box: SecretBox,
): StorePlace {
  const secretAccessKey = box.open(secretKey, id) ?? 'sealed under another key';
  return new StorePlace(new ObjectStore({ address: path, region, accessKeyId, secretAccessKey }), mark);
}
