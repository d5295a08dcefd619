import type { RetentionRule } from '#contract/storage.ts';

const DAY_MS = 24 * 3600_000;

/** How long footage of one camera stays, days. */
export interface KeptDays {
  minDays: number;
  maxDays: number;
}

/** What a camera is, and what its plan says instead of the rule of its purpose. */
export interface PlannedCamera {
  cameraId: string;
  purpose: RetentionRule['purpose'];
  minDays: number | null;
  maxDays: number | null;
  /** Whether it is recorded at all. */
  planned: boolean;
}

/** Instants of one camera, epoch ms. */
export interface Limits {
  /** Footage that ended after this is protected by the minimum. */
  protectedFrom: number;
  /** Footage that ended before this is to go. */
  removedBefore: number;
}

/** A camera's own days, else those of its purpose. The minimum wins over a shorter maximum. */
export function keptDays(camera: PlannedCamera, rules: readonly RetentionRule[]): KeptDays {
  const rule = rules.find(({ purpose }) => purpose === camera.purpose);
  const minDays = camera.minDays ?? rule?.minDays ?? 0;
  return { minDays, maxDays: Math.max(minDays, camera.maxDays ?? rule?.maxDays ?? 3650) };
}

/** Of a camera that was removed its purpose is not known: the longest of all rules are its own. */
export function keptDaysOfUnknown(rules: readonly RetentionRule[]): KeptDays {
  const longest = (days: number[]) => Math.max(0, ...days);
  return { minDays: longest(rules.map((r) => r.minDays)), maxDays: longest(rules.map((r) => r.maxDays)) };
}

export function limitsAt(now: number, { minDays, maxDays }: KeptDays): Limits {
  return { protectedFrom: now - minDays * DAY_MS, removedBefore: now - maxDays * DAY_MS };
}
