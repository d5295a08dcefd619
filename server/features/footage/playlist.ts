import type { FootageSegment } from '#contract/footage.ts';

export interface PlaylistOptions {
  /** Finished ones, oldest first. */
  segments: readonly FootageSegment[];
  /** More may follow. */
  growing: boolean;
  /** Stands in the address of each file; null where a session opens it. */
  token: string | null;
}

/** What a player waits for before it asks again, where nothing is there yet. */
const LEAST_TARGET_SEC = 10;

/**
 * A playlist for players of HLS (RFC 8216) over the files as they are. Addresses are relative to it. Each run has its head
 * (EXT-X-MAP) and begins after a discontinuity with its own wall clock, so that a player shows the right time behind a gap. Decode
 * times go on from run to run as the wall clock does (`later`): ffmpeg loses pictures where they begin anew.
 * The segment that is being written is left out: it comes when it is finished.
 */
export function playlistOf({ segments, growing, token }: PlaylistOptions): string {
  const seconds = segments.map(secondsOf);
  const target = Math.ceil(Math.max(LEAST_TARGET_SEC, ...seconds));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${growing ? 'EVENT' : 'VOD'}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  const origin = segments[0] ? beginOf(segments[0]) : 0;
  let later = 0;
  segments.forEach((segment, i) => {
    const before = segments[i - 1];
    const follows = before?.run === segment.run && before.number + 1 === segment.number;
    if (before && before.run !== segment.run) {
      // a clock that was set back must not set decode times back
      const least = later + before.startTicks / 90 + secondsOf(before) * 1000 - segment.startTicks / 90;
      later = Math.ceil(Math.max(beginOf(segment) - origin, least));
    }
    const query = queryOf({ later: later === 0 ? null : String(later), token });
    const address = `segments/${segment.run}/${segment.number}.mp4${query}`;
    if (before && !follows) lines.push('#EXT-X-DISCONTINUITY');
    if (before?.run !== segment.run) lines.push(`#EXT-X-MAP:URI="${address}",BYTERANGE="${segment.initBytes}@0"`);
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${segment.startedAt}`);
    lines.push(`#EXTINF:${seconds[i]!.toFixed(5)},`);
    lines.push(`#EXT-X-BYTERANGE:${segment.bytes - segment.initBytes}@${segment.initBytes}`, address);
  });
  if (!growing) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** Epoch ms at which the decode times of its run are 0. */
function beginOf({ startedAt, startTicks }: FootageSegment): number {
  return Date.parse(startedAt) - startTicks / 90;
}

function queryOf(fields: Record<string, string | null>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null) given.set(name, value);
  return given.size === 0 ? '' : `?${given}`;
}

/** By the wall clock of the segment, which is its media clock: a segment lasts until the next picture of its run. */
function secondsOf({ startedAt, endedAt }: FootageSegment): number {
  return Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}
