import { z } from 'zod';
import { LocalDate } from './calendar.ts';
import { HallId, Instant, QueueId, WindowId, type Bilingual } from './ids.ts';

/** How long a period is; hours and days are those of the hall's own time zone. */
export const FigurePeriod = z.enum(['5min', 'hour', 'day']);
export type FigurePeriod = z.infer<typeof FigurePeriod>;

/** So many days may be asked for at once; each gives 288, 24 or one period. */
export const MAX_FIGURE_DAYS: Record<FigurePeriod, number> = { '5min': 7, hour: 62, day: 800 };

/** What figures are told apart by. Events name no service item, so the queue stands for the service 事项 it is for. */
export const FigureDimension = z.enum(['hall', 'queue', 'window', 'staff']);
export type FigureDimension = z.infer<typeof FigureDimension>;

export const FigureUnit = z.enum(['count', 'seconds', 'share', 'people-per-window']);
export type FigureUnit = z.infer<typeof FigureUnit>;

/** The figures of a period, in the order in which tables show them. */
export const FigureName = z.enum([
  'issued',
  'called',
  'started',
  'completed',
  'skipped',
  'cancelled',
  'averageWait',
  'longestWait',
  'onTargetRate',
  'serviceTime',
  'noShowRate',
  'abandonment',
  'saturation',
  'utilisation',
  'serving',
  'open',
  'paused',
  'idle',
  'rated',
  'badReviewRate',
  'unratedRate',
]);
export type FigureName = z.infer<typeof FigureName>;

export interface FigureDefinition {
  unit: FigureUnit;
  name: Bilingual;
  definition: Bilingual;
  /** What it can be told apart by; an issue, say, has no window. */
  by: readonly FigureDimension[];
}

const all: readonly FigureDimension[] = ['hall', 'queue', 'window', 'staff'];
const places: readonly FigureDimension[] = ['hall', 'queue'];
const desks: readonly FigureDimension[] = ['hall', 'window', 'staff'];
const figure = (
  unit: FigureUnit,
  by: readonly FigureDimension[],
  [zh, zhDefinition]: [string, string],
  [en, enDefinition]: [string, string],
): FigureDefinition => ({ unit, by, name: { zh, en }, definition: { zh: zhDefinition, en: enDefinition } });

/** Name, unit and definition of each figure, to be shown beside the number. */
export const FIGURES: Record<FigureName, FigureDefinition> = {
  issued: figure(
    'count',
    places,
    ['取号数', '本时段内取出的号。转队列不算取号。'],
    ['Issued', 'Tickets issued in the period. A transfer is not an issue.'],
  ),
  called: figure(
    'count',
    all,
    ['叫号数', '本时段内首次被叫的号；重复叫号只算一次，转队列后在新队列再算。'],
    ['Called', 'Tickets first called in the period; a recall does not count again, a call after a transfer does.'],
  ),
  started: figure(
    'count',
    all,
    ['开始办理数', '本时段内开始办理的号。'],
    ['Started', 'Tickets whose service began in the period.'],
  ),
  completed: figure(
    'count',
    all,
    ['办结数', '本时段内办理完成的号。'],
    ['Completed', 'Tickets whose service was completed in the period.'],
  ),
  skipped: figure(
    'count',
    all,
    ['弃号数', '本时段内叫过后过号、且没有办理完成的号。'],
    ['Skipped', 'Tickets called, skipped in the period, and not completed.'],
  ),
  cancelled: figure(
    'count',
    places,
    ['退号数', '本时段内在被叫之前退掉的号。'],
    ['Handed back', 'Tickets handed back in the period before they were called.'],
  ),
  averageWait: figure(
    'seconds',
    all,
    ['平均等候', '叫号时刻 − 取号（或转入）时刻，按本时段内被叫且取号时刻已知的号平均。'],
    ['Average wait', 'Called − issued (or transferred here), over those called in the period whose issue is known.'],
  ),
  longestWait: figure(
    'seconds',
    all,
    ['最长等候', '本时段内被叫的号中等候最久的。'],
    ['Longest wait', 'The longest wait of those called in the period.'],
  ),
  onTargetRate: figure(
    'share',
    all,
    ['等候达标率', '等候不超过队列承诺时间的 ÷ 被叫且取号时刻已知的。'],
    ['On-target rate', "Waited within the queue's target ÷ called, of those whose issue is known."],
  ),
  serviceTime: figure(
    'seconds',
    all,
    ['平均办理时长', '办结时刻 − 开始时刻，按本时段内办结的号平均。'],
    ['Service time', 'Completed − started, mean over those completed in the period.'],
  ),
  noShowRate: figure('share', all, ['弃号率', '弃号数 ÷ 叫号数。'], ['No-show rate', 'Skipped ÷ called.']),
  abandonment: figure(
    'share',
    places,
    ['退号率', '被叫之前退号的 ÷ 取号数。'],
    ['Abandonment', 'Handed back before being called ÷ issued.'],
  ),
  saturation: figure(
    'people-per-window',
    ['hall'],
    [
      '饱和度',
      '等候人时 ÷ 在岗窗口时，在本时段内累计；在岗：已登录、未暂停、座位传感器（如有）未报无人；一直未叫的号算到当天最后一条记录为止。',
    ],
    [
      'Saturation',
      'Waiting ÷ staffed windows, both summed over the time of the period. Staffed: logged in, not paused, and the seat not empty where a sensor tells. A ticket that is never called waits until the last event of the day.',
    ],
  ),
  utilisation: figure(
    'share',
    desks,
    ['窗口利用率', '办理时间 ÷（开放时间 − 暂停时间）。'],
    ['Utilisation', 'Serving time ÷ (open − paused) time.'],
  ),
  serving: figure(
    'seconds',
    desks,
    ['办理时间', '窗口处于“办理”状态的时间之和。'],
    ['Serving time', 'Time in which windows were serving, summed.'],
  ),
  open: figure(
    'seconds',
    desks,
    ['开放时间', '有人登录的时间之和，含暂停。一条状态最多保持两小时：叫号器每小时重报一次。'],
    [
      'Open time',
      'Time in which somebody was logged in, pauses included, summed. A state holds for two hours at most: callers repeat themselves every hour.',
    ],
  ),
  paused: figure(
    'seconds',
    desks,
    ['暂停时间', '窗口处于“暂停”状态的时间之和。'],
    ['Paused time', 'Time in which windows were paused, summed.'],
  ),
  idle: figure(
    'seconds',
    desks,
    ['空闲时间', '已登录、未叫号也未办理的时间之和。'],
    ['Idle time', 'Time logged in with nobody called or served, summed.'],
  ),
  rated: figure(
    'count',
    all,
    ['评价数', '本时段内收到的评价，每号一次。'],
    ['Rated', 'Ratings given in the period, one a ticket.'],
  ),
  badReviewRate: figure(
    'share',
    all,
    ['差评率', '1 分或 2 分的 ÷ 评价数。'],
    ['Bad-review rate', 'Scores of 1 or 2 ÷ rated.'],
  ),
  unratedRate: figure(
    'share',
    all,
    ['未评价率', '请评而未评的 ÷（评价数 + 请评而未评的）。'],
    ['Unrated rate', 'Asked and not rated ÷ (rated + unrated).'],
  ),
};

