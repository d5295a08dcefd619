import { z } from 'zod';
import { Bilingual, HallId, Instant, RegionId, Ulid } from './ids.ts';

/** A day as people name it, without a zone: `2026-10-01`. */
export const LocalDate = z.iso.date();
export type LocalDate = z.infer<typeof LocalDate>;

/** What a day is to work: `rest` is a weekend, `make-up` a weekend that is worked 调休上班. */
export const DayKind = z.enum(['working', 'rest', 'holiday', 'make-up']);
export type DayKind = z.infer<typeof DayKind>;

/** A day that is not what its weekday says. */
export const DayException = z.object({ day: LocalDate, kind: DayKind, name: Bilingual.nullable().default(null) });
export type DayException = z.infer<typeof DayException>;

const MAX_DAYS_OF_NOTICE = 2000;

/**
 * A notice 放假通知: days that are not what their weekday says. The nation's (`regionId` null) says so for all days that it
 * covers; a region's names the days only in which the region differs.
 */
export const NoticeInput = z
  .object({
    regionId: RegionId.nullable().default(null),
    title: z.string().trim().min(1).max(200),
    /** Of the document: 国办发明电〔2025〕7号. */
    number: z.string().trim().max(100).default(''),
    coversFrom: LocalDate,
    coversUntil: LocalDate,
    days: z.array(DayException).max(MAX_DAYS_OF_NOTICE),
  })
  .superRefine(({ coversFrom, coversUntil, days }, context) => {
    const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (coversUntil < coversFrom) wrong(['coversUntil'], 'must not be before coversFrom');
    const seen = new Set<string>();
    for (const [i, { day }] of days.entries()) {
      if (day < coversFrom || day > coversUntil) wrong(['days', i, 'day'], 'lies outside of what the notice covers');
      if (seen.has(day)) wrong(['days', i, 'day'], 'stands in the notice twice');
      seen.add(day);
    }
  });
export type NoticeInput = z.input<typeof NoticeInput>;

export const Notice = z.object({
  id: Ulid,
  regionId: RegionId.nullable(),
  title: z.string(),
  number: z.string(),
  coversFrom: LocalDate,
  coversUntil: LocalDate,
  days: z.array(DayException),
  /** Null: it came with Hallwatch. */
  importedBy: z.string().nullable(),
  importedAt: Instant,
});
export type Notice = z.infer<typeof Notice>;

export const CalendarDay = z.object({
  day: LocalDate,
  kind: DayKind,
  name: Bilingual.nullable(),
  /** No notice covers it yet: it is taken for what its weekday says 暂定. */
  provisional: z.boolean(),
  noticeId: Ulid.nullable(),
});
export type CalendarDay = z.infer<typeof CalendarDay>;

/** `GET /api/calendar`: at most 800 days. */
export const CalendarQuery = z.object({ from: LocalDate, until: LocalDate, regionId: RegionId.optional() });
export const CalendarAnswer = z.object({
  /** The last day up to which the nation's notices leave no hole; null without any. */
  coveredUntil: LocalDate.nullable(),
  days: z.array(CalendarDay),
});
export type CalendarAnswer = z.infer<typeof CalendarAnswer>;

/** On the wall of the hall, `09:00`; `24:00` ends a day. */
export const ClockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'use HH:MM');

/** When a hall is open in one day: ascending, without overlaps; none: closed. */
export const DayHours = z
  .array(z.object({ from: ClockTime, until: ClockTime }))
  .max(6)
  .refine((hours) => hours.every(({ from, until }, i) => from < until && (i === 0 || hours[i - 1]!.until <= from)), {
    message: 'spans must end after they begin and follow one another',
  });
export type DayHours = z.infer<typeof DayHours>;

/**
 * The opening hours of a hall from a day on. Hours on a Saturday are extended service 延时服务: the hall is open, and the
 * day counts as no working day.
 */
export const Timetable = z.object({
  validFrom: LocalDate,
  /** Monday first. */
  weekly: z.array(DayHours).length(7),
  /** Null: as on a Monday. */
  makeUp: DayHours.nullable().default(null),
  holiday: DayHours.default([]),
});
export type Timetable = z.infer<typeof Timetable>;

/** One day of one hall that is otherwise than its timetable says. */
export const HallDay = z.object({ day: LocalDate, hours: DayHours, note: z.string().trim().max(200).default('') });
export type HallDay = z.infer<typeof HallDay>;

const distinct = <T>(of: (row: T) => string, message: string) =>
  [(rows: T[]) => new Set(rows.map(of)).size === rows.length, { message }] as const;

export const HallTimetable = z.object({
  timetables: z
    .array(Timetable)
    .max(50)
    .refine(...distinct<Timetable>(({ validFrom }) => validFrom, 'two timetables begin on the same day')),
  days: z
    .array(HallDay)
    .max(1000)
    .refine(...distinct<HallDay>(({ day }) => day, 'a day stands there twice')),
});
export type HallTimetable = z.infer<typeof HallTimetable>;
export type HallTimetableInput = z.input<typeof HallTimetable>;

/** `GET /api/halls/:id/opening`: at most 400 days; null where the hall has no timetable for that time. */
export const OpeningQuery = z.object({ from: Instant, until: Instant });
export const OpeningAnswer = z.object({
  hallId: HallId,
  spans: z.array(z.object({ from: Instant, until: Instant })).nullable(),
  provisional: z.boolean(),
});
export type OpeningAnswer = z.infer<typeof OpeningAnswer>;
