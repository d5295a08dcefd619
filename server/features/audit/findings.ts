import type { KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AuditSeal } from '#contract/audit.ts';
import { isSealValid, linkOf } from './seal.ts';

/**
 * What is wrong with the chain, and where: numbers of entries, or of seals where the kind says so. `rewritten`: the entries
 * fit one another, but not what was sealed or kept; `truncated`: the end is gone.
 */
export type Finding = {
  kind: 'altered' | 'deleted' | 'reordered' | 'rewritten' | 'truncated' | 'seal-invalid' | 'seal-missing';
  from: number;
  to: number;
  /** Of what was reordered: where it stood. */
  origin?: number;
};

/** What is wrong with the seals of the database; the file beside it holds the same ones. */
export function sealFindings(
  seals: readonly AuditSeal[],
  filed: readonly AuditSeal[],
  keys: ReadonlyMap<string, KeyObject>,
): Finding[] {
  const findings: Finding[] = [];
  const stored = new Map(seals.map((seal) => [seal.number, seal]));
  const kept = new Map(filed.map((seal) => [seal.number, seal]));
  const most = Math.max(0, ...stored.keys(), ...kept.keys());
  for (let number = 1; number <= most; number += 1) {
    const seal = stored.get(number);
    const beside = kept.get(number);
    const before = stored.get(number - 1) ?? kept.get(number - 1) ?? null;
    if (!seal) {
      findings.push({ kind: 'seal-missing', from: number, to: number });
    } else if (
      (beside && !isDeepStrictEqual(seal, beside)) ||
      !isSealValid(seal, keys) ||
      (number > 1 ? before === null || seal.previous !== linkOf(before) : seal.previous !== linkOf(null)) ||
      seal.count !== seal.lastSeq - (before?.lastSeq ?? 0)
    ) {
      findings.push({ kind: 'seal-invalid', from: number, to: number });
    }
  }
  return findings;
}

/** A finding in plain words, for a console. */
export function wordsOf({ kind, from, to, origin }: Finding): string {
  const where = from === to ? `entry ${from}` : `entries ${from} to ${to}`;
  switch (kind) {
    case 'altered':
      return `${where}: altered, its hash is not its own`;
    case 'deleted':
      return `${where}: deleted`;
    case 'reordered':
      return `${where}: out of its place, it was written as entry ${origin}`;
    case 'rewritten':
      return `${where}: altered and hashed anew, what was sealed or follows says otherwise`;
    case 'truncated':
      return `${where}: gone from the end`;
    case 'seal-invalid':
      return `seal ${from}: not what was signed, or its key is not here`;
    case 'seal-missing':
      return `seal ${from}: gone from the database`;
  }
}
