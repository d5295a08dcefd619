import { createHash, randomBytes } from 'node:crypto';
import type { CameraAuth } from '#contract/cameras.ts';
import type { Challenge } from '#lib/auth-challenge.ts';
import { digestAuthorization, digestHash } from '#lib/digest-auth.ts';
import { isStale, nextNonce, nonceOf, readChallenge, withNonce } from './digest.ts';
import { escapeXml } from './soap.ts';

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** What goes with one request to prove who we are. */
export interface Proof {
  kind: CameraAuth;
  /** For the SOAP header. */
  security: string;
  authorization: string | null;
  nonce: string | null;
}

export interface Account {
  username: string;
  password: string;
}

/**
 * Signs in to one camera with as few wrong answers as possible, because cameras lock accounts: the first question goes
 * out unsigned, the refusal tells which proof is wanted, and one wrong answer ends it. `now` is the camera's own time.
 */
export class SignIn {
  readonly #account: Account;
  readonly #now: () => number;
  #kind: CameraAuth = 'none';
  #challenge: Challenge | null = null;
  #count = 0;
  #proven = false;
  /** A nonce was replaced, and the answer to the new one is not known yet. */
  #renewed = false;
  #refused: string | null = null;
  #guessed = false;

  constructor(account: Account, now: () => number) {
    this.#account = account;
    this.#now = now;
  }

  get kind(): CameraAuth {
    return this.#kind;
  }

  /** The camera took our proof once: a refusal since is about the right to do something, or about time. */
  get proven(): boolean {
    return this.#proven;
  }

  /** The camera's words when it refused our one answer; nothing more is to be sent. */
  get refused(): string | null {
    return this.#refused;
  }

  proof(uri: string): Proof {
    const plain = { kind: this.#kind, security: '', authorization: null, nonce: null };
    if (this.#kind === 'none') return plain;
    if (this.#kind === 'token') return { ...plain, security: this.#token() };
    this.#count += 1;
    const clientNonce = randomBytes(8).toString('hex');
    const request = { ...this.#account, method: 'POST', uri, nonceCount: this.#count, clientNonce };
    // Names beyond Latin-1 travel as the bytes of UTF-8.
    const authorization = Buffer.from(digestAuthorization(this.#challenge!, request), 'utf8').toString('latin1');
    return { ...plain, authorization, nonce: nonceOf(this.#challenge!) };
  }

  accepted(proof: Proof, rawHeaders: readonly string[]): void {
    if (proof.kind === 'none' || this.#kind === 'none') return;
    this.#proven = true;
    this.#renewed = false;
    const nonce = proof.nonce === null ? null : nextNonce(rawHeaders);
    if (nonce !== null) this.#take(withNonce(this.#challenge!, nonce));
  }

  /** Whether the request is to be sent again with another proof. `words`: what the camera said. */
  rejected(proof: Proof, rawHeaders: readonly string[], words: string, tokenAllowed: boolean): boolean {
    const challenge = readChallenge(rawHeaders);
    if (this.#account.username === '') return false;
    if (proof.kind === 'none') {
      if (challenge) this.#take(challenge);
      else if (tokenAllowed) this.#kind = 'token';
      else return false;
      return true;
    }
    // Some cameras forget to say that a nonce is stale; a new one after a right answer means the same.
    const mayBeAged = challenge && proof.nonce !== null && (isStale(challenge) || (this.#proven && !this.#renewed));
    if (mayBeAged && nonceOf(challenge) !== proof.nonce) {
      this.#renewed = true;
      this.#take(challenge);
      return true;
    }
    // Who was let in before may lack a right; but whose fresh nonce is refused has another password by now.
    if (!this.#proven || (challenge && this.#renewed)) this.#refused = words;
    return false;
  }

  /** Some cameras do not know how to ask for a token and fail in other words: it is tried once. */
  guessToken(): boolean {
    if (this.#kind !== 'none' || this.#guessed || this.#account.username === '') return false;
    this.#guessed = true;
    this.#kind = 'token';
    return true;
  }

  /** The guess was wrong: it failed as before. */
  takeBackGuess(): void {
    if (this.#guessed && !this.#proven && this.#kind === 'token') this.#kind = 'none';
  }

  #take(challenge: Challenge): void {
    this.#kind = digestHash(challenge) === 'md5' ? 'digest-md5' : 'digest-sha256';
    this.#challenge = challenge;
    this.#count = 0;
  }

  /** WS-UsernameToken (Profile 1.0): Base64(SHA-1(nonce + created + password)), created by the camera's own clock. */
  #token(): string {
    const { username, password } = this.#account;
    const nonce = randomBytes(16);
    const created = new Date(this.#now()).toISOString();
    const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
    return (
      `<Security s:mustUnderstand="1" xmlns="${WSSE}-wssecurity-secext-1.0.xsd"><UsernameToken>` +
      `<Username>${escapeXml(username)}</Username>` +
      `<Password Type="${WSSE}-username-token-profile-1.0#PasswordDigest">${digest}</Password>` +
      `<Nonce EncodingType="${WSSE}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</Nonce>` +
      `<Created xmlns="${WSSE}-wssecurity-utility-1.0.xsd">${created}</Created></UsernameToken></Security>`
    );
  }
}
