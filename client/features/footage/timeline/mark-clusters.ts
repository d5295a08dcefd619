import type { Severity } from '#contract/ids.ts';
import type { TimelineMark } from '#contract/footage.ts';
import { toX, type View } from './time-scale.ts';

/** Marks of one kind that would lie on each other, drawn as one. */
export interface MarkCluster {
  kind: TimelineMark['kind'];
  x: number;
  /** To where the longest of them lasts; null where none does. */
  untilX: number | null;
  /** The worst of them. */
  severity: Severity | null;
  marks: TimelineMark[];
}

const rank: Record<Severity, number> = { blue: 1, yellow: 2, red: 3 };
export const worse = (a: Severity | null, b: Severity | null): Severity | null =>
  (a === null ? 0 : rank[a]) >= (b === null ? 0 : rank[b]) ? a : b;

/** By kind and from left to right; those of a kind are at least `room` px apart. */
export function clusters(marks: readonly TimelineMark[], view: View, width: number, room: number): MarkCluster[] {
  const last = new Map<TimelineMark['kind'], MarkCluster>();
  const found: MarkCluster[] = [];
  const byTime = [...marks].sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  for (const mark of byTime) {
    const from = toX(view, width, Date.parse(mark.from));
    const until = mark.until === null ? from : toX(view, width, Date.parse(mark.until));
    if (until < 0 || from > width) continue;
    const x = Math.max(0, from);
    const untilX = until > from ? Math.min(width, until) : null;
    const before = last.get(mark.kind);
    if (before && x - before.x < room) {
      before.marks.push(mark);
      before.severity = worse(before.severity, mark.severity);
      if (untilX !== null) before.untilX = Math.max(before.untilX ?? 0, untilX);
      continue;
    }
    const cluster: MarkCluster = { kind: mark.kind, x, untilX, severity: mark.severity, marks: [mark] };
    last.set(mark.kind, cluster);
    found.push(cluster);
  }
  return found;
}

/** The cluster nearest to `x`, within `reach` px; those that lie on top win. */
export function clusterAt(all: readonly MarkCluster[], x: number, reach: number): MarkCluster | null {
  let best: MarkCluster | null = null;
  for (const cluster of all) {
    const distance = Math.abs(cluster.x - x);
    if (distance <= reach && (best === null || distance <= Math.abs(best.x - x))) best = cluster;
  }
  return best;
}
