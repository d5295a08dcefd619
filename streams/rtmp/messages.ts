import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What the RTMP server's process is told by us. */
export type Order =
  /** First and once. */
  | { type: 'begin'; host: string; port: number; socketPath: string; secret: string }
  /** SHA-256 of the publish key by stream name, all there are: whoever publishes with another one is thrown out. */
  | { type: 'keys'; keys: Record<string, string> };

export const Refusal = z.enum(['unknown-stream', 'wrong-key', 'already-published', 'play', 'malformed']);
export type Refusal = z.infer<typeof Refusal>;

/** What it tells us. It reads what strangers send, so that its words are parsed like theirs. */
export const Report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening') }),
  z.object({ type: z.literal('alive') }),
  z.object({ type: z.literal('published'), name: z.string().max(64), from: z.string().max(100) }),
  z.object({ type: z.literal('left'), name: z.string().max(64) }),
  z.object({ type: z.literal('refused'), why: Refusal, from: z.string().max(100) }),
]);
export type Report = z.infer<typeof Report>;

/** How it ends where it cannot do its work: its exit code says why, as its last message might not arrive. */
export const EXIT = { portTaken: 91, portForbidden: 92, notOurAddress: 93, tooMuchMemory: 94 } as const;

/** How often it says that it is alive. */
export const ALIVE_EVERY_MS = 2000;

export const APP = 'live';
export const pathOf = (name: string): string => `/${APP}/${name}`;
export const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** node-media-server's own signature, which opens a stream for a while; without it nobody plays and nobody publishes. */
export function signatureOf(path: string, secret: string, now: number): string {
  const expires = Math.floor(now / 1000) + 60;
  return `${expires}-${createHash('md5').update(`${path}-${expires}-${secret}`).digest('hex')}`;
}
