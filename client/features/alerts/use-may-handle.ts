import { computed } from 'vue';
import { rolePermissions } from '#contract/permissions.ts';
import { useSession } from '../../api/session.ts';

/** Whether who sits here may do something with alerts; everyone else looks on. */
export function useMayHandle() {
  const session = useSession();
  return computed(() => {
    const role = session.account?.role;
    return role !== undefined && rolePermissions[role].has('alert.handle');
  });
}
