import { ulid } from 'ulid';
import {
  HallTimetable,
  NoticeInput,
  type CalendarAnswer,
  type CalendarDay,
  type HallTimetableInput,
  type LocalDate,
  type Notice,
} from '#contract/calendar.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { Serial } from '#lib/serial.ts';
import { Temporal } from 'temporal-polyfill';
import type { Database } from '../../db/database.ts';
import { OpeningHours, type Span } from './opening-hours.ts';
import type { PlacesPort } from './ports.ts';
import { CalendarRepository } from './repository.ts';
import { shippedNotice } from './shipped-notice.ts';
import { WorkDays } from './work-days.ts';
import { WorkingCalendar } from './working-calendar.ts';

/** So long before the calendar ends somebody is told. */
const TELL_DAYS_AHEAD = 14;
const LOOK_EVERY_MS = 3600 * 1000;
const NATION_ZONE = 'Asia/Shanghai';
const MAX_DAYS = 800;

export interface CalendarDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  halls: PlacesPort;
}

/**
 * Which days are worked, and when halls are open. All of it is kept in memory: rules and figures ask at every event.
 * The database is the truth: memory changes only after a commit.
 */
export class CalendarService {
  /** Hours or days are otherwise than before: of the hall of this id, or of all (null). */
  readonly changed = new Emitter<string | null>();

  readonly #deps: CalendarDeps;
  readonly #rows: CalendarRepository;
  readonly #changes = new Serial();
  readonly #opening = new Map<string, OpeningHours>();
  readonly #workDays = new Map<string, WorkDays>();
  #notices: Notice[] = [];
  #timetables = new Map<string, HallTimetable>();
  #calendar = new WorkingCalendar([]);
  #leave: (() => void)[] = [];

  constructor(deps: CalendarDeps) {
    this.#deps = deps;
    this.#rows = new CalendarRepository(deps.db);
  }

  async start(): Promise<void> {
    const { clock, halls } = this.#deps;
    [this.#notices, this.#timetables] = await Promise.all([this.#rows.notices(), this.#rows.timetables()]);
    await this.#takeShipped();
    this.#build();
    this.#leave = [
      clock.every(LOOK_EVERY_MS, () => this.#tellEnd()),
      // Its region or its time zone may be another one.
      halls.changed.on(({ id }) => this.#hallChanged(id)),
      halls.removed.on((id) => {
        this.#timetables.delete(id);
        this.#hallChanged(id);
      }),
    ];
  }

  async stop(): Promise<void> {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    await this.#changes.run(async () => undefined);
  }

  notices(): readonly Notice[] {
    return this.#notices;
  }

  /** What the days from `from` to `until` are to work. Throws NOT_FOUND for the region, REQUEST_INVALID for the span. */
  days(from: LocalDate, until: LocalDate, regionId?: string): CalendarAnswer {
    const first = Temporal.PlainDate.from(from);
    const count = first.until(until).days + 1;
    if (count < 1 || count > MAX_DAYS) throw invalid('until', `ask for 1 to ${MAX_DAYS} days`);
    if (regionId !== undefined && !this.#knows(regionId)) throw new AppError('NOT_FOUND', regionId);
    const regions = this.#upwards(regionId ?? null);
    const days = Array.from({ length: count }, (_, i) =>
      this.#calendar.day(first.add({ days: i }).toString(), regions),
    );
    return { coveredUntil: this.#calendar.coveredUntil, days };
  }

  /** What a day is to work where this hall is. */
  dayOf(hallId: string, day: LocalDate): CalendarDay {
    return this.#calendar.day(day, this.#upwards(this.#deps.halls.get(hallId)?.regionId ?? null));
  }

  /** Null: nobody has said when this hall is open. */
  isOpen(hallId: string, at: number): boolean | null {
    return this.#openingOf(hallId)?.isOpen(at) ?? null;
  }

  /** Open spans of the hall within `[from, until)`, epoch ms; null where its hours are not known for all of it. */
  spans(hallId: string, from: number, until: number): Span[] | null {
    return this.#openingOf(hallId)?.spans(from, until) ?? null;
  }

  /** When the hall opens or closes next; null where that is not known. */
  nextChange(hallId: string, at: number): number | null {
    return this.#openingOf(hallId)?.nextChange(at) ?? null;
  }

  /** Whether a day in `[from, until)` is taken for what its weekday says, as no notice covers it. */
  isProvisional(hallId: string, from: number, until: number): boolean {
    const opening = this.#openingOf(hallId);
    const covered = this.#calendar.coveredUntil;
    if (!opening || covered === null || from >= until) return covered === null;
    return opening.localDay(until - 1).toString() > covered;
  }

  /** The days of a hall, or of a region where it is none (or one that is not there any more), as limits count them. */
  workDays(hallId: string | null, regionId: string): WorkDays {
    const hall = hallId === null ? undefined : this.#deps.halls.get(hallId);
    const key = hall ? `hall ${hall.id}` : `region ${regionId}`;
    const known = this.#workDays.get(key);
    if (known) return known;
    const regions = this.#upwards(hall?.regionId ?? regionId);
    const made = new WorkDays({
      timeZone: hall?.timeZone ?? NATION_ZONE,
      dayOf: (day) => this.#calendar.day(day, regions),
      opening: hall ? this.#openingOf(hall.id) : null,
    });
    this.#workDays.set(key, made);
    return made;
  }

  /** Names the calendar as it is: after another notice it is another name. */
  print(): string {
    return `${this.#notices.length} ${this.#notices.at(-1)?.id ?? ''}`;
  }

  timetable(hallId: string): HallTimetable {
    return this.#timetables.get(hallId) ?? { timetables: [], days: [] };
  }

  /** Replaces it whole. Throws NOT_FOUND for the hall. */
  putTimetable(hallId: string, input: HallTimetableInput): Promise<HallTimetable> {
    return this.#changes.run(async () => {
      if (!this.#deps.halls.get(hallId)) throw new AppError('NOT_FOUND', hallId);
      const timetable = HallTimetable.parse(input);
      await this.#rows.saveTimetable(hallId, timetable);
      this.#timetables.set(hallId, timetable);
      this.#deps.log.info({ hallId }, 'timetable saved');
      this.#hallChanged(hallId);
      return timetable;
    });
  }

  /** Throws REQUEST_INVALID for a region that does not exist. */
  addNotice(input: NoticeInput, importedBy: string | null): Promise<Notice> {
    return this.#changes.run(async () => {
      const given = NoticeInput.parse(input);
      if (given.regionId !== null && !this.#knows(given.regionId))
        throw invalid('regionId', `no region ${given.regionId}`);
      const now = this.#deps.clock.now();
      const notice: Notice = { ...given, id: ulid(now), importedBy, importedAt: new Date(now).toISOString() };
      await this.#rows.addNotice(notice);
      this.#notices.push(notice);
      this.#noticesChanged();
      return notice;
    });
  }

  /** Throws NOT_FOUND, or FORBIDDEN for what came with Hallwatch: it would come again at the next start. */
  removeNotice(id: string): Promise<void> {
    return this.#changes.run(async () => {
      const notice = this.#notices.find((each) => each.id === id);
      if (!notice) throw new AppError('NOT_FOUND', id);
      if (notice.importedBy === null) throw new AppError('FORBIDDEN', 'this notice came with Hallwatch');
      await this.#rows.removeNotice(id);
      this.#notices = this.#notices.filter((each) => each !== notice);
      this.#noticesChanged();
    });
  }

