import { z } from 'zod';
import { Permission } from './permissions.ts';

/**
 * A way into the house and who may go it. `route`: REST, named by method and address; `command`: what a socket asks; `event`:
 * what a socket is told of; `stream`: a WebSocket of its own.
 */
export const Way = z.object({
  kind: z.enum(['route', 'command', 'event', 'stream']),
  name: z.string(),
  /** `public`: everyone; `session`: everyone signed in; `token`: who holds a token for exactly this. */
  needs: z.union([Permission, z.enum(['public', 'session', 'token'])]),
  /** What it names, which must lie where the caller may; null: nothing, and rows are cut to where he may. */
  of: z.string().nullable(),
  /** The caller is asked again who he is, where that is long ago. */
  confirmed: z.boolean(),
});
export type Way = z.infer<typeof Way>;
