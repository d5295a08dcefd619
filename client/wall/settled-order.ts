import { onBeforeUnmount, onMounted, shallowRef, watchEffect, type Ref } from 'vue';

/** Puts known ids where they stood and new ones where the fresh order has them; gone ones leave. */
export function keepOrder(shown: readonly string[], fresh: readonly string[]): string[] {
  const wanted = new Set(fresh);
  const kept = shown.filter((id) => wanted.has(id));
  const known = new Set(kept);
  for (const [index, id] of fresh.entries()) if (!known.has(id)) kept.splice(Math.min(index, kept.length), 0, id);
  return kept;
}

/**
 * An order that does not change under the hand: while the pointer or the keyboard focus is in the list, rows stay where
 * they are, and settle into the fresh order afterwards.
 */
export function useSettledOrder(list: Readonly<Ref<HTMLElement | null>>, fresh: () => string[]): Ref<string[]> {
  let shown: string[] = [];
  const order = shallowRef(shown);
  const busy = shallowRef(false);

  function judge(): void {
    const element = list.value;
    busy.value = element !== null && (element.matches(':hover') || element.matches(':focus-within'));
  }

  const watched = ['pointerenter', 'pointerleave', 'focusin', 'focusout'] as const;
  // A focus that moves within the list leaves and enters; look when it has arrived.
  const soon = () => void setTimeout(judge);
  let element: HTMLElement | null = null;
  onMounted(() => {
    element = list.value;
    watched.forEach((name) => element?.addEventListener(name, soon));
  });
  onBeforeUnmount(() => watched.forEach((name) => element?.removeEventListener(name, soon)));

  watchEffect(() => {
    const wanted = fresh();
    shown = busy.value ? keepOrder(shown, wanted) : wanted;
    order.value = shown;
  });
  return order;
}
