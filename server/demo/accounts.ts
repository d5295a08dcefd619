import type { AccountInput } from '#contract/accounts.ts';

/** Accounts that exist only in the demo, which listens on this machine alone. */
export const demoAccounts = {
  administrator: { username: 'admin', displayName: '系统管理员', role: 'administrator', password: 'hallwatch-admin' },
  supervisor: { username: 'supervisor', displayName: '监察员 陈晓', role: 'supervisor', password: 'hallwatch-watch' },
  manager: { username: 'manager', displayName: '大厅主任 林芳', role: 'hall-manager', password: 'hallwatch-hall' },
} as const satisfies Record<string, AccountInput>;
