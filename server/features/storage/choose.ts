import { createHash } from 'node:crypto';
import type { VolumeStatus } from '#contract/storage.ts';

export interface ChoosableVolume {
  id: string;
  tier: number;
  status: VolumeStatus;
  capacityBytes: number;
}

const writable: ReadonlySet<VolumeStatus> = new Set(['ok', 'slow']);

/**
 * The volume that footage of a stream goes to: of the lowest tier that can be written to, volumes in order before slow
 * ones. A stream stays with its volume as long as that can be written to, and volumes get streams in proportion to what
 * they hold (weighted rendezvous hashing), so that one lost volume moves its own streams alone. Null: none can be
 * written to.
 */
export function chooseVolume<V extends ChoosableVolume>(stream: string, volumes: readonly V[]): V | null {
  const usable = volumes.filter(({ status }) => writable.has(status));
  const rank = ({ tier, status }: V) => tier * 2 + (status === 'slow' ? 1 : 0);
  const best = Math.min(...usable.map(rank));
  let chosen: V | null = null;
  let most = -Infinity;
  for (const volume of usable) {
    if (rank(volume) !== best) continue;
    const score = -Math.max(1, volume.capacityBytes) / Math.log(fractionOf(`${volume.id}/${stream}`));
    if (score > most) [chosen, most] = [volume, score];
  }
  return chosen;
}

/** A number in (0, 1) that a text always gives. */
function fractionOf(text: string): number {
  return (createHash('sha256').update(text).digest().readUInt32BE() + 0.5) / 2 ** 32;
}
