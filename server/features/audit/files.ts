import { join } from 'node:path';
import { HeadFile } from './head-file.ts';
import { SealFile } from './seal-file.ts';
import { SealKeys } from './seal-keys.ts';

/** What the audit keeps outside the database: keys, seals and the end of the chain. */
export function auditFiles(folder: string) {
  return {
    keys: new SealKeys(folder),
    seals: new SealFile(join(folder, 'seals.jsonl')),
    head: new HeadFile(join(folder, 'head')),
  };
}

export type AuditFiles = ReturnType<typeof auditFiles>;
