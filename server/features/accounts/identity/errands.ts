import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { IdentityErrand } from '#contract/identity.ts';
import type { Clock } from '#lib/clock.ts';
import { SecretBox } from '#lib/secret-box.ts';

/** From leaving for the provider to being back; whoever is slower begins anew. */
export const ERRAND_MS = 10 * 60_000;

const Errand = z.object({
  errand: IdentityErrand,
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** The page of ours that he is sent back to. */
  redirectUri: z.string(),
  /** The session that it was begun with, where it is about that. */
  sessionId: z.string().nullable(),
  next: z.string(),
  until: z.number(),
});
export type Errand = z.infer<typeof Errand>;

/** Whom the provider has vouched for already, and who has yet to give the code of his second factor here. */
const Waiting = z.object({ username: z.string(), next: z.string(), until: z.number() });
export type Waiting = z.infer<typeof Waiting>;

/**
 * What was begun, in the browser that began it: sealed in a cookie that only our own pages send along, so that nobody else
 * can finish it, and that we keep nothing of those who never come back.
 */
export class Errands {
  readonly #box: SecretBox;
  readonly #clock: Clock;

  constructor({ secret, clock }: { secret: Buffer; clock: Clock }) {
    this.#box = new SecretBox(secret, 'identity errand');
    this.#clock = clock;
  }

  /** State, nonce and verifier are random; the state begins with what it is for. */
  begin(of: Pick<Errand, 'errand' | 'redirectUri' | 'sessionId' | 'next'>): { errand: Errand; sealed: string } {
    const random = () => randomBytes(32).toString('base64url');
    const secrets = { state: `${of.errand}.${random()}`, nonce: random(), verifier: random() };
    const errand = { ...of, ...secrets, until: this.#until() };
    return { errand, sealed: this.#seal(errand, 'away') };
  }

  /** Null where nothing of this kind was begun, or too long ago. */
  open(sealed: string | undefined, kind: IdentityErrand): Errand | null {
    const errand = this.#open(sealed, 'away', Errand);
    return errand?.errand === kind ? errand : null;
  }

  wait(waiting: Pick<Waiting, 'username' | 'next'>): string {
    return this.#seal({ ...waiting, until: this.#until() }, 'code');
  }

  openWaiting(sealed: string | undefined): Waiting | null {
    return this.#open(sealed, 'code', Waiting);
  }

  #until(): number {
    return this.#clock.now() + ERRAND_MS;
  }

  #seal(value: Errand | Waiting, context: string): string {
    return this.#box.seal(JSON.stringify(value), context).toString('base64url');
  }

  #open<T extends { until: number }>(sealed: string | undefined, context: string, schema: z.ZodType<T>): T | null {
    const text = sealed === undefined ? null : this.#box.open(Buffer.from(sealed, 'base64url'), context);
    if (text === null) return null;
    const value = schema.parse(JSON.parse(text));
    return value.until > this.#clock.now() ? value : null;
  }
}
