import { onBeforeUnmount, onMounted } from 'vue';
import { useI18n } from 'vue-i18n';
import { onBeforeRouteLeave } from 'vue-router';
import { confirmed } from './confirm.ts';

/**
 * Of a page on which something may be not saved yet: nobody leaves it, nor closes it, without being asked. Returns whether
 * what is there may be given up, for whoever goes on to something else on the page itself.
 */
export function useUnsaved(dirty: () => boolean | undefined): () => Promise<boolean> {
  const { t } = useI18n();
  const mayLeave = async () => !dirty() || confirmed(t, 'forms.discard', 'forms.leaveUnsaved');
  const warn = (event: BeforeUnloadEvent) => void (dirty() && event.preventDefault());
  onBeforeRouteLeave(mayLeave);
  onMounted(() => window.addEventListener('beforeunload', warn));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn));
  return mayLeave;
}
