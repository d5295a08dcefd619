import { z } from 'zod';
import { ProfileRole } from '#contract/cameras.ts';
import { CameraId } from '#contract/ids.ts';
import type { LiveToken } from '#contract/live.ts';
import type { Clock } from '#lib/clock.ts';
import type { TokenOwner } from '#lib/rights.ts';
import { SignedClaims } from '#lib/signed-claims.ts';

/** Long enough to open a WebSocket, too short to be passed on. */
export const LIVE_TOKEN_MS = 30_000;

/** Who may watch what. */
export interface LiveGrant extends TokenOwner {
  cameraId: string;
  role: ProfileRole;
}

const Claims = z.tuple([CameraId, ProfileRole, z.string(), z.string(), z.number()]);

/** Live tokens carry what they grant, and travel in an address, so that they live for seconds. */
export class LiveTokens {
  readonly #claims: SignedClaims;
  readonly #clock: Clock;

  constructor({ secret, clock }: { secret: Buffer; clock: Clock }) {
    this.#claims = new SignedClaims(secret, 'live token');
    this.#clock = clock;
  }

  issue({ cameraId, role, account, sessionId }: LiveGrant): LiveToken {
    const expiresAt = this.#clock.now() + LIVE_TOKEN_MS;
    const token = this.#claims.seal([cameraId, role, account, sessionId, expiresAt]);
    return { token, expiresAt: new Date(expiresAt).toISOString() };
  }

  /** Null where it was not issued here, was altered, or has run out. */
  read(token: string): LiveGrant | null {
    const claims = this.#claims.open(token);
    if (claims === null) return null;
    const [cameraId, role, account, sessionId, expiresAt] = Claims.parse(claims);
    return this.#clock.now() < expiresAt ? { cameraId, role, account, sessionId } : null;
  }
}
