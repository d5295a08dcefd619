export interface SparkPoint {
  at: number;
  value: number | null;
}

/** SVG path data over a box of `width` x `height`; a missing value breaks the line. `from`..`to` is the time shown. */
export function sparklinePath(
  points: readonly SparkPoint[],
  box: { from: number; to: number; max: number; width: number; height: number },
): string {
  const top = Math.max(1, box.max);
  let drawing = false;
  let path = '';
  for (const { at, value } of points) {
    if (at < box.from || at > box.to) continue;
    if (value !== null) {
      const x = ((at - box.from) / (box.to - box.from)) * box.width;
      const y = box.height - (value / top) * box.height;
      path += `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    drawing = value !== null;
  }
  return path;
}

/** Several figures as one line: what is known of them at each instant, added up; broken where nothing is known. */
export function addedUp(points: readonly { at: string; value: number | null }[]): SparkPoint[] {
  const sums = new Map<string, number | null>();
  for (const { at, value } of points) {
    const before = sums.get(at) ?? null;
    sums.set(at, value === null ? before : (before ?? 0) + value);
  }
  return [...sums].map(([at, value]) => ({ at: Date.parse(at), value })).sort((a, b) => a.at - b.at);
}
