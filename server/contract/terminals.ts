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
});
export type Terminal = z.infer<typeof Terminal>;

export const TerminalInput = z.object({
  hallId: HallId,
  kind: TerminalKind,
  deviceId: DeviceId,
  windowId: WindowId.nullable().default(null),
  name: z.string().max(100).default(''),
});
export type TerminalInput = z.input<typeof TerminalInput>;

/** Binds a terminal to another window or none, or renames it. */
export const TerminalChange = z.object({ windowId: WindowId.nullable(), name: z.string().max(100) }).partial();
export type TerminalChange = z.infer<typeof TerminalChange>;

/** A device that speaks under a valid topic but is in no register. */
export const UnknownTerminal = z.object({
  regionId: z.string(),
  hallId: z.string(),
  kind: TerminalKind,
  deviceId: DeviceId,
  firstHeardAt: Instant,
  lastHeardAt: Instant,
  messages: z.number().int(),
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
