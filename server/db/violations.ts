/** A constraint that the database held against a statement, as far as a caller can act on it. */
export interface Violation {
  kind: 'foreign-key' | 'unique' | 'other';
  /** The table whose rows stand in the way. */
  table: string;
  constraint: string;
}

/** Reads a violated constraint out of what `query` threw; null for every other failure. SQLSTATE class 23. */
export function violationOf(error: unknown): Violation | null {
  if (!(error instanceof Error)) return null;
  const { code, table = '', constraint = '' } = error as Error & { code?: string; table?: string; constraint?: string };
  // 23001 is how PostgreSQL reports a row that ON DELETE RESTRICT protects.
  if (code === '23503' || code === '23001') return { kind: 'foreign-key', table, constraint };
  if (code === '23505') return { kind: 'unique', table, constraint };
  return code?.startsWith('23') ? { kind: 'other', table, constraint } : null;
}