/** `GET /api/halls/:id/period-figures`: days of the hall, both included. */
export const PeriodFiguresQuery = z.object({
  by: FigureDimension.default('hall'),
  period: FigurePeriod.default('day'),
  from: LocalDate,
  until: LocalDate,
  /** One queue, window or clerk; left out: each of them. */
  of: z.string().min(1).max(64).optional(),
});
export type PeriodFiguresQuery = z.infer<typeof PeriodFiguresQuery>;

/** One period of one queue, window, clerk or of the hall. A figure is null where there is nothing to divide by. */
export const PeriodFigures = z.object({
  /** The begin of the period; null: of the whole span. */
  from: Instant.nullable(),
  /** Id of the queue or window, or who works there; null: the hall, or nobody is known. */
  of: z.string().nullable(),
  figures: z.record(FigureName, z.number().nullable()),
});
export type PeriodFigures = z.infer<typeof PeriodFigures>;

export const PeriodFiguresAnswer = z.object({
  hallId: HallId,
  timeZone: z.string(),
  by: FigureDimension,
  period: FigurePeriod,
  /** By period, and within it by `of`; a period without an event has no line. */
  rows: z.array(PeriodFigures),
  /** The same over all of the span. */
  totals: z.array(PeriodFigures),
  /** When the hall was open by its timetable; null where that is not known. */
  opening: z.array(z.object({ from: Instant, until: Instant })).nullable(),
  /** When the newest of these figures was computed; null: there are none. */
  computedAt: Instant.nullable(),
});
export type PeriodFiguresAnswer = z.infer<typeof PeriodFiguresAnswer>;

/** What figures are made of, per period: sums that may be added up. Seconds and counts. */
export const QueueSums = z.object({
  from: Instant,
  queueId: QueueId,
  issued: z.number(),
  called: z.number(),
  waited: z.number(),
  waitSec: z.number(),
  onTarget: z.number(),
  started: z.number(),
  completed: z.number(),
  served: z.number(),
  serviceSec: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
  waitingSec: z.number(),
});
export type QueueSums = z.infer<typeof QueueSums>;

export const WindowSums = z.object({
  from: Instant,
  windowId: WindowId,
  idleSec: z.number(),
  callingSec: z.number(),
  servingSec: z.number(),
  pausedSec: z.number(),
  emptySec: z.number(),
});
export type WindowSums = z.infer<typeof WindowSums>;
