export type ParameterSetKind = 'vps' | 'sps' | 'pps';

/** Real streams hold one or two of a kind, some hundred bytes long. */
const MAX_SETS_OF_A_KIND = 16;
const MAX_SET_BYTES = 4096;

/**
 * The parameter sets of a stream by kind and id, newest first, from the session description or from the stream itself.
 * `revision` grows when they changed or another of them is the newest, not where a camera repeats them at every key frame.
 */
export class ParameterSets {
  readonly #sets: Record<ParameterSetKind, { id: number; nal: Buffer }[]> = { vps: [], sps: [], pps: [] };
  revision = 0;

  /** Takes a copy of a parameter set NAL unit. */
  put(kind: ParameterSetKind, id: number, nal: Uint8Array): void {
    if (nal.length > MAX_SET_BYTES) return;
    const sets = this.#sets[kind];
    const index = sets.findIndex((set) => set.id === id);
    if (index === 0 && sets[0]!.nal.equals(nal)) return;
    if (index >= 0) sets.splice(index, 1);
    sets.unshift({ id, nal: Buffer.from(nal) });
    if (sets.length > MAX_SETS_OF_A_KIND) sets.pop();
    this.revision += 1;
  }

  of(kind: ParameterSetKind): Buffer[] {
    return this.#sets[kind].map((set) => set.nal);
  }
}
