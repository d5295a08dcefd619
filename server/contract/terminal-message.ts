import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type {
  CallerState,
  Envelope,
  KioskState,
  MetaPayload,
  RaterState,
  ReplyPayload,
  ScreenState,
  SensorState,
  SensorTelemetry,
  StatusPayload,
  TerminalAddress,
  TerminalEvent,
} from './mqtt.ts';

/** What a terminal said, understood: by channel, and for snapshots by kind. */
export type TerminalBody =
  | { channel: 'status'; body: z.infer<typeof StatusPayload> }
  | { channel: 'meta'; body: z.infer<typeof MetaPayload> }
  | { channel: 'evt'; body: TerminalEvent }
  | { channel: 'tel'; body: SensorTelemetry }
  | { channel: 'reply'; body: z.infer<typeof ReplyPayload> }
  | { channel: 'state'; kind: 'caller'; body: CallerState }
  | { channel: 'state'; kind: 'screen'; body: z.infer<typeof ScreenState> }
  | { channel: 'state'; kind: 'kiosk'; body: z.infer<typeof KioskState> }
  | { channel: 'state'; kind: 'rater'; body: z.infer<typeof RaterState> }
  | { channel: 'state'; kind: 'sensor'; body: z.infer<typeof SensorState> };

/** How a message reached us. */
export interface Arrival {
  address: TerminalAddress;
  /** Server clock, epoch ms. */
  receivedAt: number;
  /** An outside broker kept it from an earlier time: it says how things were at its own `ts`. */
  retained: boolean;
}

/** A message that passed the border: topic, size, JSON and shape are right. */
export type TerminalMessage = Arrival & { envelope: Envelope } & TerminalBody;

/** An empty retained `meta`: the terminal was taken out of service. */
export type Decommissioning = Arrival & { channel: 'decommissioned' };

/** Who came with a key: a device with one of its own, or devices that an adapter reads, with theirs. */
export type KeyHolder = { as: 'device'; address: TerminalAddress } | { as: 'adapter'; id: string };

/** As whom a broker let a connection in. */
export type Admission = KeyHolder | { as: 'anyone' } | { as: 'nobody' };

/** A message that could not be used, and why. */
export interface RejectedMessage {
  topic: string;
  payload: Buffer;
  code: ErrorCode;
  detail: string;
  receivedAt: number;
}
