import type { ProfileRole } from '#contract/cameras.ts';
import { GAPS_WITHIN_RUNS, type GapCause } from '#contract/footage.ts';
import type { CoverageDay, WindowCoverageDay } from '#contract/storage.ts';
import type { Opening } from './opening.ts';
import { intersect, seconds, subtract, union, type Span } from './spans.ts';

/** What is known of one stream in a span: when it was recorded, and why not. */
export interface StreamRecord {
  cameraId: string;
  role: ProfileRole;
  runs: Span[];
  gaps: (Span & { cause: GapCause })[];
  /** ISO 8601; of all footage that is kept. */
  oldestAt: string | null;
}

export interface DayOfHall {
  hallId: string;
  /** In the hall's time zone. */
  day: string;
  opening: Opening;
}

/** When there is footage of a stream. */
export function footageOf({ runs, gaps }: StreamRecord): Span[] {
  return subtract(union(runs), union(gaps.filter(({ cause }) => GAPS_WITHIN_RUNS.includes(cause))));
}

/** How much of the opening hours a stream was recorded, and why the rest was not. Every open second counts once. */
export function cameraCoverage({ hallId, day, opening }: DayOfHall, stream: StreamRecord): CoverageDay {
  const open = opening.hall;
  const recorded = intersect(open, footageOf(stream));
  let missing = subtract(open, recorded);
  const gaps: CoverageDay['gaps'] = [];
  // that something was removed later says less than why it was not recorded
  const byCause = Map.groupBy(stream.gaps, ({ cause }) => cause);
  for (const [cause, list] of [...byCause].toSorted(([a], [b]) => Number(a === 'removed') - Number(b === 'removed'))) {
    const spans = union(list);
    const lost = intersect(missing, spans);
    if (lost.length === 0) continue;
    const count = spans.filter((span) => intersect(lost, [span]).length > 0).length;
    gaps.push({ cause, seconds: seconds(lost), count });
    missing = subtract(missing, spans);
  }
  if (missing.length > 0) addTo(gaps, 'not-planned', seconds(missing), missing.length);
  const { cameraId, role, oldestAt } = stream;
  const figures = { base: opening.base, openSec: seconds(open), recordedSec: seconds(recorded) };
  return { cameraId, role, hallId, day, ...figures, gaps, oldestAt };
}

/** How much of the time that a window was open any of the streams that see it recorded. */
export function windowCoverage(
  { hallId, day, opening }: DayOfHall,
  windowId: string,
  streams: readonly StreamRecord[],
): WindowCoverageDay {
  const open = opening.windows.get(windowId) ?? opening.hall;
  const recorded = intersect(open, union(streams.flatMap(footageOf)));
  return {
    ...{ hallId, day, windowId, base: opening.base },
    cameraIds: [...new Set(streams.map(({ cameraId }) => cameraId))].sort(),
    openSec: seconds(open),
    recordedSec: seconds(recorded),
  };
}

function addTo(gaps: CoverageDay['gaps'], cause: GapCause, secondsMore: number, countMore: number): void {
  const known = gaps.find((gap) => gap.cause === cause);
  if (known) {
    known.seconds += secondsMore;
    known.count += countMore;
  } else gaps.push({ cause, seconds: secondsMore, count: countMore });
}
