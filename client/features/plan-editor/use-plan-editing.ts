import { computed, shallowRef } from 'vue';
import type { PlanShape } from '#contract/places.ts';
import * as history from './history.ts';
import { gridStep, moveBy, placeOf, remove, type Picked, type PlanDraft } from './plan-draft.ts';

/** `select` takes things in hand; the others draw a shape of that kind; `put` puts what is in hand where one clicks. */
export type Tool = 'select' | 'put' | PlanShape['kind'];

/** The state of the editor: the draft and its history, the tool, what is in hand. */
export function usePlanEditing(initial: PlanDraft) {
  const steps = shallowRef(history.begin(initial));
  const saved = shallowRef(initial);
  /** While something is dragged: what it would become. */
  const preview = shallowRef<PlanDraft | null>(null);
  const tool = shallowRef<Tool>('select');
  const picked = shallowRef<Picked | null>(null);
  const draft = computed(() => preview.value ?? steps.value.now);

  function commit(next: PlanDraft): void {
    preview.value = null;
    steps.value = history.step(steps.value, next);
  }

  function go(to: typeof history.undo): void {
    preview.value = null;
    picked.value = null;
    steps.value = to(steps.value);
  }

  function pick(what: Picked | null): void {
    picked.value = what;
    tool.value = what && what.what !== 'shape' && !placeOf(draft.value, what) ? 'put' : 'select';
  }

  function removePicked(): void {
    if (!picked.value) return;
    commit(remove(draft.value, picked.value));
    picked.value = null;
  }

  /** By so many steps of the grid. */
  function nudge(x: number, y: number): void {
    const step = gridStep(draft.value.plan);
    if (picked.value) commit(moveBy(draft.value, picked.value, { x: x * step, y: y * step }));
  }

  return {
    draft,
    preview,
    tool,
    picked,
    pick,
    commit,
    nudge,
    removePicked,
    undo: () => go(history.undo),
    redo: () => go(history.redo),
    canUndo: computed(() => steps.value.past.length > 0),
    canRedo: computed(() => steps.value.future.length > 0),
    saved: computed(() => saved.value),
    dirty: computed(() => steps.value.now !== saved.value),
    markSaved: () => (saved.value = steps.value.now),
  };
}

export type PlanEditing = ReturnType<typeof usePlanEditing>;
