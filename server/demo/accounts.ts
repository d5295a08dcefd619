import type { AccountInput } from '#contract/accounts.ts';
import type { GrantScope } from '#contract/grants.ts';

const everywhere: GrantScope = { of: 'everything' };

/** Accounts that exist only in the demo, which listens on this machine alone. */
export const demoAccounts = {
  administrator: {
    username: 'admin',
    displayName: '系统管理员',
    password: 'hallwatch-admin',
    grants: [{ role: 'administrator', scope: everywhere }],
  },
  supervisor: {
    username: 'supervisor',
    displayName: '监察员 陈晓',
    password: 'hallwatch-watch',
    grants: [{ role: 'supervisor', scope: everywhere }],
  },
  manager: {
    username: 'manager',
    displayName: '大厅主任 林芳',
    password: 'hallwatch-hall',
    grants: [{ role: 'hall-manager', scope: { of: 'hall', id: 'zhongxin' } }],
  },
  /** Sees one district, to show what the others are to him: nothing. */
  district: {
    username: 'linjiang',
    displayName: '临江区监察员 周舟',
    password: 'hallwatch-linjiang',
    grants: [{ role: 'supervisor', scope: { of: 'region', id: 'linjiang' } }],
  },
} satisfies Record<string, AccountInput>;
