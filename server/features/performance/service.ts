import { ulid } from 'ulid';
import {
  ScoredKind,
  type AdjustmentInput,
  type BaseFigure,
  type FigureEvent,
  type Indicator,
  type IndicatorInput,
  type Performance,
  type PointAppeal,
  type PointAppealInput,
  type Score,
} from '#contract/performance.ts';
import type { Permission } from '#contract/permissions.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { FormulaError } from '#lib/formula.ts';
import { monthSpan } from '#lib/month.ts';
import type { Place, Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { PointAppeals } from './appeals.ts';
import { eventsSql, sumsSql, workSql } from './figures-sql.ts';
import { mixesOf, type Work } from './mix.ts';
import { readFormulas, scored, type Figured, type Formulas } from './scoring.ts';

export interface PerformanceDeps {
  db: Database;
  clock: Clock;
  departments: { department(id: string): Place | undefined; departments(): readonly (Place & { id: string })[] };
}

type Span = [from: string, until: string, month: string];

/** Performance 绩效考核 by month: base figures, scores by formula, rank, and the event behind every point. */
export class PerformanceService {
  readonly appeals: PointAppeals;
  readonly #deps: PerformanceDeps;

  constructor(deps: PerformanceDeps) {
    this.#deps = deps;
    this.appeals = new PointAppeals(deps);
  }

  /** Of a published month as it was published, of any other as it is known now; cut to what may be seen. */
  async of(month: string, of: ScoredKind, rights: Rights): Promise<Performance> {
    const published = await this.#published(month);
    const indicator = await this.#indicator(of, published && month);
    const all = published ? await this.#frozen(month, of) : await this.#score(month, of, indicator);
    // the rank is among all; whoever sees a part of them sees its ranks
    const scores = all.filter(({ subjectId }) => this.mayWith(rights, 'case.view', of, subjectId));
    const { at = null, by = null } = published ?? {};
    return { month, of, indicator, publishedAt: at, publishedBy: by, scores };
  }

  /** Tries a formula and keeps nothing. Throws REQUEST_INVALID for one that is none. */
  async try(month: string, of: ScoredKind, input: IndicatorInput): Promise<Score[]> {
    return this.#score(month, of, await this.#checked(of, input));
  }

  /** Another version, for all months that are not published. Throws REQUEST_INVALID for a formula that is none. */
  async setFormula(of: ScoredKind, input: IndicatorInput, by: string): Promise<Indicator> {
    const { formula, normalised } = await this.#checked(of, input);
    await this.#deps.db.query(
      `INSERT INTO performance_indicator (of, version, formula, normalised, made_at, made_by)
       SELECT $1, max(version) + 1, $2, $3, $4, $5 FROM performance_indicator WHERE of = $1`,
      [of, formula, normalised, iso(this.#deps.clock.now()), by],
    );
    return this.#indicator(of, null);
  }

  /** What a figure of a subject is made of. Throws REQUEST_INVALID for a figure that the kind does not have. */
  async events(month: string, of: ScoredKind, subjectId: string, figure: BaseFigure): Promise<FigureEvent[]> {
    const sql = eventsSql(of, figure);
    if (!sql) throw new AppError('REQUEST_INVALID', [{ path: 'figure', message: `no ${figure} of a ${of}` }]);
    return this.#deps.db.query<FigureEvent>(sql, [...spanOf(month), subjectId]);
  }

  /** Whether somebody may do this where the subject works. */
  mayWith(rights: Rights, permission: Permission, of: ScoredKind, subjectId: string): boolean {
    if (of !== 'department') return rights.mayIn(permission, hallOf(subjectId));
    const department = this.#deps.departments.department(subjectId);
    return department ? rights.mayAt(permission, department) : rights.mayIn(permission, null);
  }

  /** Appeals against points, of what somebody may see. */
  appealsOf(month: string, of: ScoredKind, rights: Rights): Promise<PointAppeal[]> {
    const hallIds = rights.hallIds('case.view');
    const here = this.#deps.departments.departments().filter((each) => rights.mayAt('case.view', each));
    return this.appeals.list(month, of, hallIds && { hallIds, departmentIds: here.map(({ id }) => id) });
  }

  /** Throws what `PointAppeals.lodge` does; NOT_FOUND where he does not answer for the subject. */
  async appeal(input: PointAppealInput, rights: Rights, by: string): Promise<PointAppeal> {
    const { of, subjectId } = input;
    if (!this.mayWith(rights, 'card.answer', of, subjectId)) throw new AppError('NOT_FOUND', subjectId);
    return this.appeals.lodge(input, this.#hallOf(of, subjectId), by);
  }

  /** Points given or taken by a person. Throws PERFORMANCE_PUBLISHED. */
  async adjust(given: AdjustmentInput, by: string): Promise<void> {
    const { month, of, subjectId, points, reason } = given;
    const { clock, db } = this.#deps;
    if (await this.#published(month)) throw new AppError('PERFORMANCE_PUBLISHED', month);
    const now = clock.now();
    await db.query(
      `INSERT INTO performance_adjustment (id, month, of, subject_id, hall_id, points, reason, made_at, made_by)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [ulid(now), month, of, subjectId, this.#hallOf(of, subjectId), points, reason, iso(now), by],
    );
  }

  /** Freezes a month that is over, all of it in one transaction. Throws PERFORMANCE_PUBLISHED, PERFORMANCE_MONTH_OPEN,
   * PERFORMANCE_APPEALS_OPEN. */
  async publish(month: string, by: string): Promise<void> {
    const { clock, db } = this.#deps;
    const now = clock.now();
    if (Date.parse(spanOf(month)[1]) > now) throw new AppError('PERFORMANCE_MONTH_OPEN', month);
    try {
      await db.transaction(async (inside) => {
        await inside.query('INSERT INTO performance_month VALUES ($1, $2, $3)', [month, iso(now), by]);
        if (await new PointAppeals({ ...this.#deps, db: inside }).anyLodged(month))
          throw new AppError('PERFORMANCE_APPEALS_OPEN', month);
        for (const of of ScoredKind.options) {
          const indicator = await this.#indicator(of, null);
          const scores = await this.#score(month, of, indicator, inside);
          await inside.query(FREEZE, [month, of, indicator.version, JSON.stringify(scores)]);
        }
      });
    } catch (error) {
      if (violationOf(error)?.constraint === 'performance_month_pkey')
        throw new AppError('PERFORMANCE_PUBLISHED', month);
      throw error;
    }
  }

  #hallOf(of: ScoredKind, subjectId: string): string | null {
    return of === 'department' ? (this.#deps.departments.department(subjectId)?.hallId ?? null) : hallOf(subjectId);
  }

  async #score(month: string, of: ScoredKind, formulas: Formulas, db = this.#deps.db): Promise<Score[]> {
    const mixOf = mixesOf(await db.query<Work>(workSql[of], spanOf(month).slice(0, 2)));
    const rows = await db.query<{ figure: BaseFigure; subject: string; hallId: string | null; value: number }>(
      sumsSql(of),
      [...spanOf(month)],
    );
    const subjects = new Map<string, Figured>();
    for (const { figure, subject, hallId, value } of rows) {
      const known = subjects.get(subject) ?? { subjectId: subject, hallId, figures: {}, mix: mixOf(subject) };
      subjects.set(subject, {
        ...known,
        hallId: known.hallId ?? hallId,
        figures: { ...known.figures, [figure]: value },
      });
    }
    return scored(of, formulas, [...subjects.values()]);
  }

  #frozen(month: string, of: ScoredKind): Promise<Score[]> {
    return this.#deps.db.query<Score>(
      `SELECT subject_id AS "subjectId", hall_id AS "hallId", figures, mix, score, normalised, rank FROM performance_score
       WHERE month = $1 AND of = $2 ORDER BY rank NULLS LAST, subject_id`,
      [month, of],
    );
  }

  /** What is not said stays as it is. Throws REQUEST_INVALID for a formula that is none. */
  async #checked(of: ScoredKind, { formula, normalised }: IndicatorInput): Promise<Formulas> {
    const formulas = { formula, normalised: normalised ?? (await this.#indicator(of, null)).normalised };
    try {
      readFormulas(of, formulas);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      throw new AppError('REQUEST_INVALID', [{ path: 'formula', message: `${error.message}, at ${error.at + 1}` }]);
    }
    return formulas;
  }

  async #published(month: string): Promise<{ at: string; by: string } | null> {
    const [row] = await this.#deps.db.query<{ at: string; by: string }>(
      'SELECT published_at AS at, published_by AS by FROM performance_month WHERE month = $1',
      [month],
    );
    return row ?? null;
  }

  /** The latest; of a month that is published, the one by which it was. */
  async #indicator(of: ScoredKind, publishedMonth: string | null): Promise<Indicator> {
    const [row] = await this.#deps.db.query<Indicator>(
      `SELECT of, version, formula, normalised, made_at AS "madeAt", made_by AS "madeBy" FROM performance_indicator
       WHERE of = $1 AND version = coalesce(
         (SELECT max(version) FROM performance_score WHERE of = $1 AND month = $2),
         (SELECT max(version) FROM performance_indicator WHERE of = $1))`,
      [of, publishedMonth],
    );
    return row!;
  }
}

const FREEZE = `
  INSERT INTO performance_score (month, of, subject_id, hall_id, version, figures, mix, score, normalised, rank)
  SELECT $1, $2, "subjectId", "hallId", $3, figures, mix, score, normalised, rank
  FROM jsonb_to_recordset($4) AS s ("subjectId" text, "hallId" text, figures jsonb, mix jsonb, score double precision,
    normalised double precision, rank integer)`;

/** Windows and persons are named after their hall. */
function hallOf(subjectId: string): string {
  return subjectId.split('/')[0]!;
}

function spanOf(month: string): Span {
  return [...monthSpan(month), month];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
