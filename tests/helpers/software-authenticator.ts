import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { PasskeyAssertion, PasskeyInput } from '#contract/factors.ts';

/** What a test wants otherwise than an honest browser would have it. */
export interface Oddities {
  origin?: string;
  rpId?: string;
  type?: string;
  flags?: number;
}

const USER_PRESENT_AND_VERIFIED = 0x05;
const HAS_CREDENTIAL = 0x40;
const text = (bytes: Buffer) => bytes.toString('base64url');

/** A browser with its authenticator, as far as a passkey needs them (WebAuthn, 6.1 and 5.8.1). */
export class SoftwareAuthenticator {
  readonly id = randomBytes(32);
  readonly #private: KeyObject;
  readonly #public: Buffer;
  count = 0;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = privateKey;
    this.#public = publicKey.export({ format: 'der', type: 'spki' });
  }

  create(challenge: string, site: { origin: string; rpId: string }, odd: Oddities = {}): PasskeyInput {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id]);
    const clientDataJSON = clientData('webauthn.create', challenge, { ...site, ...odd });
    const authenticatorData = Buffer.concat([this.#data({ ...site, ...odd }, HAS_CREDENTIAL), credential]);
    return {
      ...{ name: 'test', id: text(this.id), publicKey: text(this.#public), algorithm: -7 },
      ...{ clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData) },
    };
  }

  use(challenge: string, site: { origin: string; rpId: string }, odd: Oddities = {}): PasskeyAssertion {
    this.count += 1;
    const clientDataJSON = clientData(odd.type ?? 'webauthn.get', challenge, { ...site, ...odd });
    const authenticatorData = this.#data({ ...site, ...odd }, 0);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()]);
    return {
      id: text(this.id),
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(sign('sha256', signed, this.#private)),
    };
  }

  #data({ rpId, flags = USER_PRESENT_AND_VERIFIED }: { rpId: string; flags?: number }, more: number): Buffer {
    const tail = Buffer.alloc(5);
    tail[0] = flags | more;
    tail.writeUInt32BE(this.count, 1);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), tail]);
  }
}

function clientData(type: string, challenge: string, { origin }: { origin: string }): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}
