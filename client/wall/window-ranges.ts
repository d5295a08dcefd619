import type { Window } from '#contract/places.ts';

/** The labels of some windows of a hall, neighbours drawn together: "01–06 08". Windows stand in the order of the hall. */
export function windowRanges(windows: readonly Window[], ids: readonly string[]): string {
  const runs: string[][] = [];
  let before = false;
  for (const { id, label } of windows) {
    const seen = ids.includes(id);
    if (seen && before) runs.at(-1)!.push(label);
    else if (seen) runs.push([label]);
    before = seen;
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run.join(' '))).join(' ');
}
