import type { EChartsCoreOption } from 'echarts/core';
import type { ForecastBand, QueueForecast } from '#contract/forecast.ts';
import type { TypicalDay } from '#contract/typical-day.ts';

export interface PlotTheme {
  text: string;
  muted: string;
  line: string;
  band: string;
  raised: string;
  other: string;
  font: string;
  rem: number;
}

export type Measure = 'waiting' | 'wait';

/** The next two hours of one queue; `supposed` is the same with what is supposed. */
export interface QueuePlot {
  is: 'queue';
  measure: Measure;
  forecast: QueueForecast;
  supposed: QueueForecast | null;
  /** The promised wait, seconds. */
  promiseSec: number;
  clock: (at: number) => string;
  words: { band: string; middle: string; supposed: string };
}

/** Today by the hour beside a typical day, all queues together. */
export interface DayPlot {
  is: 'day';
  measure: Measure;
  day: TypicalDay;
  clock: (at: number) => string;
  words: { today: string; typical: string };
}

export type Plot = QueuePlot | DayPlot;

export function plotOption(plot: Plot, theme: PlotTheme): EChartsCoreOption {
  return plot.is === 'queue' ? queueOption(plot, theme) : dayOption(plot, theme);
}

const HALF_HOUR_MS = 1800_000;

function queueOption(plot: QueuePlot, theme: PlotTheme): EChartsCoreOption {
  const { forecast, supposed, measure, promiseSec, clock, words } = plot;
  const points = pointsOf(forecast, measure);
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const line = { type: 'line', showSymbol: false, symbol: 'circle', silent: true, animation: false } as const;
  const band = { ...line, stack: 'band', lineStyle: { width: 0 } };
  return {
    ...frame(theme),
    tooltip: {
      ...tip(theme),
      formatter: (hovered: unknown) => queueTip(hovered, plot),
    },
    xAxis: {
      ...axis(theme),
      type: 'time',
      min: from,
      max: to,
      interval: HALF_HOUR_MS,
      minInterval: HALF_HOUR_MS,
      maxInterval: HALF_HOUR_MS,
      axisLabel: { ...label(theme), formatter: clock, hideOverlap: true },
    },
    yAxis: { ...valueAxis(theme), min: 0, minInterval: 1 },
    series: [
      { ...band, name: 'low', data: points.map(({ at, band: b }) => [at, b?.low ?? null]) },
      {
        ...band,
        name: words.band,
        areaStyle: { color: theme.band, opacity: 1 },
        data: points.map(({ at, band: b }) => [at, b === null ? null : b.high - b.low]),
      },
      {
        ...line,
        name: words.middle,
        lineStyle: { color: theme.text, width: 0.14 * theme.rem },
        data: points.map(({ at, band: b }) => [at, b?.middle ?? null]),
        ...(measure === 'wait' && {
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { color: theme.muted, type: 'dotted', width: 0.09 * theme.rem },
            data: [{ yAxis: promiseSec / 60 }],
          },
        }),
      },
      ...(supposed === null
        ? []
        : [
            {
              ...line,
              name: words.supposed,
              lineStyle: { color: theme.other, width: 0.16 * theme.rem, type: 'dashed' },
              data: pointsOf(supposed, measure).map(({ at, band: b }) => [at, b?.middle ?? null]),
            },
          ]),
    ],
  };
}

interface Point {
  at: number;
  /** People, or minutes. */
  band: ForecastBand | null;
}

export function pointsOf({ steps }: QueueForecast, measure: Measure): Point[] {
  return steps.map((step) => {
    const at = Date.parse(step.at);
    if (measure === 'waiting') return { at, band: step.waiting };
    const { wait } = step;
    return { at, band: wait && { low: wait.low / 60, middle: wait.middle / 60, high: wait.high / 60 } };
  });
}

function queueTip(hovered: unknown, { forecast, supposed, measure, clock, words }: QueuePlot): string {
  const at = hoveredAt(hovered);
  const of = (told: QueueForecast | null) => told && pointsOf(told, measure).find((point) => point.at === at)?.band;
  const band = of(forecast);
  if (at === undefined || !band) return '';
  const then = of(supposed);
  return [
    clock(at),
    `${words.middle} ${band.middle.toFixed(0)}`,
    `${words.band} ${band.low.toFixed(0)}–${band.high.toFixed(0)}`,
    ...(then ? [`${words.supposed} ${then.middle.toFixed(0)}`] : []),
  ].join('<br>');
}

