import { computed, nextTick, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError } from '../../api/http.ts';
import { serverFieldErrors, type Checked, type FieldErrors, type FieldMessage } from './form-errors.ts';

/**
 * Sends a form: nothing leaves while a field is wrong, one sending at a time, and what the server refuses stands beside
 * its field where the server names one.
 */
export function useSubmit() {
  const { t } = useI18n();
  const busy = ref(false);
  /** What the server said, for an ErrorNotice. */
  const error = shallowRef<unknown>(null);
  const fields = shallowRef<FieldErrors>({});
  const wrongFields = computed(() => Object.keys(fields.value).length);
  /** Paths whose words have a place on the page. */
  const placed = new Set<string>();
  /** A form that words its fields itself says here which it shows. */
  const place = (path: string) => void placed.add(path);
  const wordsOf = ({ key, params }: FieldMessage) => t(`forms.${key}`, params);

  /** The words under the field of this path, or of a line in it, or of an entry by its name; empty where all of it is right. */
  function fieldText(path: string, { entries = false } = {}): string {
    const all = fields.value;
    placed.add(path);
    if (all[path]) return wordsOf(all[path]);
    const within = Object.keys(all).find((key) => (entries ? key.startsWith(`${path}.`) : lineOf(key) === path));
    if (within === undefined) return '';
    placed.add(within);
    const words = wordsOf(all[within]!);
    const name = within.slice(path.length + 1);
    return entries ? t('forms.entry', { name, words }) : t('forms.line', { n: Number(name) + 1, words });
  }

  /** Under each field what is wrong with it, once the page is drawn; what has no field there above all of them. */
  async function mark(found: FieldErrors): Promise<void> {
    placed.clear();
    fields.value = found;
    await nextTick();
    const homeless = Object.keys(found).filter((path) => !placed.has(path) && !placed.has(lineOf(path) ?? path));
    if (homeless.length > 0) {
      const details = homeless.map((path) => [path, wordsOf(found[path]!)].filter(Boolean).join(': ')).join('\n');
      error.value = new ApiError('REQUEST_INVALID', 0, details);
    }
    focusFirstWrong();
  }

  /** Gives what `send` answered, or undefined where something was wrong. */
  async function submit<T, R>(checked: Checked<T>, send: (data: T) => Promise<R>): Promise<R | undefined> {
    if (busy.value) return undefined;
    clear();
    if (checked.ok) return run(() => send(checked.data));
    void mark(checked.fields);
    return undefined;
  }

  /** The same for something without fields, e.g. removing. */
  async function run<R>(work: () => Promise<R>): Promise<R | undefined> {
    busy.value = true;
    error.value = null;
    try {
      return await work();
    } catch (cause) {
      error.value = cause;
      if (cause instanceof ApiError && cause.code === 'REQUEST_INVALID') void mark(serverFieldErrors(cause.details));
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  function clear(): void {
    error.value = null;
    fields.value = {};
  }

  return { busy, error, fields, wrongFields, fieldText, place, submit, run, clear };
}

/** The list that a line is in: `recipients` of `recipients.1`; undefined for anything else. */
const lineOf = (path: string) => /^(.+)\.\d+$/.exec(path)?.[1];

function focusFirstWrong(): void {
  document.querySelector<HTMLElement>('.is-error input, .is-error textarea, [aria-invalid="true"]')?.focus();
}
