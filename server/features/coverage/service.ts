import { Temporal } from 'temporal-polyfill';
import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import type { CoverageAnswer } from '#contract/storage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { cameraCoverage, windowCoverage, type DayOfHall } from './coverage.ts';
import { camerasCsv, windowsCsv } from './csv.ts';
import { openingOf } from './opening.ts';
import { CoverageRepository } from './repository.ts';
import type { Span } from './spans.ts';

const LOOK_EVERY_MS = 10 * 60_000;
/** After midnight the last rows of the day may still be on their way. */
const SETTLED_MS = 10 * 60_000;
/** Days that are computed behind, after the server or the database was away. */
const BEHIND_DAYS = 31;
const MAX_DAYS = 92;

export interface CoverageDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: { list(): Hall[]; get(hallId: string): Hall | undefined };
  cameras: { list(): Camera[] };
  /** Open spans by the hall's timetable; null where it has none for that time. */
  calendar: { spans(hallId: string, from: number, until: number): Span[] | null };
}

/** Coverage 录像完整率: what share of the opening hours was recorded, stored for good when the day of a hall is over. */
export class CoverageService {
  readonly #deps: CoverageDeps;
  readonly #repository: CoverageRepository;
  readonly #work = new Serial();
  /** Hall and day that need no more looking at. */
  readonly #done = new Set<string>();
  #end: (() => void) | null = null;

  constructor(deps: CoverageDeps) {
    this.#deps = deps;
    this.#repository = new CoverageRepository(deps.db);
  }

  /** After halls, cameras and the reconciliation of footage. */
  start(): void {
    if (this.#end) return;
    this.#end = this.#deps.clock.every(LOOK_EVERY_MS, () => this.#look());
    this.#look();
  }

  async stop(): Promise<void> {
    this.#end?.();
    this.#end = null;
    await this.#work.run(async () => undefined);
  }

  /** Stored days, and today as far as it went. Throws NOT_FOUND, or REQUEST_INVALID for the span. */
  async days(hallId: string, from: string, until: string): Promise<CoverageAnswer> {
    const hall = this.#deps.halls.get(hallId);
    if (!hall) throw new AppError('NOT_FOUND', hallId);
    const count = Temporal.PlainDate.from(from).until(until).days + 1;
    if (count < 1 || count > MAX_DAYS) {
      throw new AppError('REQUEST_INVALID', [{ path: 'until', message: `ask for 1 to ${MAX_DAYS} days` }]);
    }
    const today = this.#today(hall);
    const [cameras, windows, present] = await Promise.all([
      this.#repository.cameras(hallId, from, until),
      this.#repository.windows(hallId, from, until),
      from <= today && today <= until ? this.#compute(hall, today) : { cameras: [], windows: [] },
    ]);
    return { cameras: [...cameras, ...present.cameras], windows: [...windows, ...present.windows] };
  }

  /** Throws as `days`. */
  async csv(hallId: string, from: string, until: string, of: 'cameras' | 'windows'): Promise<string> {
    const { cameras, windows } = await this.days(hallId, from, until);
    if (of === 'windows') return windowsCsv(windows);
    const names = new Map(this.#deps.cameras.list().map(({ id, name }) => [id, name]));
    return camerasCsv(cameras, (cameraId) => names.get(cameraId) ?? '');
  }

  /** Computes and stores every day that is over and was not; over when that is done. */
  catchUp(): Promise<void> {
    return this.#work.run(async () => {
      for (const hall of this.#deps.halls.list()) await this.#catchUpHall(hall);
    });
  }

  #look(): void {
    this.catchUp().catch((error: unknown) =>
      this.#deps.log.warn({ reason: messageOf(error) }, 'coverage was not computed; it is tried again'),
    );
  }

  async #catchUpHall(hall: Hall): Promise<void> {
    const settled = Temporal.Instant.fromEpochMilliseconds(this.#deps.clock.now() - SETTLED_MS);
    const today = settled.toZonedDateTimeISO(hall.timeZone).toPlainDate();
    for (let behind = BEHIND_DAYS; behind >= 1; behind -= 1) {
      const day = today.subtract({ days: behind }).toString();
      const key = `${hall.id}/${day}`;
      if (this.#done.has(key)) continue;
      if (!(await this.#repository.isStored(hall.id, day))) {
        const { cameras, windows } = await this.#compute(hall, day);
        if (cameras.length > 0) await this.#repository.store(cameras, windows);
      }
      this.#done.add(key);
    }
  }

  /** A day of a hall, up to now where it is not over. */
  async #compute(hall: Hall, day: string): Promise<CoverageAnswer> {
    const { clock, cameras, calendar } = this.#deps;
    const midnight = Temporal.PlainDate.from(day).toZonedDateTime(hall.timeZone);
    const ends = midnight.add({ days: 1 }).epochMilliseconds;
    const span = { from: midnight.epochMilliseconds, until: Math.min(ends, clock.now()) };
    if (span.until <= span.from) return { cameras: [], windows: [] };
    const own = cameras.list().filter(({ hallId }) => hallId === hall.id);
    const ids = own.map(({ id }) => id);
    const [streams, said] = await Promise.all([
      this.#repository.streams(ids, span),
      this.#repository.said(hall.id, span),
    ]);
    const timetable = calendar.spans(hall.id, span.from, span.until);
    const opening = openingOf(span, { timetable, said, lasting: span.until < ends });
    const dayOfHall: DayOfHall = { hallId: hall.id, day, opening };
    const seenBy = (windowId: string) =>
      streams.filter(({ cameraId }) =>
        own.some(({ id, windowIds }) => id === cameraId && windowIds.includes(windowId)),
      );
    return {
      cameras: streams.map((stream) => cameraCoverage(dayOfHall, stream)),
      windows: hall.windows.flatMap(({ id }) => {
        const seeing = seenBy(id);
        return seeing.length > 0 ? [windowCoverage(dayOfHall, id, seeing)] : [];
      }),
    };
  }

  #today({ timeZone }: Hall): string {
    return Temporal.Instant.fromEpochMilliseconds(this.#deps.clock.now())
      .toZonedDateTimeISO(timeZone)
      .toPlainDate()
      .toString();
  }
}
