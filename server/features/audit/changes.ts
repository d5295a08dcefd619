import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AuditedChange } from '#contract/audit.ts';

const MOST_CHANGES = 40;
const VALUE_LIMIT = 400;
const DEEPEST = 4;

/** What differs, field by field; of long values their size and SHA-256. `null` for what was not or is no more. */
export function changesOf(before: unknown, after: unknown): { changes: AuditedChange[]; more: number } {
  const all = [...differences('', before ?? null, after ?? null, 0)];
  return { changes: all.slice(0, MOST_CHANGES), more: Math.max(0, all.length - MOST_CHANGES) };
}

function* differences(path: string, before: unknown, after: unknown, depth: number): Generator<AuditedChange> {
  if (isDeepStrictEqual(before, after)) return;
  if (depth === DEEPEST || !isPlain(before) || !isPlain(after)) {
    yield { path, before: bounded(before), after: bounded(after) };
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* differences(path === '' ? key : `${path}.${key}`, before[key] ?? null, after[key] ?? null, depth + 1);
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Something new or gone is told whole, as far as it is short. */
export function bounded(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length <= VALUE_LIMIT) return value;
  if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, bounded(each)]));
  return { bytes: Buffer.byteLength(text), sha256: hash('sha256', text) };
}
