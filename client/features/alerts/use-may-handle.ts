import { computed } from 'vue';
import { useSession } from '../../api/session.ts';

/** Whether who sits here may do something with alerts; everyone else looks on. */
export function useMayHandle() {
  const session = useSession();
  return computed(() => session.may('alert.handle'));
}
