/** Behind the end of the buffer: farther than this, jump; farther than that, play a little faster. Seconds. */
const JUMP_BEYOND_SEC = 1;
const HURRY_BEYOND_SEC = 0.35;
/** Where a jump lands: a few pictures before the end. On the last one it would stand still until more than one is there. */
const LANDING_SEC = 0.25;
/** The end of the buffer is not known to the last picture: only beyond this the playhead is past it. */
const PAST_END_SEC = 0.08;
/** Kept behind the playhead, and how much may gather before it is trimmed. */
const KEEP_SEC = 2;
const TRIM_BEYOND_SEC = 6;

export interface TimeRange {
  start: number;
  end: number;
}

export interface Chase {
  seekTo: number | null;
  rate: number;
  /** Everything before this second may go; null while there is little. */
  removeBefore: number | null;
}

/** How a live tile stays live on Media Source Extensions: given where it plays and what is buffered, what to do. */
export function chase(currentTime: number, buffered: readonly TimeRange[]): Chase {
  const last = buffered.at(-1);
  const first = buffered[0];
  if (!first || !last) return { seekTo: null, rate: 1, removeBefore: null };
  const behind = last.end - currentTime;
  // Before the last range (a gap, or the very start) or past its end: nothing will ever play there.
  const outside = currentTime < last.start || behind < -PAST_END_SEC;
  const seekTo = outside || behind > JUMP_BEYOND_SEC ? Math.max(last.start, last.end - LANDING_SEC) : null;
  return {
    seekTo,
    rate: seekTo === null && behind > HURRY_BEYOND_SEC ? 1.1 : 1,
    removeBefore: currentTime - first.start > TRIM_BEYOND_SEC ? currentTime - KEEP_SEC : null,
  };
}
