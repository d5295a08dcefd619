import type { AuditSeal } from '#contract/audit.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { FIRST_LINK, type AuditRepository } from './repository.ts';
import type { SealFile } from './seal-file.ts';
import type { SealKeys } from './seal-keys.ts';
import { sealDay } from './seal.ts';

/** Soon after midnight; and at once after a night without power. */
const LOOK_EVERY_MS = 60_000;

export interface SealerDeps {
  rows: AuditRepository;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  keys: SealKeys;
  file: SealFile;
}

/** Puts a signature under every day of entries when it is over. */
export class Sealer {
  readonly #deps: SealerDeps;
  /** Undefined until it was looked up. */
  #last: AuditSeal | null | undefined;
  #pass: Promise<void> | null = null;
  #cancel: (() => void) | null = null;

  constructor(deps: SealerDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#cancel ??= this.#deps.clock.every(LOOK_EVERY_MS, () => void this.look());
    // made now, so that whoever installs can put its public half away
    await this.#deps.keys.signing();
    void this.look();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await this.#pass;
  }

  /** Seals what is over; never rejects. */
  look(): Promise<void> {
    this.#pass ??= this.#sealAll()
      .then(() => this.#deps.problems.clear('audit-seal'))
      .catch((error: unknown) => {
        this.#last = undefined;
        this.#deps.log.error({ err: error, detail: messageOf(error) }, 'the audit could not be sealed; trying again');
        this.#deps.problems.raise('audit-seal', 'AUDIT_UNSEALED', messageOf(error));
      })
      .finally(() => (this.#pass = null));
    return this.#pass;
  }

  async #sealAll(): Promise<void> {
    const { rows, clock, keys, file, log } = this.#deps;
    const today = new Date(clock.now()).toISOString().slice(0, 10);
    if (this.#last === undefined) this.#last = await this.#lookUp();
    for (;;) {
      const before: AuditSeal | null = this.#last;
      const after = before ? { seq: before.lastSeq, hash: before.lastHash } : FIRST_LINK;
      const end = await rows.endOfNextDay(after, today);
      if (!end) return;
      const sealedAt = new Date(clock.now()).toISOString();
      const seal = sealDay(
        { day: end.day, lastSeq: end.seq, lastHash: end.hash, sealedAt },
        before,
        await keys.signing(),
      );
      // the file first: a seal that the database lacks is found, one that only it has could be made to vanish
      await file.append(seal);
      await rows.addSeal(seal);
      this.#last = seal;
      log.info({ day: seal.day, entries: seal.count, key: seal.keyId }, 'a day of the audit sealed');
    }
  }

  /** The last seal; those of the file that the database has not got, or has no more, go there. */
  async #lookUp(): Promise<AuditSeal | null> {
    const { rows, file } = this.#deps;
    let last = (await rows.seals()).at(-1) ?? null;
    for (const seal of await file.read()) {
      if (seal.number <= (last?.number ?? 0)) continue;
      await rows.addSeal(seal);
      last = seal;
    }
    return last;
  }
}
