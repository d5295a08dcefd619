import { dateOf, timeOfDay } from '../../../i18n/time.ts';
import { zoneOffset } from '../zone-time.ts';
import { spanOf, toX, type View } from './time-scale.ts';

export interface Tick {
  at: number;
  x: number;
  /** Empty for the strokes between. */
  label: string;
  /** A day begins here. */
  day: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From one label to the next, and into how many parts that is divided by strokes. */
const steps: readonly [step: number, parts: number][] = [
  [200, 4],
  [500, 5],
  [SECOND, 5],
  [2 * SECOND, 4],
  [5 * SECOND, 5],
  [10 * SECOND, 5],
  [30 * SECOND, 6],
  [MINUTE, 6],
  [2 * MINUTE, 4],
  [5 * MINUTE, 5],
  [10 * MINUTE, 5],
  [30 * MINUTE, 6],
  [HOUR, 6],
  [2 * HOUR, 4],
  [3 * HOUR, 3],
  [6 * HOUR, 6],
  [12 * HOUR, 4],
  [DAY, 4],
  [2 * DAY, 2],
  [7 * DAY, 7],
];

function labelOf(at: number, step: number, timeZone: string, day: boolean): string {
  if (day) return dateOf(at, timeZone).slice(5);
  const time = timeOfDay(at, timeZone);
  if (step < SECOND) return `${time.slice(3)}.${(at % 1000) / 100}`;
  return step < MINUTE ? time : time.slice(0, 5);
}

/**
 * The strokes of a ruler, with labels that are at least `room` px apart, on the clock of the zone: noon stands at 12:00
 * whatever the offset.
 */
export function ticks(view: View, width: number, timeZone: string, room: number): Tick[] {
  if (width <= 0) return [];
  const pxPerMs = width / spanOf(view);
  const [step, parts] = steps.find(([ms]) => ms * pxPerMs >= room) ?? steps.at(-1)!;
  const small = step / parts;
  const found: Tick[] = [];
  // Of the local clock; the offset may change within the view.
  const first = Math.floor((view.from + zoneOffset(view.from, timeZone)) / small) * small;
  const count = Math.ceil(spanOf(view) / small) + 2;
  const offsets = [zoneOffset(view.from, timeZone), zoneOffset(view.until, timeZone)] as const;
  const fixed = offsets[0] === offsets[1] ? offsets[0] : null;
  for (let i = 0; i < count; i += 1) {
    const local = first + i * small;
    const at = local - (fixed ?? zoneOffset(local - offsets[0], timeZone));
    const x = toX(view, width, at);
    if (x < 0 || x > width) continue;
    const day = local % DAY === 0;
    const labelled = local % step === 0;
    found.push({ at, x, label: labelled ? labelOf(at, step, timeZone, day) : '', day });
  }
  return found;
}
