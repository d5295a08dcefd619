import type { ViewingPolicy } from '#contract/viewing.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Database } from '../../db/database.ts';
import type { Span } from './spans.ts';

const DAY_MS = 24 * 3600_000;
/** Of one session: months of work. */
const MOST_DAYS = 400;

/** Where reasons are asked for, and those that sessions have given: a reason opens whole days, and ends with its session. */
export class Viewing {
  /** The policy is another. */
  readonly changed = new Emitter<ViewingPolicy>();
  readonly #db: Database;
  readonly #clock: Clock;
  /** By session, then by day since 1970. */
  readonly #given = new Map<string, Map<number, string>>();
  #policy: ViewingPolicy = { exportReason: false, oldFootageDays: null, liveReason: [], watermark: [] };

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    const [row] = await this.#db.query<ViewingPolicy>(
      `SELECT export_reason AS "exportReason", old_footage_days AS "oldFootageDays", live_reason AS "liveReason",
              watermark FROM viewing_policy`,
    );
    this.#policy = row!;
  }

  stop(): void {
    this.#given.clear();
  }

  get policy(): ViewingPolicy {
    return this.#policy;
  }

  async setPolicy(policy: ViewingPolicy): Promise<ViewingPolicy> {
    const { exportReason, oldFootageDays, liveReason, watermark } = policy;
    await this.#db.query(
      'UPDATE viewing_policy SET export_reason = $1, old_footage_days = $2, live_reason = $3, watermark = $4',
      [exportReason, oldFootageDays, liveReason, watermark],
    );
    this.#policy = policy;
    this.changed.emit(policy);
    return policy;
  }

  give(sessionId: string, span: Span, reason: string): void {
    const days = new Map(this.#given.get(sessionId));
    for (const day of daysOf(span)) days.set(day, reason);
    if (days.size > MOST_DAYS) throw new AppError('REQUEST_INVALID', [{ path: 'until', message: 'too many days' }]);
    this.#given.set(sessionId, days);
  }

  /** What a session gave for the day of this instant. */
  reasonOf(sessionId: string | null, at: number): string | null {
    return (sessionId !== null && this.#given.get(sessionId)?.get(dayOf(at))) || null;
  }

  forget(sessionId: string): void {
    this.#given.delete(sessionId);
  }

  /** Throws REASON_REQUIRED, with the days, where some of it is old and the session has given no reason for its day. */
  mustHaveReason(sessionId: string | null, span: Span): void {
    const { oldFootageDays } = this.#policy;
    if (oldFootageDays === null) return;
    const old = { from: span.from, until: Math.min(span.until, this.#clock.now() - oldFootageDays * DAY_MS) };
    if (old.from >= old.until) return;
    const days = daysOf(old);
    if (days.every((day) => this.reasonOf(sessionId, day * DAY_MS) !== null)) return;
    throw new AppError('REASON_REQUIRED', { from: iso(days[0]! * DAY_MS), until: iso((days.at(-1)! + 1) * DAY_MS) });
  }

  /** Throws REASON_REQUIRED where an export of this span must say why and does not. */
  mustSayWhy(reason: string, sessionId: string, span: Span): void {
    if (reason !== '') return;
    if (this.#policy.exportReason) throw new AppError('REASON_REQUIRED', null);
    this.mustHaveReason(sessionId, span);
  }
}

const dayOf = (at: number) => Math.floor(at / DAY_MS);

/** Those that it touches. */
function daysOf({ from, until }: Span): number[] {
  const first = dayOf(from);
  return Array.from({ length: Math.min(MOST_DAYS + 1, Math.ceil(until / DAY_MS) - first) }, (_, i) => first + i);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
