import { onBeforeUnmount, onMounted } from 'vue';

/** What a key does on the page; true where it was meant for it. */
export interface KeyActions {
  toggle(): void;
  step(direction: 1 | -1): void;
  skip(ms: number): void;
  run(direction: 1 | -1): void;
  pause(): void;
  zoom(factor: number): void;
  home(): void;
  live(): void;
  next(): void;
  bookmark(): void;
  from(): void;
  until(): void;
  choose(index: number): void;
  enlarge(): void;
  back(): void;
  snapshot(): void;
  full(): void;
  help(): void;
}

const ZOOM = 1.5;

/** The action of a key as it is pressed; null for keys that mean nothing here. Pure, so that the table can be tested. */
export function actionOf({
  key,
  shiftKey,
}: {
  key: string;
  shiftKey: boolean;
}): ((actions: KeyActions) => void) | null {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case ' ':
      return (a) => a.toggle();
    case 'ArrowLeft':
      return (a) => (shiftKey ? a.skip(-10_000) : a.step(-1));
    case 'ArrowRight':
      return (a) => (shiftKey ? a.skip(10_000) : a.step(1));
    case 'j':
      return (a) => a.run(-1);
    case 'k':
      return (a) => a.pause();
    case 'l':
      return (a) => a.run(1);
    case '+':
    case '=':
      return (a) => a.zoom(1 / ZOOM);
    case '-':
      return (a) => a.zoom(ZOOM);
    case 'Home':
      return (a) => a.home();
    case 'End':
      return (a) => a.live();
    case 'n':
      return (a) => a.next();
    case 'b':
      return (a) => a.bookmark();
    case '[':
      return (a) => a.from();
    case ']':
      return (a) => a.until();
    case 'Enter':
      return (a) => a.enlarge();
    case 'Escape':
      return (a) => a.back();
    case 's':
      return (a) => a.snapshot();
    case 'f':
      return (a) => a.full();
    case '?':
      return (a) => a.help();
    default:
      return /^[1-9]$/.test(key) ? (a) => a.choose(Number(key) - 1) : null;
  }
}

/** Keys of fields and buttons stay their own. */
function isTheirs({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches('input:not([type=checkbox]), textarea, select')) return true;
  return (key === ' ' || key === 'Enter') && target.matches('button, a, input, summary, label');
}

export function useKeys(actions: KeyActions): void {
  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || isTheirs(event)) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    action(actions);
  }
  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => document.removeEventListener('keydown', onKey));
}
