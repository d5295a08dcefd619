/** What must stay free on any disk: a filesystem that is full to the brim is slow, and not ours alone. */
const RESERVE_SHARE = 0.02;
const RESERVE_MOST = 5 * 1024 ** 3;
/** Room that retention keeps open for what is written until it runs again, and for files that are not finished. */
const HEADROOM_SEC = 120;
const HEADROOM_LEAST_SHARE = 0.01;
const HEADROOM_MOST_SHARE = 0.5;

/** Bytes, and bytes a second. */
export interface Filling {
  quotaBytes: number | null;
  /** Of footage. */
  usedBytes: number;
  /** Of the disk. */
  totalBytes: number;
  freeBytes: number;
  /** Written to this volume at present. */
  bytesPerSec: number;
}

export interface Capacity {
  /** What footage may take in all. */
  capacityBytes: number;
  /** What retention brings it down to. */
  targetBytes: number;
}

/** How much footage a volume takes: its quota, or what the disk gives, whichever is less. */
export function capacityOf({ quotaBytes, usedBytes, totalBytes, freeBytes, bytesPerSec }: Filling): Capacity {
  const reserve = Math.min(totalBytes * RESERVE_SHARE, RESERVE_MOST);
  const byDisk = Math.max(0, usedBytes + freeBytes - reserve);
  const capacityBytes = Math.floor(Math.min(quotaBytes ?? Infinity, byDisk));
  const headroom = Math.min(
    Math.max(HEADROOM_SEC * bytesPerSec, capacityBytes * HEADROOM_LEAST_SHARE),
    capacityBytes * HEADROOM_MOST_SHARE,
  );
  return { capacityBytes, targetBytes: Math.floor(capacityBytes - headroom) };
}

/**
 * Whether a volume takes no more. One that was full takes footage again only when half its headroom is free, so that it
 * does not flap with every file.
 */
export function isFull(usedBytes: number, { capacityBytes, targetBytes }: Capacity, wasFull: boolean): boolean {
  return usedBytes >= (wasFull ? (capacityBytes + targetBytes) / 2 : capacityBytes);
}
