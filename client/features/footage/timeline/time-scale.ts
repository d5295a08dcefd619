/** The span of time that is seen, epoch ms. */
export interface View {
  from: number;
  until: number;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;
export const MIN_SPAN = 4 * SECOND;
/** The server answers up to 92 days, and half a view is asked for on either side. */
export const MAX_SPAN = 31 * DAY;

export const spanOf = ({ from, until }: View): number => until - from;
export const middleOf = ({ from, until }: View): number => (from + until) / 2;
/** Where a moment lies on `width` px; beyond both ends too. */
export const toX = (view: View, width: number, at: number): number => ((at - view.from) / spanOf(view)) * width;
export const toTime = (view: View, width: number, x: number): number => view.from + (x / width) * spanOf(view);
export const holds = ({ from, until }: View, at: number): boolean => at >= from && at <= until;

export const around = (at: number, span: number): View => ({ from: at - span / 2, until: at + span / 2 });
export const moved = ({ from, until }: View, ms: number): View => ({ from: from + ms, until: until + ms });

/** Shows `factor` times as much; the moment `at` keeps its place. */
export function zoomed(view: View, factor: number, at: number): View {
  const span = Math.min(MAX_SPAN, Math.max(MIN_SPAN, spanOf(view) * factor));
  const share = (at - view.from) / spanOf(view);
  return { from: at - span * share, until: at + span * (1 - share) };
}

/** There is nothing to see after now: a quarter of the view may lie beyond it. */
export function beforeEnd(view: View, now: number): View {
  const beyond = view.until - (now + spanOf(view) / 4);
  return beyond > 0 ? moved(view, -beyond) : view;
}

/** Where a moment has left the middle of the view, it is brought to where it has most room ahead. */
export function followed(view: View, at: number, forward: boolean): View {
  const share = (at - view.from) / spanOf(view);
  if (share >= 0.05 && share <= 0.95) return view;
  return moved(view, at - view.from - spanOf(view) * (forward ? 0.15 : 0.85));
}
