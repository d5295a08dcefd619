import type { ViewingPolicy } from '#contract/viewing.ts';

const listeners = new Set<(policy: ViewingPolicy) => void>();

/** Hears of a policy that was changed on this page; gives back how to stop. */
export function whenPolicyChanges(hear: (policy: ViewingPolicy) => void): () => void {
  listeners.add(hear);
  return () => void listeners.delete(hear);
}

export function policyChanged(policy: ViewingPolicy): void {
  for (const hear of listeners) hear(policy);
}
