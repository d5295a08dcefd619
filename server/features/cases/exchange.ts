import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  ExchangeCase,
  ExchangeSourceInput,
  type ExchangeReceipt,
  type ExchangeSource,
  type RefusedRow,
} from '#contract/exchange.ts';
import type { ProblemSubject } from '#contract/system.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { SecretBox } from '#lib/secret-box.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { ExchangeRows } from './exchange-rows.ts';
import { nextId, takeCases } from './intake.ts';
import type { Judging } from './judging.ts';
import type { PlacesPort } from './ports.ts';
import { prepare, type PreparedCase } from './prepare.ts';
import type { Registers } from './registers.ts';

export interface ExchangeDeps {
  db: BulkDatabase;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  secret: Buffer;
  halls: PlacesPort;
  registers: Registers;
  judging: Judging;
  /** Cases were stored whose level may rise earlier than any that was known. */
  onTaken: () => void;
}

const LISTEN_EVERY_MS = 10 * 60_000;
const HOUR_MS = 3600_000;

/** Approval systems that hand over cases: who they are, what they sent, and whether they have fallen silent. */
export class Exchange {
  readonly #deps: ExchangeDeps;
  readonly #rows: ExchangeRows;
  readonly #box: SecretBox;
  #leave: (() => void) | null = null;
  #listening: Promise<void> | null = null;

  constructor(deps: ExchangeDeps) {
    this.#deps = deps;
    this.#rows = new ExchangeRows(deps.db);
    this.#box = new SecretBox(deps.secret, 'exchange key');
  }

  start(): void {
    this.#leave ??= this.#deps.clock.every(LISTEN_EVERY_MS, () => void this.listen());
    void this.listen();
  }

  stop(): void {
    this.#leave?.();
    this.#leave = null;
  }

  sources(): Promise<ExchangeSource[]> {
    return this.#rows.sources();
  }

  /** Throws REQUEST_INVALID for a department or item that does not exist. */
  async putSource(id: string, input: ExchangeSourceInput): Promise<ExchangeSource> {
    const given = ExchangeSourceInput.parse(input);
    const { registers } = this.#deps;
    const department = given.departmentIds.find((each) => !registers.department(each));
    if (department)
      throw new AppError('REQUEST_INVALID', [{ path: 'departmentIds', message: `no department ${department}` }]);
    const known = new Set(registers.items().map((item) => item.id));
    const item = Object.values(given.codes.items).find((each) => !known.has(each));
    if (item) throw new AppError('REQUEST_INVALID', [{ path: 'codes.items', message: `no item ${item}` }]);
    await this.#rows.saveSource(id, given);
    return this.#source(id);
  }

  /** A new key; the one before is worth nothing from then on. Throws NOT_FOUND. */
  async issueKey(id: string): Promise<string> {
    await this.#source(id);
    const key = randomBytes(32).toString('hex');
    await this.#rows.saveKey(id, this.#box.seal(key, id));
    return key;
  }

  /** The latest first. */
  receipts(sourceId: string, limit: number): Promise<ExchangeReceipt[]> {
    return this.#rows.receipts(sourceId, limit);
  }

  /**
   * Who signed the body: HMAC-SHA-256 over its bytes, hex, under the key of the source. A batch that is sent again by
   * somebody who overheard it changes nothing. Throws EXCHANGE_KEY_WRONG, of an unknown source as well.
   */
  async verify(sourceId: string, signature: string, body: Buffer): Promise<ExchangeSource> {
    const sealed = await this.#rows.keyOf(sourceId);
    const key = sealed && this.#box.open(sealed, sourceId);
    const given = Buffer.from(signature.replace(/^sha256=/, ''), 'hex');
    const right = createHmac('sha256', key ?? '')
      .update(body)
      .digest();
    if (!key || given.length !== right.length || !timingSafeEqual(given, right))
      throw new AppError('EXCHANGE_KEY_WRONG');
    return this.#source(sourceId);
  }

