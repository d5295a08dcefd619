import type { MatterActName, MatterKind, MatterState } from '#contract/matter-kinds.ts';

/** The three lists of matters and what is in each. */
export type MatterWords = 'orders' | 'voices' | 'reviews';

export const kindsOf: Readonly<Record<MatterWords, readonly MatterKind[]>> = {
  orders: ['order'],
  voices: ['complaint', 'enquiry'],
  reviews: ['review'],
};

export function wordsOf(kind: MatterKind): MatterWords {
  return (Object.keys(kindsOf) as MatterWords[]).find((words) => kindsOf[words].includes(kind))!;
}

/** The key of a state's words: an enquiry that came is to be answered, and nobody accepts it. */
export function stateKey(kind: MatterKind, state: MatterState): string {
  return `matters.states.${kind === 'enquiry' && state === 'registered' ? 'received' : state}`;
}

/** The key of an act's words, offered or done: a complaint is accepted otherwise than a feedback. */
export function actKey(kind: MatterKind, act: MatterActName, how: 'act' | 'did' = 'act'): string {
  return `matters.${how}.${kind === 'complaint' && act === 'accept' ? 'take-up' : act}`;
}
