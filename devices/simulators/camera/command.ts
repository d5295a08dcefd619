import { z } from 'zod';
import type { TriggerKind } from './device/event-board.ts';
import type { CameraFault } from './model.ts';

/** What a line may ask of the cameras. */
export type CameraCommand =
  | { kind: 'fault'; camera: string; fault: CameraFault }
  | { kind: 'reboot'; camera: string; seconds: number }
  | { kind: 'trigger'; camera: string; trigger: TriggerKind; active: boolean };

const isOn = z.enum(['on', 'off']).transform((word) => word === 'on');

/** The faults as they are typed: the word after a fault's name, and what it means. */
const faults = {
  down: isOn,
  silent: isOn,
  wrongPassword: isOn,
  refusesTransport: z.enum(['tcp', 'udp', 'both', 'off']).transform((word) => (word === 'off' ? null : word)),
  closesAfterPlay: isOn,
  frozenEncoder: isOn,
  frozenPicture: isOn,
  picture: z
    .enum(['black', 'over-exposed', 'blurred', 'covered', 'colour-cast', 'moved', 'noise', 'off'])
    .transform((word) => (word === 'off' ? null : word)),
  halfSize: isOn,
  clockJumpMs: z.coerce.number().int(),
  garbageRtp: isOn,
  packetLoss: z.coerce.number().min(0).max(1),
  reordersPackets: isOn,
  wrongAddress: isOn,
  html: isOn,
  locksOut: isOn,
} satisfies { [Name in keyof CameraFault]-?: z.ZodType<CameraFault[Name]> };

const wordsOf: Partial<Record<keyof CameraFault, string>> = {
  refusesTransport: 'tcp|udp|both|off',
  picture: 'black|over-exposed|blurred|covered|colour-cast|moved|noise|off',
  clockJumpMs: 'MILLISECONDS',
  packetLoss: '0..1',
};

export const cameraUsage = [
  ...Object.keys(faults).map((name) => `fault CAMERA ${name} ${wordsOf[name as keyof CameraFault] ?? 'on|off'}`),
  'reboot CAMERA SECONDS',
  'trigger CAMERA motion|tamper|digital-input on|off',
];

const Seconds = z.coerce.number().positive().max(86_400);
const Trigger = z.enum(['motion', 'tamper', 'digital-input']);

/** Reads a line such as `fault w07 refusesTransport tcp`; null where it is none of these. */
export function parseCameraCommand(line: string): CameraCommand | null {
  const [kind, camera, name = '', word, ...more] = line.trim().split(/\s+/);
  if (camera === undefined || more.length > 0) return null;
  if (kind === 'reboot') {
    const seconds = Seconds.safeParse(name);
    return seconds.success && word === undefined ? { kind, camera, seconds: seconds.data } : null;
  }
  if (kind === 'trigger') {
    const [trigger, active] = [Trigger.safeParse(name), isOn.safeParse(word)];
    return trigger.success && active.success ? { kind, camera, trigger: trigger.data, active: active.data } : null;
  }
  if (kind !== 'fault' || !Object.hasOwn(faults, name)) return null;
  const value = faults[name as keyof typeof faults].safeParse(word);
  return value.success ? { kind, camera, fault: { [name]: value.data } } : null;
}