  /**
   * Takes a batch. Rows that cannot be taken are named in the receipt, the others are stored with it in one transaction:
   * whoever has no receipt sends the same again.
   * @param rowOf how the n-th row is called in the receipt
   */
  async take(
    source: ExchangeSource,
    rows: readonly unknown[],
    body: Buffer,
    rowOf = (n: number) => n,
  ): Promise<ExchangeReceipt> {
    const { clock, db, judging, log, onTaken } = this.#deps;
    const now = clock.now();
    const refused: RefusedRow[] = [];
    const good = this.#readRows(source, rows, now, refused);
    const receipt = await db.transaction(async (inside) => {
      // of two batches at once the second sees what the first has stored
      await inside.query('SELECT 1 FROM exchange_source WHERE id = $1 FOR UPDATE', [source.id]);
      const cases = good.map(({ prepared }) => prepared);
      const taken = await takeCases(inside, { sourceId: source.id, cases, judging, now });
      for (const [i, each] of taken.entries()) {
        if (each.is !== 'refused') continue;
        const { row, prepared } = good[i]!;
        refused.push({ row, number: prepared.number, why: each.why, detail: each.detail });
      }
      const count = (is: string) => taken.filter((each) => each.is === is).length;
      const made: ExchangeReceipt = {
        id: nextId(now),
        sourceId: source.id,
        receivedAt: new Date(now).toISOString(),
        bodySha256: createHash('sha256').update(body).digest('hex'),
        rows: rows.length,
        taken: count('taken'),
        unchanged: count('unchanged'),
        refused: refused.sort((a, b) => a.row - b.row).map((each) => ({ ...each, row: rowOf(each.row) })),
      };
      await new ExchangeRows(inside).addReceipt(made);
      return made;
    });
    this.#deps.problems.clear(subjectOf(source.id));
    const { taken, unchanged } = receipt;
    log.info({ sourceId: source.id, taken, unchanged, refused: refused.length }, 'cases handed over');
    if (taken > 0) onTaken();
    return receipt;
  }

  /** Tells of sources that have been silent for too long. */
  listen(): Promise<void> {
    return (this.#listening ??= this.#listenOnce());
  }

  async #listenOnce(): Promise<void> {
    const { clock, log, problems } = this.#deps;
    try {
      for (const { id, hasKey, heardAt, silentAfterHours } of await this.#rows.sources()) {
        const silentMs = heardAt === null ? 0 : clock.now() - Date.parse(heardAt);
        if (hasKey && silentMs > silentAfterHours * HOUR_MS) problems.raise(subjectOf(id), 'EXCHANGE_SILENT', heardAt);
        else problems.clear(subjectOf(id));
      }
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'sources of cases not looked at, again soon');
    } finally {
      this.#listening = null;
    }
  }

  #readRows(source: ExchangeSource, rows: readonly unknown[], now: number, refused: RefusedRow[]) {
    const { registers, halls } = this.#deps;
    const good: { row: number; prepared: PreparedCase }[] = [];
    const seen = new Set<string>();
    const context = {
      now,
      codes: source.codes,
      departmentIds: source.departmentIds,
      itemAt: (id: string, at: number) => registers.itemAt(id, at),
      department: (id: string) => registers.department(id),
      hasHall: (id: string) => halls.get(id) !== undefined,
      formOf: (typeId: string) => registers.type(typeId)?.form ?? [],
      registers,
    };
    for (const [row, given] of rows.entries()) {
      const parsed = ExchangeCase.safeParse(given);
      if (!parsed.success) {
        const { path, message } = parsed.error.issues[0]!;
        refused.push({ row, number: numberOf(given), why: 'shape', detail: `${path.join('.')}: ${message}` });
        continue;
      }
      const { number } = parsed.data;
      if (seen.has(number)) {
        refused.push({ row, number, why: 'number-twice', detail: 'stands in the batch already' });
        continue;
      }
      seen.add(number);
      const read = prepare(parsed.data, context);
      if (read.ok) good.push({ row, prepared: read.case });
      else refused.push({ row, number, why: read.why, detail: read.detail });
    }
    return good;
  }

  async #source(id: string): Promise<ExchangeSource> {
    const source = (await this.#rows.sources()).find((each) => each.id === id);
    if (!source) throw new AppError('NOT_FOUND', id);
    return source;
  }
}

function subjectOf(sourceId: string): ProblemSubject {
  return `exchange:${sourceId}`;
}

/** What a row that has not the form calls itself, as far as it can be told. */
function numberOf(given: unknown): string | null {
  const number = typeof given === 'object' && given !== null && 'number' in given ? given.number : null;
  return typeof number === 'string' ? number.slice(0, 64) : null;
}
