import { computed, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { Session, SetupState, type Account } from '#contract/accounts.ts';
import { rolePermissions, type Permission } from '#contract/permissions.ts';
import { api, ApiError, whenSignedOut } from './http.ts';

/** Who sits in front of this screen. */
export const useSession = defineStore('session', () => {
  const account = shallowRef<Account | null>(null);
  const loaded = shallowRef(false);
  /** No account exists yet: the first administrator must be created. */
  const setupRequired = shallowRef(false);
  /** May look around with cameras that move. */
  const maySteer = computed(() => account.value?.role === 'supervisor' || account.value?.role === 'administrator');
  /** Whether to show what needs this permission; the server decides anew. */
  const may = (permission: Permission): boolean =>
    account.value !== null && rolePermissions[account.value.role].has(permission);
  const isAdministrator = computed(() => account.value?.role === 'administrator');

  whenSignedOut(() => {
    account.value = null;
  });

  /** Asks the server who we are; throws an `ApiError` only where it cannot be asked. */
  async function load(): Promise<void> {
    try {
      account.value = (await api.get('/api/session', Session)).account;
      setupRequired.value = false;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      account.value = null;
      setupRequired.value = (await api.get('/api/setup', SetupState)).required;
    }
    loaded.value = true;
  }

  /** Throws `SIGN_IN_FAILED` or `RATE_LIMITED`. */
  async function signIn(username: string, password: string): Promise<void> {
    adopt(await api.post('/api/session', { username, password }, Session));
  }

  async function signOut(): Promise<void> {
    await api.delete('/api/session');
    account.value = null;
  }

  /** Takes over a session that was opened by another request, such as the set-up of the first administrator. */
  function adopt(session: Session): void {
    account.value = session.account;
    setupRequired.value = false;
    loaded.value = true;
  }

  return { account, loaded, setupRequired, isAdministrator, maySteer, may, load, signIn, signOut, adopt };
});
