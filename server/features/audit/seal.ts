import { hash, type KeyObject } from 'node:crypto';
import type { AuditSeal } from '#contract/audit.ts';
import { CHAIN_START } from './canonical.ts';
import { isSignedBy, type SealKey } from './seal-keys.ts';

/** What a seal says, before anybody signed it. */
export type SealedDay = Pick<AuditSeal, 'day' | 'lastSeq' | 'lastHash' | 'sealedAt'>;

/** The next seal: over the day's last hash, how many entries there are since the seal before, and that seal. */
export function sealDay(day: SealedDay, before: AuditSeal | null, key: SealKey): AuditSeal {
  const unsigned = {
    ...day,
    number: (before?.number ?? 0) + 1,
    count: day.lastSeq - (before?.lastSeq ?? 0),
    keyId: key.keyId,
    previous: linkOf(before),
  };
  return { ...unsigned, signature: key.sign(sealText(unsigned)).toString('base64') };
}

/** What the next seal says of this one. */
export function linkOf(seal: AuditSeal | null): string {
  return seal ? hash('sha256', Buffer.from(seal.signature, 'base64')) : CHAIN_START;
}

export function isSealValid(seal: AuditSeal, keys: ReadonlyMap<string, KeyObject>): boolean {
  const key = keys.get(seal.keyId);
  return key !== undefined && isSignedBy(key, sealText(seal), seal.signature);
}

function sealText(seal: Omit<AuditSeal, 'signature'>): string {
  const { number, day, lastSeq, count, lastHash, sealedAt, keyId, previous } = seal;
  return JSON.stringify(['hallwatch audit seal 1', number, day, lastSeq, count, lastHash, sealedAt, keyId, previous]);
}
