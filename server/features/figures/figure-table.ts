import { Temporal } from 'temporal-polyfill';
import {
  FIGURES,
  FigureName,
  type FigureUnit,
  type PeriodFigures,
  type PeriodFiguresAnswer,
} from '#contract/figures.ts';
import type { Hall } from '#contract/places.ts';
import type { Cell } from '#lib/csv.ts';
import type { Column, ColumnFormat, Sheet } from '#lib/xlsx.ts';

const formatOf: Record<FigureUnit, ColumnFormat> = {
  ...{ count: 'count', seconds: 'duration', share: 'share', 'people-per-window': 'decimal' },
};
const subjects: Record<PeriodFiguresAnswer['by'], string> = {
  ...{ hall: '大厅 Hall', queue: '队列 Queue', window: '窗口 Window', staff: '人员 Staff' },
};

/**
 * The answer as people read it in a spreadsheet: each period, the whole span, and what each figure means. Times by the
 * hall's clock, seconds and fractions as numbers.
 */
export function figureSheets(answer: PeriodFiguresAnswer, hall: Hall): [periods: Sheet, totals: Sheet, words: Sheet] {
  const { by, rows, totals } = answer;
  const names = FigureName.options.filter((name) => FIGURES[name].by.includes(by));
  const columns: Column[] = [
    { title: subjects[by], as: 'text', width: 12 },
    { title: '名称 Name', as: 'text' },
    ...names.map((name): Column => ({ title: titleOf(name), as: formatOf[FIGURES[name].unit] })),
  ];
  const line = (row: PeriodFigures): Cell[] => [
    row.of ?? hall.id,
    nameOf(row.of, by, hall),
    ...names.map((name) => rounded(row.figures[name] ?? null)),
  ];
  return [
    {
      name: '分时段 Periods',
      columns: [{ title: '时段开始 From', as: 'moment' }, ...columns],
      rows: rows.map((row) => [localTime(row.from, hall.timeZone), ...line(row)]),
    },
    { name: '合计 Whole span', columns, rows: totals.map(line) },
    {
      name: '口径 Definitions',
      columns: [
        { title: '指标 Figure', as: 'text', width: 28 },
        { title: '口径', as: 'text', width: 60 },
        { title: 'Definition', as: 'text', width: 80 },
      ],
      rows: names.map((name) => [titleOf(name), FIGURES[name].definition.zh, FIGURES[name].definition.en]),
    },
  ];
}

function titleOf(name: FigureName): string {
  return `${FIGURES[name].name.zh} ${FIGURES[name].name.en}`;
}

/** What a queue or window is called; the hall's name for itself; a clerk has his id alone. */
function nameOf(of: string | null, by: PeriodFiguresAnswer['by'], hall: Hall): string {
  const text = (name: { zh: string; en: string } | undefined) => (name ? `${name.zh} ${name.en}` : '');
  if (by === 'hall') return text(hall.name);
  if (by === 'queue') return text(hall.queues.find(({ id }) => id === of)?.name);
  if (by === 'staff') return '';
  const window = hall.windows.find(({ id }) => id === of);
  return window ? `${window.label} ${text(window.name)}` : '';
}

function localTime(instant: string | null, timeZone: string): Cell {
  return instant && Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toString({ timeZoneName: 'never' });
}

function rounded(value: number | null): Cell {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
