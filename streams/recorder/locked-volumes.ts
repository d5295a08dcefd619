import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { StreamKey } from '#lib/recorder-report.ts';
import { diskFailure } from './disk-failure.ts';
import type { DiskTrouble, VolumeChoice, VolumePort, VolumeRoot } from './ports.ts';
import { LOCK_FILE, VolumeLock } from './volume-lock.ts';

const TRY_EVERY_MS = 5000;

export interface LockedVolumesOptions {
  volumes: VolumePort & {
    /** Where each volume lies. */
    folders(): ReadonlyMap<string, string>;
  };
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
}

interface Held {
  readonly path: string;
  readonly lock: VolumeLock;
  /** Why it is not ours; null: it is. */
  trouble: DiskTrouble | null;
}

/** Volumes that no other server writes to: each is locked before its first file, and tried again while it is not ours. */
export class LockedVolumes implements VolumePort {
  readonly #options: LockedVolumesOptions;
  readonly #held = new Map<string, Held>();
  #endTries: (() => void) | null = null;
  #trying: Promise<void> | null = null;

  constructor(options: LockedVolumesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#endTries) return;
    this.#endTries = this.#options.clock.every(TRY_EVERY_MS, () => void this.#try());
    await this.#try();
  }

  async stop(): Promise<void> {
    this.#endTries?.();
    this.#endTries = null;
    await this.#trying;
    await Promise.all([...this.#held.values()].map(({ lock }) => lock.release()));
    for (const id of this.#held.keys()) this.#options.problems.clear(subjectOf(id));
    this.#held.clear();
  }

  choose(stream: StreamKey): VolumeChoice {
    const choice = this.#options.volumes.choose(stream);
    if (!choice.ok) return choice;
    const held = this.#held.get(choice.volume.id);
    if (held && !held.trouble) return { ok: true, volume: { ...choice.volume, sign: LOCK_FILE } };
    // One that was just added is locked now, and found with the next key picture.
    if (!held && this.#endTries) void this.#try();
    return { ok: false, ...(held?.trouble ?? { cause: 'disk-failed', code: 'VOLUME_AWAY' }) };
  }

  failed(volumeId: string, trouble: DiskTrouble, detail: string): void {
    this.#options.volumes.failed(volumeId, trouble, detail);
  }

  /** Those that are ours. */
  usable(): VolumeRoot[] {
    return [...this.#held].flatMap(([id, { path, trouble }]) => (trouble ? [] : [{ id, path, sign: LOCK_FILE }]));
  }

  #try(): Promise<void> {
    this.#trying ??= this.#tryAll().finally(() => (this.#trying = null));
    return this.#trying;
  }

  async #tryAll(): Promise<void> {
    const folders = this.#options.volumes.folders();
    for (const [id, held] of this.#held) {
      const isOurs = folders.get(id) === held.path && !held.trouble && (await held.lock.isHeld().catch(() => false));
      if (isOurs) continue;
      // Unmounted, moved or taken away: what lies there now is locked anew.
      await held.lock.release();
      if (folders.has(id)) continue;
      this.#held.delete(id);
      this.#options.problems.clear(subjectOf(id));
    }
    for (const [id, path] of folders) await this.#lock(id, path);
  }

  async #lock(id: string, path: string): Promise<void> {
    const known = this.#held.get(id);
    if (known && known.path === path && !known.trouble && (await known.lock.isHeld().catch(() => false))) return;
    const lock = new VolumeLock({ folder: path, clock: this.#options.clock });
    const held: Held = { path, lock, trouble: null };
    const { problems, log } = this.#options;
    try {
      await lock.take();
      problems.clear(subjectOf(id));
    } catch (error) {
      const inUse = error instanceof AppError ? ({ cause: 'disk-failed', code: error.code } as const) : null;
      held.trouble = inUse ?? diskFailure(error);
      const { code } = held.trouble;
      // how its disk is, others say
      if (error instanceof AppError) problems.raise(subjectOf(id), code, String(error.details));
      else problems.clear(subjectOf(id));
      if (known?.trouble?.code !== code) {
        log.error({ volume: id, code, detail: messageOf(error) }, 'a volume of footage is not written to');
      }
    }
    this.#held.set(id, held);
  }
}

const subjectOf = (volumeId: string) => `volume:${volumeId}/lock` as const;
