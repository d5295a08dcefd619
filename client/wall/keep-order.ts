/** Puts known ids where they stood and new ones where the fresh order has them; gone ones leave. */
export function keepOrder(shown: readonly string[], fresh: readonly string[]): string[] {
  const wanted = new Set(fresh);
  const kept = shown.filter((id) => wanted.has(id));
  const known = new Set(kept);
  for (const [index, id] of fresh.entries()) if (!known.has(id)) kept.splice(Math.min(index, kept.length), 0, id);
  return kept;
}
