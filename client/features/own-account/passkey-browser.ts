import type { PasskeyAssertion, PasskeyChallenge, PasskeyInput } from '#contract/factors.ts';

/** ES256, EdDSA, RS256: what the server takes. */
const algorithms = [-7, -8, -257];
const TIMEOUT_MS = 120_000;

/** Passkeys need a page of a named host, by https or on this machine. */
export function hasPasskeys(): boolean {
  return window.isSecureContext && 'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(location.hostname);
}

/** Has a new passkey made. Throws where whoever sits here calls it off. */
export async function createPasskey(
  { challenge, rpId }: PasskeyChallenge,
  account: { username: string; displayName: string },
  name: string,
): Promise<PasskeyInput> {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytesOf(challenge),
      rp: { id: rpId, name: 'Hallwatch' },
      user: {
        id: crypto.getRandomValues(new Uint8Array(16)),
        name: account.username,
        displayName: account.displayName,
      },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      timeout: TIMEOUT_MS,
    },
  });
  const credential = made as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    name,
    id: textOf(credential.rawId),
    clientDataJSON: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.getAuthenticatorData()),
    publicKey: textOf(response.getPublicKey() ?? new ArrayBuffer(0)),
    algorithm: response.getPublicKeyAlgorithm(),
  };
}

/** Has a passkey of this site chosen and used. Throws where whoever sits here calls it off. */
export async function usePasskey({ challenge, rpId }: PasskeyChallenge): Promise<PasskeyAssertion> {
  const used = await navigator.credentials.get({
    publicKey: { challenge: bytesOf(challenge), rpId, userVerification: 'required', timeout: TIMEOUT_MS },
  });
  const credential = used as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    id: textOf(credential.rawId),
    clientDataJSON: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
  };
}

/** Base64url (RFC 4648, 5). */
function textOf(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
