import type { StorageForecast } from '#contract/storage.ts';
import { daysOfCameras } from './keeper.ts';
import { forecast } from './forecast.ts';
import type { StorageRepository } from './repository.ts';

/** Reads what the forecast is made of. `capacityBytes`: of all volumes that can be used. */
export async function outlook(
  repository: StorageRepository,
  now: number,
  capacityBytes: number,
): Promise<StorageForecast> {
  const [{ days }, written, kept] = await Promise.all([
    daysOfCameras(repository),
    repository.written(now),
    repository.useByDay(now),
  ]);
  const keptOf = Map.groupBy(kept, ({ cameraId }) => cameraId);
  const cameras = [...days].map(([cameraId, { minDays }]) => ({
    minDays,
    bytesPerDay: written.hours > 0 ? ((written.byCamera.get(cameraId) ?? 0) / written.hours) * 24 : 0,
    kept: (keptOf.get(cameraId) ?? []).map(({ at, bytes, heldBytes }) => ({ at, bytes: bytes - heldBytes })),
  }));
  const heldBytes = kept.reduce((sum, day) => sum + day.heldBytes, 0);
  return forecast({ now, capacityBytes, heldBytes, knownHours: written.hours, cameras });
}
