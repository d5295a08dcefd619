import type { WindowLive } from '#contract/hall-state.ts';

type State = WindowLive['state'];

/** The sign of each state: with the word it carries the meaning where colour cannot. */
export const stateSign: Record<State, string> = {
  serving: '●',
  calling: '▶',
  idle: '○',
  paused: '‖',
  closed: '×',
  unknown: '?',
};
