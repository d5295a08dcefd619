import type { ErrorCode } from '#contract/errors.ts';
import { isStoreAddress, type Volume, type VolumeStatus } from '#contract/storage.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { capacityOf, isFull, type Capacity } from './capacity.ts';
import type { Place } from './place.ts';
import type { StoredVolume } from './repository.ts';
import { VolumeWatch } from './volume-watch.ts';

/** What retention last found on a volume. */
interface Filled {
  usedBytes: number;
  bytesPerSec: number;
  /** It could not be brought down to its target: the rest is protected. */
  stuck: boolean;
}

interface Entry {
  row: StoredVolume;
  place: Place;
  watch: VolumeWatch;
  filled: Filled;
  full: boolean;
  told: VolumeStatus | null;
}

const severe: ReadonlySet<VolumeStatus> = new Set(['away', 'read-only', 'failed']);
/** Each look at a store is paid for. */
const STORE_EVERY_MS = 30_000;
const codeOfFull = { full: 'VOLUME_FULL', 'protected-full': 'VOLUME_PROTECTED_FULL' } as const;

export interface VolumesDeps {
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  /** A look found a volume full: who can make room on it need not wait for its turn. */
  onFull: () => void;
}

/** All volumes as they are at this moment, and the problems that they have. */
export class Volumes {
  readonly #deps: VolumesDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: VolumesDeps) {
    this.#deps = deps;
  }

  /** Watches a volume; over after the first look at its disk. */
  async add(row: StoredVolume, place: Place): Promise<void> {
    const { clock } = this.#deps;
    const watch = new VolumeWatch({
      clock,
      read: () => (this.get(row.id)?.place ?? place).look(),
      onChange: () => this.#looked(row.id),
      ...(isStoreAddress(row.path) ? { everyMs: STORE_EVERY_MS } : {}),
    });
    const filled = { usedBytes: 0, bytesPerSec: 0, stuck: false };
    this.#entries.set(row.id, { row, place, watch, filled, full: false, told: null });
    await watch.start();
  }

  change(row: StoredVolume, place: Place): Promise<void> {
    const entry = this.get(row.id);
    if (!entry) return Promise.resolve();
    Object.assign(entry, { row, place });
    return entry.watch.look();
  }

  remove(id: string): void {
    this.get(id)?.watch.stop();
    this.#entries.delete(id);
    this.#deps.problems.clear(`volume:${id}`);
  }

  stop(): void {
    for (const id of [...this.#entries.keys()]) this.remove(id);
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  list(): Entry[] {
    return [...this.#entries.values()];
  }

  /** Takes what retention found. */
  filled(id: string, filled: Filled): void {
    const entry = this.get(id);
    if (!entry) return;
    entry.filled = filled;
    this.#settle(id);
  }

  /** Whether its disk can be used at this moment: looks. */
  async isThere(id: string): Promise<boolean> {
    const entry = this.get(id);
    if (!entry) return false;
    await entry.watch.look();
    return !severe.has(entry.watch.state.status);
  }

  /** `usedBytes`: as counted now; without it, as retention last left it. */
  capacity({ row, watch, filled }: Entry, usedBytes = filled.usedBytes): Capacity {
    return capacityOf({ ...row, ...watch.state, ...filled, usedBytes });
  }

  status({ watch, full, filled }: Entry): VolumeStatus {
    const { status } = watch.state;
    if (severe.has(status) || !full) return status;
    return filled.stuck ? 'protected-full' : 'full';
  }

  code(entry: Entry): ErrorCode | null {
    const status = this.status(entry);
    return status === 'full' || status === 'protected-full' ? codeOfFull[status] : entry.watch.state.code;
  }

  /** `use`: what was counted just now, both figures at once; without it, what the last look found. */
  view(entry: Entry, use?: { usedBytes: number; protectedBytes: number }): Volume {
    const { id, path, tier, quotaBytes } = entry.row;
    const { capacityBytes } = this.capacity(entry);
    const usedBytes = use?.usedBytes ?? entry.filled.usedBytes;
    const { freeBytes } = entry.watch.state;
    return {
      ...{ id, path, tier, quotaBytes },
      usedBytes,
      protectedBytes: use?.protectedBytes ?? 0,
      status: this.status(entry),
      code: this.code(entry),
      capacityBytes,
      freeBytes: Number.isFinite(freeBytes) ? freeBytes : Math.max(0, capacityBytes - usedBytes),
    };
  }

  #looked(id: string): void {
    const before = this.get(id)?.full;
    this.#settle(id);
    if (before === false && this.get(id)!.full) this.#deps.onFull();
  }

  /** Notices that a volume became full or can be written to again, and says so where a person can act. */
  #settle(id: string): void {
    const entry = this.get(id);
    if (!entry) return;
    const { problems, log } = this.#deps;
    const known = entry.watch.state.totalBytes > 0;
    entry.full = known && isFull(entry.filled.usedBytes, this.capacity(entry), entry.full);
    const status = this.status(entry);
    const code = this.code(entry);
    const subject = `volume:${id}` as const;
    if (code) problems.raise(subject, code, entry.watch.state.detail ?? entry.row.path);
    else problems.clear(subject);
    if (status === entry.told) return;
    entry.told = status;
    if (code)
      log.warn({ volume: id, status, code, detail: entry.watch.state.detail }, 'a volume of footage has a problem');
    else log.info({ volume: id, status }, 'a volume of footage is usable');
  }
}
