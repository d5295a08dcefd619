import { z } from 'zod';
import { CameraId } from '#contract/ids.ts';
import type { Clock } from '#lib/clock.ts';
import type { TokenOwner } from '#lib/rights.ts';
import { SignedClaims } from '#lib/signed-claims.ts';
import type { Span } from './spans.ts';

/** To open a player and to look away from it. */
const SLACK_MS = 15 * 60_000;
const LONGEST_MS = 12 * 3600_000;

/** Which footage may be read, and who asked. Epoch ms. */
export interface FootageGrant extends Span, TokenOwner {
  cameraId: string;
}

const Claims = z.tuple([CameraId, z.number(), z.number(), z.string(), z.string(), z.number()]);

/** Tokens for players that have no session. They stand in addresses, so they open one span of one camera, and run out. */
export class FootageTokens {
  readonly #claims: SignedClaims;
  readonly #clock: Clock;

  constructor({ secret, clock }: { secret: Buffer; clock: Clock }) {
    this.#claims = new SignedClaims(secret, 'footage token');
    this.#clock = clock;
  }

  /** Holds as long as the span takes to play, and a little longer. */
  issue({ cameraId, from, until, account, sessionId }: FootageGrant): { token: string; expiresAt: number } {
    const expiresAt = this.#clock.now() + Math.min(LONGEST_MS, until - from + SLACK_MS);
    return { token: this.#claims.seal([cameraId, from, until, account, sessionId, expiresAt]), expiresAt };
  }

  /** Null where it was not issued here, was altered, or has run out. */
  read(token: string): FootageGrant | null {
    const claims = this.#claims.open(token);
    if (claims === null) return null;
    const [cameraId, from, until, account, sessionId, expiresAt] = Claims.parse(claims);
    return this.#clock.now() < expiresAt ? { cameraId, from, until, account, sessionId } : null;
  }
}
