import { appendFile, readFile } from 'node:fs/promises';
import { AuditSeal } from '#contract/audit.ts';

/** Seals beside the database, a line of JSON each: who removes them there is found by these. */
export class SealFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async append(seal: AuditSeal): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify(seal)}\n`, { mode: 0o600, flush: true });
  }

  /** In the order of their numbers; a line that was not written to its end counts as none. */
  async read(): Promise<AuditSeal[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => sealOf(line) ?? []);
  }
}

function sealOf(line: string): AuditSeal | null {
  try {
    return AuditSeal.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
