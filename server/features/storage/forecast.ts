import type { StorageForecast } from '#contract/storage.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
/** The forecast steps by so much; a minimum that breaks later than it looks is not announced. */
const STEP_MS = 6 * HOUR_MS;

/** What one camera keeps and writes. */
export interface ForecastCamera {
  minDays: number;
  bytesPerDay: number;
  /** Bytes by when they were written, epoch ms; what holds keep is left out. */
  kept: readonly { at: number; bytes: number }[];
}

export interface ForecastFacts {
  now: number;
  /** Of all volumes that can be used. */
  capacityBytes: number;
  /** What holds keep, whatever its age. */
  heldBytes: number;
  /** Hours of recording that the rates were taken from. */
  knownHours: number;
  cameras: readonly ForecastCamera[];
}

/**
 * How long the disks last at the present rate. The minimum of a camera protects what it wrote in its last days and what
 * it will write; as soon as all that and the holds no longer fit, a minimum is broken: nothing could be removed, and
 * recording would stop.
 */
export function forecast({ now, capacityBytes, heldBytes, knownHours, cameras }: ForecastFacts): StorageForecast {
  const written = cameras.filter(({ bytesPerDay }) => bytesPerDay > 0);
  const minimumDays = Math.max(0, ...written.map(({ minDays }) => minDays));
  if (knownHours < 1) return { bytesPerDay: null, holdsDays: null, minimumDays, breaksMinimumAt: null };
  const bytesPerDay = written.reduce((sum, camera) => sum + camera.bytesPerDay, 0);
  const holdsDays = bytesPerDay > 0 ? Math.max(0, capacityBytes - heldBytes) / bytesPerDay : null;

  const protectedAt = (at: number) =>
    cameras.reduce((sum, { minDays, bytesPerDay, kept }) => {
      const from = at - minDays * DAY_MS;
      const old = kept.reduce((bytes, part) => (part.at >= from ? bytes + part.bytes : bytes), 0);
      const newDays = Math.min((at - now) / DAY_MS, minDays);
      return sum + old + newDays * bytesPerDay;
    }, heldBytes);

  const end = now + (Math.max(0, ...cameras.map(({ minDays }) => minDays)) + 1) * DAY_MS;
  let breaksAt: number | null = null;
  for (let at = now; breaksAt === null && at <= end; at += STEP_MS) {
    if (protectedAt(at) > capacityBytes) breaksAt = at;
  }
  const breaksMinimumAt = breaksAt === null ? null : new Date(breaksAt).toISOString();
  return { bytesPerDay, holdsDays, minimumDays, breaksMinimumAt };
}
