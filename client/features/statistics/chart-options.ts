import type { EChartsCoreOption } from 'echarts/core';
import type { Statistics } from '#contract/statistics.ts';

export interface ChartTheme {
  text: string;
  muted: string;
  line: string;
  band: string;
  raised: string;
  font: string;
  rem: number;
}

/** Places beside each other, or one of them month by month. Both tell their lines apart by shape before hue. */
export type VolumeChart =
  | { is: 'rows'; rows: readonly { name: string; now: number; before: number; late: number }[]; words: RowWords }
  | { is: 'months'; months: Statistics['months']; words: MonthWords };
interface RowWords {
  now: string;
  before: string;
  late: string;
}
interface MonthWords {
  accepted: string;
  finished: string;
  late: string;
}

/** More would not be told apart. */
export const MOST_ROWS = 16;

export function chartOption(chart: VolumeChart, theme: ChartTheme): EChartsCoreOption {
  return chart.is === 'rows' ? rowsOption(chart, theme) : monthsOption(chart, theme);
}

function rowsOption({ rows, words }: VolumeChart & { is: 'rows' }, theme: ChartTheme): EChartsCoreOption {
  const shown = rows.slice(0, MOST_ROWS);
  const bar = { type: 'bar', animation: false, barGap: '10%', barMaxWidth: 1.5 * theme.rem };
  return {
    ...frame(theme),
    xAxis: { ...categories(theme), data: shown.map(({ name }) => name) },
    series: [
      { ...bar, name: words.before, itemStyle: { color: theme.line }, data: shown.map(({ before }) => before) },
      { ...bar, name: words.now, itemStyle: { color: theme.text }, data: shown.map(({ now }) => now) },
      {
        // hollow: what is late is a part of what was finished, and no third volume
        ...{ ...bar, name: words.late, data: shown.map(({ late }) => late) },
        itemStyle: { color: 'transparent', borderColor: theme.text, borderWidth: 0.0625 * theme.rem },
      },
    ],
  };
}

function monthsOption({ months, words }: VolumeChart & { is: 'months' }, theme: ChartTheme): EChartsCoreOption {
  const line = { type: 'line', animation: false, symbolSize: 0.4 * theme.rem };
  const width = 0.125 * theme.rem;
  const of = (figure: 'accepted' | 'finished' | 'late') => months.map(({ figures }) => figures[figure]);
  return {
    ...frame(theme),
    xAxis: { ...categories(theme), data: months.map(({ month }) => month) },
    series: [
      {
        ...{ ...line, name: words.accepted, symbol: 'circle', data: of('accepted') },
        ...{ itemStyle: { color: theme.text }, lineStyle: { width } },
      },
      {
        ...{ ...line, name: words.finished, symbol: 'rect', data: of('finished') },
        ...{ itemStyle: { color: theme.muted }, lineStyle: { width, type: 'dashed' } },
      },
      {
        ...{ ...line, name: words.late, symbol: 'triangle', data: of('late') },
        ...{ itemStyle: { color: theme.text }, lineStyle: { width, type: 'dotted' } },
      },
    ],
  };
}

function frame({ text, muted, line, raised, font, rem }: ChartTheme): EChartsCoreOption {
  const words = { fontFamily: font, fontSize: 0.875 * rem };
  return {
    animation: false,
    grid: { left: 0.5 * rem, right: 0.75 * rem, top: 2.5 * rem, bottom: 0.25 * rem, containLabel: true },
    legend: {
      top: 0,
      left: 0,
      itemWidth: 1.75 * rem,
      itemHeight: 0.75 * rem,
      itemGap: rem,
      textStyle: { ...words, color: muted },
      inactiveColor: line,
    },
    tooltip: {
      ...{ trigger: 'axis', confine: true, backgroundColor: raised, borderColor: line },
      ...{ textStyle: { ...words, color: text }, axisPointer: { type: 'line', lineStyle: { color: line } } },
    },
    yAxis: {
      ...{ type: 'value', min: 0, minInterval: 1, splitNumber: 4 },
      axisLabel: { ...words, color: muted },
      splitLine: { lineStyle: { color: line, opacity: 0.5 } },
    },
  };
}

function categories({ muted, line, font, rem }: ChartTheme) {
  return {
    ...{ type: 'category', axisTick: { show: false }, axisLine: { lineStyle: { color: line } } },
    axisLabel: {
      color: muted,
      fontFamily: font,
      fontSize: 0.875 * rem,
      hideOverlap: true,
      width: 7 * rem,
      overflow: 'truncate',
    },
  };
}
