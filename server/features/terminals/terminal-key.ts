import type { TerminalKind } from '#contract/mqtt.ts';

/** Which terminal: its device id is unique within hall and kind. */
export interface TerminalKey {
  hallId: string;
  kind: TerminalKind;
  deviceId: string;
}

export function keyOf({ hallId, kind, deviceId }: TerminalKey): string {
  return `${hallId}/${kind}/${deviceId}`;
}
