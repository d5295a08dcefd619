import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ProfileRole } from '#contract/cameras.ts';
import { CameraId } from '#contract/ids.ts';
import type { LiveToken } from '#contract/live.ts';
import type { Clock } from '#lib/clock.ts';
import { deriveKey } from '#lib/secret-box.ts';

/** Long enough to open a WebSocket, too short to be passed on. */
export const LIVE_TOKEN_MS = 30_000;
const MAX_LENGTH = 1024;

/** Who may watch what. */
export interface LiveGrant {
  cameraId: string;
  role: ProfileRole;
  account: string;
}

const Claims = z.tuple([CameraId, ProfileRole, z.string(), z.number()]);

/**
 * Live tokens: `base64url(claims).base64url(HMAC-SHA-256(claims))`. They carry what they grant, so that the gateway
 * needs no table of them, and travel in an address, so that they live for seconds.
 */
export class LiveTokens {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor({ secret, clock }: { secret: Buffer; clock: Clock }) {
    this.#key = deriveKey(secret, 'live token');
    this.#clock = clock;
  }

  issue({ cameraId, role, account }: LiveGrant): LiveToken {
    const expiresAt = this.#clock.now() + LIVE_TOKEN_MS;
    const claims = Buffer.from(JSON.stringify([cameraId, role, account, expiresAt])).toString('base64url');
    const token = `${claims}.${this.#mac(claims).toString('base64url')}`;
    return { token, expiresAt: new Date(expiresAt).toISOString() };
  }

  /** Null where it was not issued here, was altered, or has run out. */
  read(token: string): LiveGrant | null {
    const [claims, mac, ...rest] = token.length > MAX_LENGTH ? [] : token.split('.');
    if (claims === undefined || mac === undefined || rest.length > 0) return null;
    const given = Buffer.from(mac, 'base64url');
    const right = this.#mac(claims);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const [cameraId, role, account, expiresAt] = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    return this.#clock.now() < expiresAt ? { cameraId, role, account } : null;
  }

  #mac(claims: string): Buffer {
    return createHmac('sha256', this.#key).update(claims).digest();
  }
}
