import type { SealPurpose } from '#lib/secret-box.ts';

/** Where what is sealed is kept, and what it was sealed for, as SQL: it opens for nothing else. */
interface SealedColumn {
  table: string;
  column: string;
  context: string;
}

/** All that a change of the key seals anew. Null: it lives in a cookie, for minutes. */
export const sealedColumns: Record<SealPurpose, SealedColumn | null> = {
  'alert outputs': { table: 'alert_output', column: 'secret', context: 'id' },
  'camera passwords': { table: 'camera', column: 'password_sealed', context: 'id' },
  'contact of a citizen': { table: 'matter', column: 'contact', context: 'id' },
  'exchange key': { table: 'exchange_source', column: 'key_sealed', context: 'id' },
  'footage stores': { table: 'footage_volume', column: 'store_secret_key', context: 'id' },
  'identity errand': null,
  'identity provider': { table: 'identity_provider', column: 'secret_sealed', context: "'identity provider'" },
  'second factor': { table: 'account_totp', column: 'secret_sealed', context: 'username' },
};
