import { z } from 'zod';
import { DeviceId, HallId, Instant } from './ids.ts';
import { TerminalKind } from './mqtt.ts';

/** What a device may be told, and which kinds of it. Each is a topic of its own, `cmd/{name}`. */
export const commandKinds = {
  /** Text on a window's screen, for so long; then what it would show by itself. */
  show: ['screen'],
  /** The next ticket, as if the clerk had pressed the button. */
  'call-next': ['caller'],
  restart: TerminalKind.options,
} as const satisfies Record<string, readonly TerminalKind[]>;

export const CommandName = z.enum(Object.keys(commandKinds) as [keyof typeof commandKinds]);
export type CommandName = z.infer<typeof CommandName>;

export const CommandInput = z.discriminatedUnion('name', [
  z.object({
    name: z.literal('show'),
    text: z.string().trim().min(1).max(40),
    seconds: z.number().int().min(1).max(3600),
  }),
  z.object({ name: z.literal('call-next') }),
  z.object({ name: z.literal('restart') }),
]);
export type CommandInput = z.infer<typeof CommandInput>;

/**
 * How it went. `sent`: no answer yet; `done`, `refused`: what the device said; `unanswered`: it said nothing in time, and
 * may have done it or not; `unsent`: it never left the house.
 */
export const CommandStatus = z.enum(['sent', 'done', 'refused', 'unanswered', 'unsent']);
export type CommandStatus = z.infer<typeof CommandStatus>;

/** A command to a terminal, from when it was given. */
export const TerminalCommand = z.object({
  /** Under which it is answered. */
  rid: z.string(),
  hallId: HallId,
  kind: TerminalKind,
  deviceId: DeviceId,
  command: CommandInput,
  /** User name. */
  by: z.string(),
  at: Instant,
  status: CommandStatus,
  /** Why the device would not, in its own word: `NOBODY_WAITS`, `BUSY`, `EXPIRED`, `UNSUPPORTED`, `FAILED`. */
  code: z.string().nullable(),
  answeredAt: Instant.nullable(),
});
export type TerminalCommand = z.infer<typeof TerminalCommand>;
