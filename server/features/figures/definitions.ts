import type { FigureName } from '#contract/figures.ts';

/**
 * Every figure of a period, once: over sums of `figure_ticket` (tickets) and `figure_window` (time). What they mean in words
 * stands in contract/figures.ts; docs/figures.md says what the sums are made of.
 */
export const DEFINITIONS: Record<FigureName, string> = {
  issued: 'issued',
  called: 'called',
  started: 'started',
  completed: 'completed',
  skipped: 'skipped',
  cancelled: 'cancelled',
  averageWait: 'wait_sec / nullif(waited, 0)',
  longestWait: 'CASE WHEN waited > 0 THEN wait_max END',
  onTargetRate: 'on_target / nullif(waited, 0)',
  serviceTime: 'service_sec / nullif(served, 0)',
  noShowRate: 'skipped / nullif(called, 0)',
  abandonment: 'cancelled / nullif(issued, 0)',
  saturation: 'waiting_sec / nullif(idle_sec + calling_sec + serving_sec - empty_sec, 0)',
  utilisation: 'serving_sec / nullif(idle_sec + calling_sec + serving_sec, 0)',
  serving: 'serving_sec',
  open: 'idle_sec + calling_sec + serving_sec + paused_sec',
  paused: 'paused_sec',
  idle: 'idle_sec',
  rated: 'rated',
  badReviewRate: 'bad / nullif(rated, 0)',
  unratedRate: 'unrated / nullif(rated + unrated, 0)',
};
