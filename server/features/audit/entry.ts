import { hash } from 'node:crypto';
import { auditActs, type AuditAct } from '#contract/audit.ts';

/** Who did something: an account where one is known, and where he sat. */
export interface AuditWho {
  account: string | null;
  /** The id of the session, or null without one. */
  session: string | null;
  address: string | null;
}

/** What is to be written down. Texts may be as long as they come: what is written is bounded. */
export interface NewEntry extends AuditWho {
  act: AuditAct;
  subjectId: string;
  hallId?: string | null;
  reason?: string | null;
  details?: Record<string, unknown>;
  /** Of what lasts, when it began; epoch ms. */
  began?: number;
  /** When it was, or ended; without it, now. Epoch ms. */
  at?: number;
}

/** An entry as it waits: texts that the database takes, with no place in the chain yet. */
export interface ReadyEntry {
  at: number;
  began: number | null;
  account: string | null;
  session: string | null;
  address: string | null;
  act: AuditAct;
  subjectKind: string;
  subjectId: string;
  hallId: string | null;
  reason: string | null;
  details: string;
}

export const DETAILS_LIMIT = 8192;
/** Enough to tell two sessions apart; with it nobody signs in. */
const SESSION_DIGITS = 12;

/** Bounded, and free of what PostgreSQL refuses: an entry that can never be written would hold up all behind it. */
export function readyEntry(entry: NewEntry, now: number): ReadyEntry {
  const { act } = entry;
  return {
    at: entry.at ?? now,
    began: entry.began ?? null,
    account: text(entry.account, 64),
    session: text(entry.session, SESSION_DIGITS),
    address: text(entry.address, 64),
    act,
    subjectKind: auditActs[act],
    subjectId: text(entry.subjectId, 200)!,
    hallId: text(entry.hallId ?? null, 64),
    reason: text(entry.reason ?? null, 300),
    details: detailsText(entry.details ?? {}),
  };
}

function text(value: string | null, limit: number): string | null {
  return value === null ? null : value.slice(0, limit).toWellFormed().replaceAll('\0', '\uFFFD');
}

function detailsText(details: Record<string, unknown>): string {
  const whole = JSON.stringify(details).toWellFormed();
  if (Buffer.byteLength(whole) <= DETAILS_LIMIT) return whole;
  return JSON.stringify({ tooLong: { bytes: Buffer.byteLength(whole), sha256: hash('sha256', whole) } });
}
