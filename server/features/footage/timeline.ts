import type { ProfileRole } from '#contract/cameras.ts';
import {
  GAPS_WITHIN_RUNS,
  type CameraMark,
  type CameraTimeline,
  type GapCause,
  type TimelineMark,
} from '#contract/footage.ts';
import { clip, coarsened, union, without, type Span } from './spans.ts';

/** What a camera's timeline is made of. Epoch ms; from whichever stream it was recorded. */
export interface TimelineRows {
  role: ProfileRole;
  /** Runs, and the segments that are being written. */
  footage: Span[];
  gaps: (Span & { cause: GapCause; detail: string | null })[];
  holds: Span[];
}

interface Piece extends Span {
  /** Null: there is footage. */
  gap: { cause: GapCause; detail: string | null } | null;
}

/** What of a span is footage and what is not, with what is held. */
export function timelineOf(
  rows: TimelineRows,
  span: Span,
  resolutionMs: number,
): Omit<CameraTimeline, 'cameraId' | 'marks'> {
  const lost = union(rows.gaps.filter(({ cause }) => GAPS_WITHIN_RUNS.includes(cause)));
  const footage = union(rows.footage).flatMap((run) => without(run, lost));
  const pieces: Piece[] = footage.map((there) => ({ ...there, gap: null }));
  // where there is footage, that holds
  let told = footage;
  for (const { cause, detail, ...gap } of rows.gaps) {
    pieces.push(...without(gap, told).map((rest) => ({ ...rest, gap: { cause, detail } })));
    told = union([...told, gap]);
  }
  pieces.sort((a, b) => a.from - b.from);
  const shown = coarsened(clip(pieces, span), resolutionMs, (a, b) => a.gap?.cause === b.gap?.cause);
  const holds = union(rows.holds);
  return {
    role: rows.role,
    footage: shown
      .filter(({ gap }) => gap === null)
      .flatMap((piece) => [
        ...without(piece, holds).map((free) => ({ ...instants(free), held: false })),
        ...clip(holds, piece).map((held) => ({ ...instants(held), held: true })),
      ])
      .sort((a, b) => (a.from < b.from ? -1 : 1)),
    gaps: shown.flatMap(({ gap, ...piece }) => (gap ? [{ ...instants(piece), ...gap }] : [])),
  };
}

/**
 * Until when a gap goes whose row says that it lasts. What is being written began behind it, and ends it before its row
 * says so: rows follow pictures by some hundred ms, or by as long as the database is away.
 */
export function endOfLasting(from: number, growing: readonly Span[], now: number): number {
  return Math.min(Math.max(now, from), ...growing.map((segment) => segment.from).filter((began) => began >= from));
}

/** By camera, in order; of marks of one kind and name that begin nearer to each other than a pixel, the first. */
export function marksByCamera(marks: readonly CameraMark[], resolutionMs: number): Map<string, TimelineMark[]> {
  const byCamera = new Map<string, TimelineMark[]>();
  const lastAt = new Map<string, number>();
  const inOrder = marks.map((mark) => ({ mark, at: Date.parse(mark.from) })).sort((a, b) => a.at - b.at);
  for (const { mark, at } of inOrder) {
    const { cameraId, ...shown } = mark;
    const key = `${cameraId}|${mark.kind}|${mark.severity}`;
    const isNear = at - (lastAt.get(key) ?? -Infinity) < resolutionMs;
    // what somebody wrote by hand is never left out
    if (isNear && mark.kind !== 'bookmark') continue;
    lastAt.set(key, at);
    const list = byCamera.get(cameraId);
    if (list) list.push(shown);
    else byCamera.set(cameraId, [shown]);
  }
  return byCamera;
}

function instants({ from, until }: Span): { from: string; until: string } {
  return { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
}
