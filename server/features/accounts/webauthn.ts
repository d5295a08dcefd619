import { createHash, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';

/** Of the bytes of an authenticator (WebAuthn, 6.1): SHA-256 of the RP id, flags, a counter. */
const RP_HASH_BYTES = 32;
const FLAGS_AT = 32;
const COUNT_AT = 33;
const CREDENTIAL_AT = 37;
const AAGUID_BYTES = 16;
const USER_PRESENT = 0x01;
/** By finger, face or PIN: with it a passkey is two factors in one. */
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

/** What authenticators sign with, as COSE numbers it (RFC 9053): ES256, EdDSA, RS256. */
export const algorithms: readonly number[] = [-7, -8, -257];

const ClientData = z.object({ type: z.string(), challenge: z.string(), origin: z.string() });

/** What is expected of a ceremony. */
export interface Expected {
  challenge: string;
  /** Of the page: `https://wall.example.gov.cn`. */
  origin: string;
  rpId: string;
}

export interface Created {
  id: Buffer;
  clientDataJSON: Buffer;
  authenticatorData: Buffer;
  publicKey: Buffer;
  algorithm: number;
}

export interface Asserted {
  clientDataJSON: Buffer;
  authenticatorData: Buffer;
  signature: Buffer;
}

/**
 * Looks through a new credential (WebAuthn, 7.1). Its maker is not asked for (attestation `none`), so nothing but the
 * session vouches for the key: it opens that account alone. Gives its counter, or why it is refused.
 */
export function checkCreated(created: Created, expected: Expected): number | string {
  const why = checkCeremony('webauthn.create', created, expected);
  if (why) return why;
  const { authenticatorData: data, id, algorithm } = created;
  if ((data[FLAGS_AT]! & HAS_CREDENTIAL) === 0) return 'no credential in it';
  const lengthAt = CREDENTIAL_AT + AAGUID_BYTES;
  const idLength = data.length >= lengthAt + 2 ? data.readUInt16BE(lengthAt) : 0;
  if (!data.subarray(lengthAt + 2, lengthAt + 2 + idLength).equals(id)) return 'another credential';
  if (!algorithms.includes(algorithm)) return `algorithm ${algorithm}`;
  return keyOf(created.publicKey) ? data.readUInt32BE(COUNT_AT) : 'no public key';
}

/** Looks through what a credential signed (WebAuthn, 7.2). Gives its counter, or why it is refused. */
export function checkAsserted(
  asserted: Asserted,
  known: { publicKey: Buffer; algorithm: number; signCount: number },
  expected: Expected,
): number | string {
  const why = checkCeremony('webauthn.get', asserted, expected);
  if (why) return why;
  const { authenticatorData, clientDataJSON, signature } = asserted;
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()]);
  const key = keyOf(known.publicKey);
  // EdDSA names no hash of its own
  if (!key || !verify(known.algorithm === -8 ? null : 'sha256', signed, key, signature)) return 'signature';
  const count = authenticatorData.readUInt32BE(COUNT_AT);
  // an authenticator that counts never goes back, unless it was copied (7.2, step 22)
  if ((count > 0 || known.signCount > 0) && count <= known.signCount) return 'counter went back';
  return count;
}

/** Which challenge it says that it answers. */
export function challengeIn(clientDataJSON: Buffer): string | null {
  return ClientData.safeParse(jsonOf(clientDataJSON)).data?.challenge ?? null;
}

function checkCeremony(
  type: string,
  { clientDataJSON, authenticatorData: data }: { clientDataJSON: Buffer; authenticatorData: Buffer },
  { challenge, origin, rpId }: Expected,
): string | null {
  const client = ClientData.safeParse(jsonOf(clientDataJSON));
  if (!client.success || client.data.type !== type) return 'client data';
  if (client.data.challenge !== challenge) return 'challenge';
  if (client.data.origin !== origin) return `origin ${client.data.origin}`;
  if (data.length < CREDENTIAL_AT) return 'authenticator data';
  if (!data.subarray(0, RP_HASH_BYTES).equals(createHash('sha256').update(rpId).digest())) return 'relying party';
  const flags = data[FLAGS_AT]!;
  return (flags & USER_PRESENT) !== 0 && (flags & USER_VERIFIED) !== 0 ? null : 'user not verified';
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

function keyOf(der: Buffer) {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
