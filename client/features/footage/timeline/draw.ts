import type { CameraTimeline } from '#contract/footage.ts';
import { footageBars, gapBars } from './bars.ts';
import { drawMark } from './glyphs.ts';
import { clusters } from './mark-clusters.ts';
import type { RowLayout } from './row-layout.ts';
import type { Theme } from './theme.ts';
import { ticks } from './ticks.ts';
import { toX, type View } from './time-scale.ts';

export interface Scene {
  view: View;
  width: number;
  height: number;
  /** Device pixels a CSS pixel. */
  ratio: number;
  rem: number;
  timeZone: string;
  layout: RowLayout;
  theme: Theme;
  /** Null where it is not known yet. */
  rows: readonly (CameraTimeline | null)[];
  /** Index of the row that has the focus, -1 for none. */
  focus: number;
  now: number;
  /** What is to be exported. */
  selection: { from: number; until: number } | null;
}

/** All of the timeline but what moves: the playhead lies above it. */
export function drawTimeline(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, ratio, layout, theme } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (scene.focus >= 0) {
    context.fillStyle = theme.surface;
    context.fillRect(0, layout.ruler + scene.focus * layout.row, width, layout.row);
  }
  drawRuler(context, scene);
  scene.rows.forEach((row, index) => drawRow(context, scene, row, layout.ruler + index * layout.row));
  drawFuture(context, scene);
  drawSelection(context, scene);
}

function drawRow(context: CanvasRenderingContext2D, scene: Scene, row: CameraTimeline | null, top: number): void {
  const { view, width, layout, theme, rem } = scene;
  const bar = { top: top + layout.barTop, height: layout.barHeight };
  context.fillStyle = theme.line;
  context.fillRect(0, top + layout.row - 1, width, 1);
  if (!row) return;

  for (const gap of gapBars(row.gaps, view, width)) {
    if (gap.expected) {
      context.fillStyle = theme.strong;
      context.fillRect(gap.x, bar.top + bar.height / 2, gap.width, 1);
    } else hatch(context, gap.x, bar.top, gap.width, bar.height, rem, theme);
  }
  for (const { x, width: wide, held } of footageBars(row.footage, view, width)) {
    context.fillStyle = theme.footage;
    context.fillRect(x, bar.top, Math.max(1, wide), bar.height);
    if (!held) continue;
    context.fillStyle = theme.text;
    context.fillRect(x, bar.top + bar.height - 0.1875 * rem, Math.max(1, wide), 0.1875 * rem);
  }

  const states = row.marks.filter(({ kind }) => kind === 'window');
  for (const state of states) {
    const from = Math.max(0, toX(view, width, Date.parse(state.from)));
    const until = Math.min(width, toX(view, width, state.until === null ? scene.now : Date.parse(state.until)));
    if (until <= from) continue;
    context.fillStyle = theme.window[state.label] ?? theme.strong;
    context.fillRect(from, top + layout.windowsTop, Math.max(1, until - from), layout.windowsHeight);
  }
  const others = row.marks.filter(({ kind }) => kind !== 'window');
  const found = clusters(others, view, width, layout.glyph * 2);
  const drawn = [...found].sort((a, b) => Number(a.kind === 'alert') - Number(b.kind === 'alert'));
  for (const mark of drawn) {
    if (mark.kind === 'alert' && mark.untilX !== null && mark.severity) {
      context.fillStyle = theme.severity[mark.severity];
      context.fillRect(mark.x, top + layout.marks - 1, mark.untilX - mark.x, 2);
    }
    drawMark(context, mark, top + layout.marks, layout.glyph, theme);
  }
}

/** No footage although it was wanted: strokes within a frame, no colour. */
function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  rem: number,
  theme: Theme,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = theme.muted;
  context.lineWidth = 0.09 * rem;
  const step = 0.4 * rem;
  context.beginPath();
  // On a grid of the page, so that it stands still while the view is moved by whole steps.
  for (let from = Math.floor((x - height) / step) * step; from < x + width; from += step) {
    context.moveTo(from, y + height);
    context.lineTo(from + height, y);
  }
  context.stroke();
  context.strokeStyle = theme.text;
  context.lineWidth = Math.max(1, 0.0625 * rem);
  context.strokeRect(x, y, width, height);
  context.restore();
}

function drawRuler(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, height, layout, theme, rem } = scene;
  context.fillStyle = theme.strong;
  context.fillRect(0, layout.ruler - 1, width, 1);
  context.font = `${0.8125 * rem}px ${theme.font}`;
  context.textBaseline = 'middle';
  for (const tick of ticks(view, width, scene.timeZone, 5.5 * rem)) {
    const x = Math.round(tick.x);
    context.fillStyle = tick.day ? theme.muted : theme.strong;
    const size = tick.label === '' ? 0.25 : 0.5;
    context.fillRect(x, layout.ruler - size * rem, 1, size * rem);
    if (tick.label === '') continue;
    context.fillStyle = theme.line;
    context.fillRect(x, layout.ruler, 1, height - layout.ruler);
    context.fillStyle = tick.day ? theme.text : theme.muted;
    context.fillText(tick.label, x + 0.25 * rem, layout.ruler / 2 - 0.125 * rem);
  }
}

function drawFuture(context: CanvasRenderingContext2D, { view, width, height, now, theme }: Scene): void {
  const x = toX(view, width, now);
  if (x >= width) return;
  context.fillStyle = theme.surface;
  context.globalAlpha = 0.6;
  context.fillRect(Math.max(0, x), 0, width, height);
  context.globalAlpha = 1;
  context.fillStyle = theme.muted;
  if (x >= 0) context.fillRect(Math.round(x), 0, 1, height);
}

function drawSelection(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, height, selection, theme, rem, layout } = scene;
  if (!selection) return;
  const from = toX(view, width, selection.from);
  const until = toX(view, width, selection.until);
  context.fillStyle = theme.text;
  context.globalAlpha = 0.09;
  context.fillRect(from, layout.ruler, until - from, height - layout.ruler);
  context.globalAlpha = 1;
  // Brackets, as on the keys that set them.
  for (const [x, inward] of [
    [from, 1],
    [until, -1],
  ] as const) {
    context.fillRect(Math.round(x) - 1, 0, 2, height);
    context.fillRect(inward === 1 ? x : x - 0.375 * rem, 0, 0.375 * rem, 2);
    context.fillRect(inward === 1 ? x : x - 0.375 * rem, height - 2, 0.375 * rem, 2);
  }
}
