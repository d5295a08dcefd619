import { ulid } from 'ulid';
import { covers, LONGEST_SILENCE_DAYS, type Silence, type SilenceInput } from '#contract/alert-silences.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  id: string;
  kind: Silence['scope']['kind'];
  rule_id: string | null;
  hall_id: string | null;
  window_id: string | null;
  queue_id: string | null;
  camera_id: string | null;
  until: string;
  reason: string;
  made_at: string;
  made_by: string;
  lifted_at: string | null;
  lifted_by: string | null;
}

const DAY_MS = 24 * 3600_000;

/** The silences that hold now. Each ends by itself at its time, over restarts; the database is the truth. */
export class SilenceBook {
  /** Those that hold are others than before. */
  readonly changed = new Emitter<Silence[]>();

  readonly #deps: { db: Database; clock: Clock; log: Logger };
  readonly #changes = new Serial();
  #active: Silence[] = [];
  #cancelTimer: (() => void) | null = null;

  constructor(deps: { db: Database; clock: Clock; log: Logger }) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const now = new Date(this.#deps.clock.now()).toISOString();
    this.#active = await this.#select('WHERE until > $1 AND lifted_at IS NULL ORDER BY id', [now]);
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    await this.#changes.run(async () => undefined);
  }

  /** Those that hold, oldest first. */
  list(): Silence[] {
    return this.#active;
  }

  /** The one that keeps this alert quiet the longest. */
  of(alert: Alert): Silence | undefined {
    const holding = this.#active.filter(({ scope }) => covers(scope, alert));
    return holding.toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0];
  }

  /** Those that are over, the latest to end first. */
  past(limit: number): Promise<Silence[]> {
    const now = new Date(this.#deps.clock.now()).toISOString();
    return this.#select(
      'WHERE until <= $1 OR lifted_at IS NOT NULL ORDER BY coalesce(lifted_at, until) DESC LIMIT $2',
      [now, limit],
    );
  }

  /** Throws REQUEST_INVALID where its end is past or too far away. */
  add({ scope, until, reason }: SilenceInput, username: string): Promise<Silence> {
    return this.#changes.run(async () => {
      const { clock, db, log } = this.#deps;
      const now = clock.now();
      const lasts = Date.parse(until) - now;
      if (lasts <= 0) throw invalid('must lie ahead');
      if (lasts > LONGEST_SILENCE_DAYS * DAY_MS) throw invalid(`must lie within ${LONGEST_SILENCE_DAYS} days`);
      const made = { madeAt: new Date(now).toISOString(), madeBy: username, liftedAt: null, liftedBy: null };
      const silence: Silence = { id: ulid(now), scope, until: new Date(until).toISOString(), reason, ...made };
      await db.query(
        `INSERT INTO alert_silence (id, kind, rule_id, hall_id, window_id, queue_id, camera_id, until, reason, made_at, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          ...[silence.id, scope.kind, scope.ruleId, scope.hallId, scope.windowId, scope.queueId, scope.cameraId],
          ...[silence.until, reason, silence.madeAt, username],
        ],
      );
      log.info({ silenceId: silence.id, scope, until, reason, username }, 'alerts silenced');
      this.#take([...this.#active, silence]);
      return silence;
    });
  }

  /** Before its time. Throws NOT_FOUND where it does not hold. */
  lift(id: string, username: string): Promise<Silence> {
    return this.#changes.run(async () => {
      const silence = this.#active.find((each) => each.id === id);
      if (!silence) throw new AppError('NOT_FOUND', id);
      const { clock, db, log } = this.#deps;
      const lifted = { ...silence, liftedAt: new Date(clock.now()).toISOString(), liftedBy: username };
      await db.query('UPDATE alert_silence SET lifted_at = $2, lifted_by = $3 WHERE id = $1', [
        ...[id, lifted.liftedAt, username],
      ]);
      log.info({ silenceId: id, username }, 'silence lifted');
      this.#take(this.#active.filter((each) => each !== silence));
      return lifted;
    });
  }

  #take(active: Silence[]): void {
    this.#active = active;
    this.#schedule();
    this.changed.emit(active);
  }

  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#active.length === 0) return;
    const next = Math.min(...this.#active.map(({ until }) => Date.parse(until)));
    this.#cancelTimer = onceAt(this.#deps.clock, next, () => this.#endThoseDue());
  }

  #endThoseDue(): void {
    const now = this.#deps.clock.now();
    this.#take(this.#active.filter(({ until }) => Date.parse(until) > now));
  }

  async #select(where: string, values: unknown[]): Promise<Silence[]> {
    return (await this.#deps.db.query<Row>(`SELECT * FROM alert_silence ${where}`, values)).map(toSilence);
  }
}

function toSilence(row: Row): Silence {
  return {
    id: row.id,
    scope: {
      kind: row.kind,
      ruleId: row.rule_id,
      hallId: row.hall_id,
      windowId: row.window_id,
      queueId: row.queue_id,
      cameraId: row.camera_id,
    },
    until: row.until,
    reason: row.reason,
    madeAt: row.made_at,
    madeBy: row.made_by,
    liftedAt: row.lifted_at,
    liftedBy: row.lifted_by,
  };
}

function invalid(message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path: 'until', message }]);
}