  /** What the program carries, where it reaches further than what it carried before. */
  async #takeShipped(): Promise<void> {
    const shipped = shippedNotice();
    if (
      this.#notices.some(({ importedBy, coversUntil }) => importedBy === null && coversUntil >= shipped.coversUntil)
    ) {
      return;
    }
    await this.addNotice(shipped, null);
  }

  #noticesChanged(): void {
    const { coversUntil, title } = this.#notices.at(-1) ?? { coversUntil: null, title: null };
    this.#deps.log.info({ notices: this.#notices.length, title, coversUntil }, 'notices of the calendar changed');
    this.#build();
    this.changed.emit(null);
  }

  #build(): void {
    this.#calendar = new WorkingCalendar(this.#notices);
    this.#opening.clear();
    this.#workDays.clear();
    this.#tellEnd();
  }

  #hallChanged(hallId: string): void {
    this.#opening.delete(hallId);
    this.#workDays.delete(`hall ${hallId}`);
    this.changed.emit(hallId);
  }

  #tellEnd(): void {
    const { clock, problems } = this.#deps;
    const today = Temporal.Instant.fromEpochMilliseconds(clock.now()).toZonedDateTimeISO(NATION_ZONE).toPlainDate();
    const covered = this.#calendar.coveredUntil;
    const enough = covered !== null && covered >= today.add({ days: TELL_DAYS_AHEAD }).toString();
    if (enough) problems.clear('calendar');
    else problems.raise('calendar', 'CALENDAR_ENDS', covered);
  }

  #openingOf(hallId: string): OpeningHours | null {
    const known = this.#opening.get(hallId);
    if (known) return known;
    const hall = this.#deps.halls.get(hallId);
    const timetable = this.#timetables.get(hallId);
    if (!hall || !timetable) return null;
    const regions = this.#upwards(hall.regionId);
    const dayOf = (day: LocalDate) => this.#calendar.day(day, regions);
    const opening = new OpeningHours({ timetable, timeZone: hall.timeZone, dayOf });
    this.#opening.set(hallId, opening);
    return opening;
  }

  #knows(regionId: string): boolean {
    return this.#deps.halls.regions().some(({ id }) => id === regionId);
  }

  /** The region and those above it, nearest first. */
  #upwards(regionId: string | null): string[] {
    const parents = new Map(this.#deps.halls.regions().map(({ id, parentId }) => [id, parentId]));
    const path: string[] = [];
    for (let id = regionId; id !== null; id = parents.get(id) ?? null) path.push(id);
    return path;
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('REQUEST_INVALID', [{ path, message }]);
}
