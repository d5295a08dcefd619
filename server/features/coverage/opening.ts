import type { OpeningBase } from '#contract/storage.ts';
import { union, type Span } from './spans.ts';

/** What a caller said of its window. */
export interface WindowSaid {
  windowId: string;
  /** Epoch ms. */
  at: number;
  open: boolean;
}

export interface Opening {
  base: OpeningBase;
  hall: Span[];
  /** Of each window that said something; a window that is not in it has the hours of its hall. */
  windows: ReadonlyMap<string, Span[]>;
}

/**
 * When a hall was open within a span: by its timetable; without one, when any of its windows was open by what they said,
 * in order of time; where they said nothing, all the time. A window that was never heard to close was open until its last
 * word; one that still speaks (`lasting`) until the end of the span.
 */
export function openingOf(
  span: Span,
  { timetable, said, lasting }: { timetable: Span[] | null; said: readonly WindowSaid[]; lasting: boolean },
): Opening {
  const windows = new Map<string, Span[]>();
  for (const [windowId, words] of Map.groupBy(said, (word) => word.windowId)) {
    windows.set(windowId, openSpans(words, lasting ? span.until : null));
  }
  if (timetable) return { base: 'timetable', hall: timetable, windows: new Map() };
  if (windows.size > 0) return { base: 'windows', hall: union([...windows.values()].flat()), windows };
  return { base: 'whole-day', hall: [span], windows };
}

function openSpans(words: readonly WindowSaid[], end: number | null): Span[] {
  const spans: Span[] = [];
  let since: number | null = null;
  for (const { at, open } of words) {
    if (open) since ??= at;
    else if (since !== null) {
      spans.push({ from: since, until: at });
      since = null;
    }
  }
  if (since !== null) spans.push({ from: since, until: end ?? words.at(-1)!.at });
  return union(spans);
}
