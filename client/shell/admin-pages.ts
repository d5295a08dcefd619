import type { Permission } from '#contract/permissions.ts';
import type { useSession } from '../api/session.ts';

/** The pages of administration in the order in which they are shown, and what each is for. */
export const adminPages = {
  halls: 'hall.manage',
  cameras: 'camera.manage',
  terminals: 'terminal.manage',
  adapters: 'terminal.manage',
  calendar: 'calendar.manage',
  storage: 'storage.manage',
  coverage: 'camera.manage',
  rules: 'rule.manage',
  outputs: 'rule.manage',
  accounts: 'account.manage',
  access: 'account.manage',
  audit: 'audit.read',
} as const satisfies Record<string, Permission>;

export type AdminPage = keyof typeof adminPages;

/** Those that are for who sits here. */
export function ownAdminPages({ may }: Pick<ReturnType<typeof useSession>, 'may'>): AdminPage[] {
  return (Object.keys(adminPages) as AdminPage[]).filter((page) => may(adminPages[page]));
}
