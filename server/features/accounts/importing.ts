import { AccountInput, type ImportedAccount } from '#contract/accounts.ts';
import { AppError } from '#lib/app-error.ts';
import type { AccountsService } from './service.ts';

/** Adds accounts row by row, in their order, and says of each what became of it. */
export async function importAccounts(
  accounts: Pick<AccountsService, 'add'>,
  rows: readonly unknown[],
  by: string,
): Promise<ImportedAccount[]> {
  const answers: ImportedAccount[] = [];
  for (const row of rows) {
    const parsed = AccountInput.safeParse(row);
    const username = usernameIn(row);
    if (!parsed.success) {
      answers.push({ username, refused: { code: 'REQUEST_INVALID', detail: wordsOf(parsed.error.issues) } });
      continue;
    }
    try {
      await accounts.add(parsed.data, by);
      answers.push({ username, refused: null });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      answers.push({ username, refused: { code: error.code, detail: wordsOf(error.details) } });
    }
  }
  return answers;
}

function usernameIn(row: unknown): string | null {
  const { username } = (row ?? {}) as { username?: unknown };
  return typeof username === 'string' ? username.slice(0, 64) : null;
}

/** Details of an error for people: the fields that are wrong, or what it is about. */
function wordsOf(details: unknown): string {
  if (!Array.isArray(details)) return typeof details === 'string' ? details : '';
  const wrong = details as { path: PropertyKey[] | string; message: string }[];
  return wrong.map(({ path, message }) => `${[path].flat().join('.')}: ${message}`).join('; ');
}
