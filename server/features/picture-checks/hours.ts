import type { HallLive } from '#contract/hall-state.ts';

/** Whether a hall is open, as its windows tell: null where none of them says anything. */
export function isOpen(live: Pick<HallLive, 'windows'> | undefined): boolean | null {
  const known = (live?.windows ?? []).filter(({ state }) => state !== 'unknown');
  return known.length === 0 ? null : known.some(({ state }) => state !== 'closed');
}