function dayOption({ day, measure, clock, words }: DayPlot, theme: PlotTheme): EChartsCoreOption {
  const hours = day.hours.map(({ from, queues }) => {
    const sum = (values: (number | null)[]) => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
    };
    const mean = (weights: (number | null)[], values: (number | null)[]) => {
      const known = values.flatMap((value, i) =>
        value === null ? [] : [{ value, weight: Math.max(1, weights[i] ?? 0) }],
      );
      const weight = known.reduce((all, each) => all + each.weight, 0);
      return weight === 0 ? null : known.reduce((all, each) => all + each.value * each.weight, 0) / weight / 60;
    };
    const issued = queues.map((queue) => queue.issued);
    const typical = queues.map((queue) => queue.typicalIssued);
    return {
      name: clock(Date.parse(from)),
      today:
        measure === 'waiting'
          ? sum(issued)
          : mean(
              issued,
              queues.map((queue) => queue.waitSec),
            ),
      typical:
        measure === 'waiting'
          ? sum(typical)
          : mean(
              typical,
              queues.map((queue) => queue.typicalWaitSec),
            ),
    };
  });
  return {
    ...frame(theme),
    tooltip: {
      ...tip(theme),
      formatter: (hovered: unknown) => {
        const index = (Array.isArray(hovered) ? (hovered[0] as { dataIndex?: number } | undefined) : undefined)
          ?.dataIndex;
        const hour = index === undefined ? undefined : hours[index];
        if (!hour) return '';
        const figure = (value: number | null) => value?.toFixed(measure === 'waiting' ? 0 : 1) ?? '–';
        return [hour.name, `${words.today} ${figure(hour.today)}`, `${words.typical} ${figure(hour.typical)}`].join(
          '<br>',
        );
      },
    },
    xAxis: {
      ...axis(theme),
      type: 'category',
      data: hours.map(({ name }) => name),
      axisLabel: { ...label(theme), hideOverlap: true },
    },
    yAxis: { ...valueAxis(theme), min: 0 },
    series: [
      {
        type: 'bar',
        name: words.today,
        animation: false,
        barMaxWidth: 2.2 * theme.rem,
        itemStyle: { color: theme.line },
        data: hours.map(({ today }) => today),
      },
      {
        type: 'line',
        name: words.typical,
        animation: false,
        showSymbol: true,
        symbol: 'circle',
        symbolSize: 0.4 * theme.rem,
        itemStyle: { color: theme.text },
        lineStyle: { color: theme.text, width: 0.14 * theme.rem },
        data: hours.map(({ typical }) => typical),
      },
    ],
  };
}

const frame = ({ font, rem }: PlotTheme) => ({
  textStyle: { fontFamily: font },
  grid: { left: 0.25 * rem, right: 0.9 * rem, top: 0.6 * rem, bottom: 0.1 * rem, containLabel: true },
});
const label = ({ muted, rem }: PlotTheme) => ({ color: muted, fontSize: 0.8 * rem });
const axis = (theme: PlotTheme) => ({
  axisLine: { lineStyle: { color: theme.line } },
  axisTick: { show: false },
  splitLine: { show: false },
});
const valueAxis = (theme: PlotTheme) => ({
  type: 'value',
  splitNumber: 3,
  axisLabel: label(theme),
  splitLine: { lineStyle: { color: theme.band } },
});
const tip = ({ text, line, raised, font, rem }: PlotTheme) => ({
  trigger: 'axis',
  confine: true,
  axisPointer: { type: 'line', lineStyle: { color: line } },
  backgroundColor: raised,
  borderColor: line,
  textStyle: { color: text, fontFamily: font, fontSize: 0.875 * rem },
});

function hoveredAt(hovered: unknown): number | undefined {
  return (Array.isArray(hovered) ? (hovered[0] as { axisValue?: number } | undefined) : undefined)?.axisValue;
}
