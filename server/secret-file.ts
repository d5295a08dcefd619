import { readFileSync } from 'node:fs';
import { AppError } from '#lib/app-error.ts';

/** What the file says that `NAME_FILE` names, without the line end that editors leave. Two answers are none. */
export function secretIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`]?.trim();
  if (!file) return undefined;
  if (env[name]?.trim()) throw new AppError('CONFIG_INVALID', `${name} and ${name}_FILE are both set`);
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `${name}_FILE: ${(error as Error).message}`, { cause: error });
  }
}
