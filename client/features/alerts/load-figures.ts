import type { AlertLoad } from '#contract/alert-load.ts';
import { spanText } from '../../i18n/time.ts';

/** A figure of the load with what it should be, and whether it is not so. */
export interface LoadFigure {
  key: 'calls' | 'rate' | 'flood' | 'acknowledge' | 'clear' | 'unseen' | 'chattering' | 'fleeting' | 'stale';
  text: string;
  aim: string | null;
  off: boolean;
}

/** What one person can handle (EEMUA 191): one call in ten minutes is acceptable, two are the most. */
const MOST_PER_TEN_MINUTES = 2;
const MOST_FLOOD = 0.01;

/** In the order in which they are read: how much, how fast, and what should not be. */
export function loadFigures(load: AlertLoad): LoadFigure[] {
  const { calls, callsPerTenMinutes, floodShare, acknowledgeSec, clearSec, unseen, chattering, fleeting, stale } = load;
  const time = ({ median, p90 }: AlertLoad['clearSec']) =>
    median === null || p90 === null ? '–' : `${spanText(median * 1000)} / ${spanText(p90 * 1000)}`;
  const plain = (key: LoadFigure['key'], text: string): LoadFigure => ({ key, text, aim: null, off: false });
  const none = (key: LoadFigure['key'], count: number): LoadFigure => ({
    key,
    text: String(count),
    aim: '0',
    off: count > 0,
  });
  return [
    plain('calls', String(calls)),
    {
      ...{ key: 'rate', text: callsPerTenMinutes.toFixed(2), aim: `≤ 1, < ${MOST_PER_TEN_MINUTES}` },
      off: callsPerTenMinutes >= MOST_PER_TEN_MINUTES,
    },
    { key: 'flood', text: `${(floodShare * 100).toFixed(1)} %`, aim: '< 1 %', off: floodShare >= MOST_FLOOD },
    plain('acknowledge', time(acknowledgeSec)),
    plain('clear', time(clearSec)),
    plain('unseen', String(unseen)),
    none('chattering', chattering),
    none('fleeting', fleeting),
    none('stale', stale),
  ];
}
