/** Where a jump lands, behind the end of the buffer: a few pictures, as on the last one it would stop at each. Seconds. */
const LANDING_SEC = 0.25;
/** Farther than this, jump; farther than that, play a little faster. */
const JUMP_BEYOND_SEC = 1;
const HURRY_BEYOND_SEC = LANDING_SEC + 0.1;
/** Nearer, a little slower: after it once ran dry it would do so at each picture, if nothing let the distance grow again. */
const LINGER_BELOW_SEC = LANDING_SEC - 0.1;
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
  const pace = behind > HURRY_BEYOND_SEC ? 1.1 : behind < LINGER_BELOW_SEC ? 0.9 : 1;
  return {
    seekTo,
    rate: seekTo === null ? pace : 1,
    removeBefore: currentTime - first.start > TRIM_BEYOND_SEC ? currentTime - KEEP_SEC : null,
  };
}
