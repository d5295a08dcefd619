const FIRST_MS = 500;
const MAX_MS = 15_000;

/** How long to wait before attempt `attempt + 1`: doubling to a limit, half of it by chance so that tiles do not come back at once. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** attempt);
  return full * (0.5 + 0.5 * random());
}
