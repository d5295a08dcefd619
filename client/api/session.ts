import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { Session, SetupState, SignedOut, type Account } from '#contract/accounts.ts';
import type { Duty } from '#contract/grants.ts';
import type { Permission } from '#contract/permissions.ts';
import { api, ApiError, whenSignedOut } from './http.ts';

/** Who sits in front of this screen. */
export const useSession = defineStore('session', () => {
  const account = shallowRef<Account | null>(null);
  const duties = shallowRef<readonly Duty[]>([]);
  const loaded = shallowRef(false);
  /** No account exists yet: the first administrator must be created. */
  const setupRequired = shallowRef(false);
  /** Nothing but the manager of halls: his work begins at his desk. */
  const isManager = computed(
    () => duties.value.length > 0 && duties.value.every(({ role }) => role === 'hall-manager'),
  );

  /** Whether we may do this, in a hall or anywhere. The server decides; pages hide what it would refuse. */
  function may(permission: Permission, hallId?: string): boolean {
    return duties.value.some(
      ({ permissions, hallIds }) =>
        permissions.includes(permission) && (hallId === undefined || hallIds === null || hallIds.includes(hallId)),
    );
  }

  whenSignedOut(() => {
    account.value = null;
  });

  /** Asks the server who we are; throws an `ApiError` only where it cannot be asked. */
  async function load(): Promise<void> {
    try {
      adopt(await api.get('/api/session', Session));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      account.value = null;
      setupRequired.value = (await api.get('/api/setup', SetupState)).required;
    }
    loaded.value = true;
  }

  /** Throws `SIGN_IN_FAILED`, `RATE_LIMITED`, or `SECOND_FACTOR_REQUIRED` and `SECOND_FACTOR_WRONG`. */
  async function signIn(username: string, password: string, code?: string): Promise<void> {
    adopt(await api.post('/api/session', { username, password, code }, Session));
  }

  async function signOut(): Promise<void> {
    const { goOnAt } = await api.delete('/api/session', SignedOut);
    if (goOnAt !== null) return location.assign(goOnAt);
    account.value = null;
  }

  /** Takes over a session that was opened by another request, such as the set-up of the first administrator. */
  function adopt(session: Session): void {
    account.value = session.account;
    duties.value = session.duties;
    setupRequired.value = false;
    loaded.value = true;
  }

  return { account, loaded, setupRequired, duties, isManager, may, load, signIn, signOut, adopt };
});
