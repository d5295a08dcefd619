import { z } from 'zod';
import { CameraId, DeviceId, HallId, QueueId, WindowId } from '#contract/ids.ts';
import { TerminalKind } from '#contract/mqtt.ts';

const Seconds = z.coerce.number().positive().max(86_400);

/** What a line on standard input may ask of the simulators; the words come in the order of the fields. */
const commands = {
  'walk-off': { hall: HallId, window: WindowId, seconds: Seconds },
  'come-back': { hall: HallId, window: WindowId },
  rush: { hall: HallId, queue: QueueId, people: z.coerce.number().int().min(1).max(1000) },
  'terminal-dies': { hall: HallId, kind: TerminalKind, device: DeviceId, seconds: Seconds },
  'camera-dies': { camera: CameraId, seconds: Seconds },
} as const;

type Commands = typeof commands;
export type SimulatorCommand = {
  [Name in keyof Commands]: { name: Name } & z.infer<z.ZodObject<Commands[Name]>>;
}[keyof Commands];

/** One line a command, for the one who types them. */
export const commandUsage = Object.entries(commands).map(
  ([name, fields]) => `${name} ${Object.keys(fields).join(' ').toUpperCase()}`,
);

/** Reads a line such as `walk-off zhongxin w03 60`; a problem says what was expected. */
export function parseCommand(line: string): { ok: true; command: SimulatorCommand } | { ok: false; problem: string } {
  const [name = '', ...words] = line.trim().split(/\s+/);
  if (!Object.hasOwn(commands, name))
    return { ok: false, problem: `unknown command ${name}; one of: ${commandUsage.join(' | ')}` };
  const fields = commands[name as keyof Commands];
  const named = Object.fromEntries(Object.keys(fields).map((field, i) => [field, words[i]]));
  const parsed = z.object(fields as z.ZodRawShape).safeParse(named);
  if (!parsed.success || words.length !== Object.keys(fields).length) {
    return { ok: false, problem: `expected: ${commandUsage.find((usage) => usage.startsWith(`${name} `))}` };
  }
  return { ok: true, command: { name, ...parsed.data } as SimulatorCommand };
}
