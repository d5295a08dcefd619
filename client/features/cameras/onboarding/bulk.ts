/** How one of many fared. `known`: it was there already. `stopped`: not tried, as the password is probably wrong. */
export type Outcome =
  { state: 'waiting' | 'adding' | 'added' | 'known' | 'stopped' } | { state: 'failed'; error: unknown };

export interface BulkOptions<T> {
  items: readonly T[];
  /** Items of one group are signed in to with the same account. */
  groupOf: (item: T) => string;
  add: (item: T) => Promise<unknown>;
  isRefusal: (error: unknown) => boolean;
  isKnown: (error: unknown) => boolean;
  onOutcome: (item: T, outcome: Outcome) => void;
}

const LANES = 4;
/** A password that three cameras refused is wrong, and the others would count it against us. */
const REFUSALS = 3;

/** Adds many, each once: one after the other until a password has proven right, then four at a time. Never rejects. */
export async function addAll<T>(options: BulkOptions<T>): Promise<void> {
  for (const group of Map.groupBy(options.items, options.groupOf).values()) await addGroup(group, options);
}

async function addGroup<T>(items: readonly T[], options: BulkOptions<T>): Promise<void> {
  const { add, isRefusal, isKnown, onOutcome } = options;
  let [proven, refusals] = [false, 0];
  const one = async (item: T) => {
    if (refusals >= REFUSALS) return onOutcome(item, { state: 'stopped' });
    onOutcome(item, { state: 'adding' });
    try {
      await add(item);
      proven = true;
      onOutcome(item, { state: 'added' });
    } catch (error) {
      if (isRefusal(error)) refusals += 1;
      onOutcome(item, isKnown(error) ? { state: 'known' } : { state: 'failed', error });
    }
  };
  let next = 0;
  while (next < items.length && !proven) await one(items[next++]!);
  const lane = async () => {
    while (next < items.length) await one(items[next++]!);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
