import { randomBytes } from 'node:crypto';
import { parseChallenges, type Challenge } from '#lib/auth-challenge.ts';
import { digestAuthorization, digestStrength } from '#lib/digest-auth.ts';

export interface Credentials {
  username: string;
  password: string;
}

/** Answers the camera's challenges with the strongest method both sides know, and keeps answering with it. */
export class Authenticator {
  readonly #credentials: Credentials;
  #challenge: Challenge | null = null;
  #nonceCount = 0;
  /** Whether the camera has taken an answer to this challenge. */
  #accepted = false;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /**
   * Takes the WWW-Authenticate headers of a refusal. Answers whether to ask again: not when the camera has just refused
   * its first answer, for every wrong guess brings the account nearer to being locked.
   */
  challenged(headers: string[]): boolean {
    if (this.#credentials.username === '') return false;
    const best = parseChallenges(headers)
      .filter((challenge) => strength(challenge) > 0)
      .sort((a, b) => strength(b) - strength(a))[0];
    if (!best) return false;
    const stale = best.params.get('stale')?.toLowerCase() === 'true';
    if (this.#challenge && !this.#accepted && !stale) return false;
    this.#challenge = best;
    this.#nonceCount = 0;
    this.#accepted = false;
    return true;
  }

  /** The camera has asked who we are and has not taken an answer yet: the next request shows the credentials anew. */
  get proving(): boolean {
    return this.#challenge !== null && !this.#accepted;
  }

  /** The camera let a request pass; a later refusal means a new nonce, which not every camera marks as `stale`. */
  accepted(): void {
    this.#accepted = true;
  }

  /** The Authorization header for a request, or null while the camera has not asked. */
  authorize(method: string, uri: string): string | null {
    if (!this.#challenge) return null;
    this.#nonceCount += 1;
    const { username, password } = this.#credentials;
    if (this.#challenge.scheme === 'basic') {
      return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    }
    const clientNonce = randomBytes(8).toString('hex');
    return digestAuthorization(this.#challenge, {
      method,
      uri,
      username,
      password,
      nonceCount: this.#nonceCount,
      clientNonce,
    });
  }
}

/** Basic sends the password itself: only where nothing else is offered. */
function strength(challenge: Challenge): number {
  return challenge.scheme === 'basic' ? 0.5 : digestStrength(challenge);
}
