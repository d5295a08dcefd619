import { computed, nextTick, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError } from '../../api/http.ts';
import { serverFieldErrors, type Checked, type FieldErrors } from './form-errors.ts';

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

  /** The words under the field of this path; empty where it is right. */
  function fieldText(path: string): string {
    const message = fields.value[path];
    return message === undefined ? '' : t(`forms.${message.key}`, message.params);
  }

  /** Gives what `send` answered, or undefined where something was wrong. */
  async function submit<T, R>(checked: Checked<T>, send: (data: T) => Promise<R>): Promise<R | undefined> {
    if (busy.value) return undefined;
    error.value = null;
    fields.value = checked.ok ? {} : checked.fields;
    if (!checked.ok) {
      void nextTick(focusFirstWrong);
      return undefined;
    }
    return run(() => send(checked.data));
  }

  /** The same for something without fields, e.g. removing. */
  async function run<R>(work: () => Promise<R>): Promise<R | undefined> {
    busy.value = true;
    error.value = null;
    try {
      return await work();
    } catch (cause) {
      error.value = cause;
      if (cause instanceof ApiError && cause.code === 'REQUEST_INVALID') {
        fields.value = serverFieldErrors(cause.details);
        void nextTick(focusFirstWrong);
      }
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  function clear(): void {
    error.value = null;
    fields.value = {};
  }

  return { busy, error, fields, wrongFields, fieldText, submit, run, clear };
}

function focusFirstWrong(): void {
  document.querySelector<HTMLElement>('.is-error input, .is-error textarea, [aria-invalid="true"]')?.focus();
}
