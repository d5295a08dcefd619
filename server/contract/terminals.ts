import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { DeviceId, HallId, Instant, WindowId } from './ids.ts';
import { TerminalKind } from './mqtt.ts';

export const TerminalLink = z.enum(['never-heard', 'online', 'lost']);

/** A registered terminal 终端 and how it is. */
export const Terminal = z.object({
  hallId: HallId,
  kind: TerminalKind,
  deviceId: DeviceId,
  windowId: WindowId.nullable(),
  name: z.string().max(100),
  model: z.string(),
  firmware: z.string(),
  link: TerminalLink,
  lastHeardAt: Instant.nullable(),
  /** Device clock minus server clock at the last message, ms. */
  clockSkewMs: z.number().nullable(),
  /** Events that the device numbered and that never came, since we listen. */
  missingEvents: z.number().int().nonnegative(),
  /** Since when it has a key of its own; null: it has none. */
  keyIssuedAt: Instant.nullable(),
});
export type Terminal = z.infer<typeof Terminal>;

/** A terminal that was taken out of service; what it said stays in the log. */
export const RetiredTerminal = Terminal.pick({
  hallId: true,
  kind: true,
  deviceId: true,
  name: true,
  model: true,
  firmware: true,
  lastHeardAt: true,
}).extend({ retiredAt: Instant, replacedBy: DeviceId.nullable() });
export type RetiredTerminal = z.infer<typeof RetiredTerminal>;

/** The first 8 hex digits of the SHA-256 of a key: by it two people know that they speak of the same one. */
export const KeyPrint = z.string().regex(/^[0-9a-f]{8}$/);

export const TerminalInput = z.object({
  hallId: HallId,
  kind: TerminalKind,
  deviceId: DeviceId,
  windowId: WindowId.nullable().default(null),
  name: z.string().max(100).default(''),
  /** Approves a waiting device together with the key it came with, which must be the one of this print. */
  acceptKey: KeyPrint.nullable().default(null),
});
export type TerminalInput = z.input<typeof TerminalInput>;

/** Binds a terminal to another window or none, or renames it. */
export const TerminalChange = z.object({ windowId: WindowId.nullable(), name: z.string().max(100) }).partial();
export type TerminalChange = z.infer<typeof TerminalChange>;

/** The device that takes the place of another: same hall, kind, window and name. */
export const Replacement = z.object({ deviceId: DeviceId, acceptKey: KeyPrint.nullable().default(null) });
export type Replacement = z.infer<typeof Replacement>;

/** A new key, shown this once. */
export const IssuedKey = z.object({ user: z.string(), key: z.string(), print: KeyPrint });
export type IssuedKey = z.infer<typeof IssuedKey>;

/**
 * Whom the broker inside lets in: `open` everyone, `shared` who knows the common password, `device` only who has a key of
 * its own. A terminal that has a key needs it in every mode, and nobody else speaks for it.
 */
export const TerminalAccess = z.enum(['open', 'shared', 'device']);
export type TerminalAccess = z.infer<typeof TerminalAccess>;

/** How terminals get in. */
export const AccessView = z.object({
  /** null: a broker of others decides; see the export for Mosquitto. */
  mode: TerminalAccess.nullable(),
  terminals: z.number().int(),
  withKey: z.number().int(),
});
export type AccessView = z.infer<typeof AccessView>;

/** A device that speaks under a valid topic, or knocks with a key, and is in no register. */
export const UnknownTerminal = z.object({
  regionId: z.string(),
  hallId: z.string(),
  kind: TerminalKind,
  deviceId: DeviceId,
  firstHeardAt: Instant,
  lastHeardAt: Instant,
  messages: z.number().int(),
  /** Print of the key it knocked with; null where it came without one. */
  keyPrint: KeyPrint.nullable(),
  refused: z.boolean(),
});
export type UnknownTerminal = z.infer<typeof UnknownTerminal>;

/** A message that could not be used, kept so that someone can find out why. */
export const DeadLetter = z.object({
  id: z.string(),
  receivedAt: Instant,
  topic: z.string(),
  code: ErrorCode,
  detail: z.string(),
  /** The first 2 KiB as text, bytes that are not UTF-8 replaced. */
  payload: z.string(),
  bytes: z.number().int(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
