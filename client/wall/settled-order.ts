import { onBeforeUnmount, onMounted, shallowRef, watchEffect, type Ref } from 'vue';
import { keepOrder } from './keep-order.ts';

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
