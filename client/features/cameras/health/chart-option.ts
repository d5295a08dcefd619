import type { ComposeOption, LineSeriesOption } from 'echarts';
import { bandOf, gapsOf, lineOf, lossesOf, type Course } from './course.ts';

/** The colours and sizes of the page, as the chart needs them. */
export interface ChartTheme {
  text: string;
  muted: string;
  line: string;
  band: string;
  font: string;
  /** One rem in px. */
  rem: number;
  /** What is drawn over a stretch without data. */
  hatch: HTMLCanvasElement;
}

export interface ChartTexts {
  fps: string;
  kbps: string;
  lost: (count: number) => string;
  /** An instant on the axis, and in full. */
  tick: (at: number) => string;
  instant: (at: number) => string;
}

export type ChartOption = ComposeOption<LineSeriesOption>;

/** Losses that are drawn; of more, a line each would be a grey wall. */
const MOST_MARKS = 200;

/** Frame rate above, bit rate below, on one axis of time: bands of the normal, gaps hatched, losses as marks. */
export function chartOption(course: Course, ratedFps: number, theme: ChartTheme, texts: ChartTexts): ChartOption {
  const { rem, muted, text, line } = theme;
  const size = 0.875 * rem;
  const label = { color: muted, fontSize: size, fontFamily: theme.font };
  const figures = ['fps', 'kbps'] as const;
  const grids = [
    { left: 4 * rem, right: 1 * rem, top: 2 * rem, height: 8 * rem },
    { left: 4 * rem, right: 1 * rem, top: 13 * rem, height: 6 * rem },
  ];
  return {
    animation: false,
    backgroundColor: 'transparent',
    grid: grids,
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: muted } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: theme.line,
      borderWidth: 0,
      textStyle: { color: text, fontSize: size, fontFamily: theme.font },
      formatter: (hovered: unknown) => tooltip(hovered, course, texts),
    },
    xAxis: figures.map((_figure, gridIndex) => ({
      type: 'time' as const,
      gridIndex,
      min: course.from,
      max: course.to,
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: gridIndex === 1, lineStyle: { color: line } },
      axisLabel: { ...label, show: gridIndex === 1, hideOverlap: true, formatter: texts.tick },
      splitLine: { show: false },
    })),
    yAxis: figures.map((figure, gridIndex) => ({
      type: 'value' as const,
      gridIndex,
      min: 0,
      // the band of the normal is seen whole, however low the line lies
      max: ({ max }: { max: number }) => Math.ceil(Math.max(max, bandOf(course, figure, ratedFps)?.[1] ?? 0, 1)),
      name: texts[figure],
      nameTextStyle: { ...label, align: 'left' as const, padding: [0, 0, 0, -3 * rem] },
      splitNumber: 3,
      axisLabel: { ...label, showMaxLabel: false },
      splitLine: { lineStyle: { color: line, opacity: 0.6 } },
    })),
    series: figures.flatMap((figure, index) => seriesOf(figure, index, course, ratedFps, theme)),
  };
}

function seriesOf(
  figure: 'fps' | 'kbps',
  index: number,
  course: Course,
  ratedFps: number,
  { text, muted, band, hatch, rem }: ChartTheme,
): LineSeriesOption[] {
  const axes = { type: 'line' as const, xAxisIndex: index, yAxisIndex: index };
  const normal = bandOf(course, figure, ratedFps);
  const losses = lossesOf(course).slice(-MOST_MARKS);
  return [
    {
      ...axes,
      name: figure,
      data: lineOf(course, figure),
      showSymbol: false,
      connectNulls: false,
      lineStyle: { color: text, width: 0.1 * rem },
      itemStyle: { color: text },
      markArea: {
        silent: true,
        itemStyle: { color: band },
        data: normal ? [[{ yAxis: normal[0] }, { yAxis: normal[1] }]] : [],
      },
      markLine: {
        silent: true,
        symbol: ['none', 'path://M-5,-5L5,5M5,-5L-5,5'],
        symbolSize: 0.5 * rem,
        label: { show: false },
        lineStyle: { color: muted, type: 'solid', width: 0.08 * rem },
        data: losses.map(({ time }) => ({ xAxis: time })),
      },
    },
    {
      ...axes,
      name: 'gaps',
      data: [],
      markArea: {
        silent: true,
        itemStyle: { color: { image: hatch, repeat: 'repeat' } as unknown as string },
        data: gapsOf(course).map(({ from, to }) => [{ xAxis: from }, { xAxis: to }]),
      },
    },
  ];
}

function tooltip(hovered: unknown, { points }: Course, texts: ChartTexts): string {
  const at = (Array.isArray(hovered) ? (hovered[0] as { axisValue?: number } | undefined) : undefined)?.axisValue;
  const point = points.find(({ time }) => time === at);
  if (!point) return '';
  const figure = (value: number | null, digits: number) => value?.toFixed(digits) ?? '–';
  return [
    texts.instant(point.time),
    `${texts.fps} ${figure(point.fps, 1)}`,
    `${texts.kbps} ${figure(point.kbps, 0)}`,
    ...(point.losses > 0 ? [texts.lost(point.losses)] : []),
  ].join('<br>');
}
