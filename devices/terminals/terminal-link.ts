import type { ErrorCode } from '#contract/errors.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { PublishOptions } from './mqtt-connection.ts';

export interface LinkState {
  status: 'down' | 'connecting' | 'up';
  /** Why it is down. */
  code: ErrorCode | null;
  detail: string | null;
}

/**
 * Takes one message. Resolves when the message may be acknowledged; a rejection leaves it unacknowledged, so that it
 * comes again.
 */
export type OnMessage = (topic: string, payload: Buffer, flags: MessageFlags) => Promise<void>;

export interface MessageFlags {
  /** Kept by the broker from an earlier time. */
  retain: boolean;
  /** When it came, epoch ms; left out: just now. */
  receivedAt?: number;
  /** Who sent it has no right to speak under this topic. */
  forbidden?: boolean;
  /** Sends to who sent it, and to nobody else; left out where that cannot be, over an outside broker. */
  answer?: (topic: string, payload: string) => Promise<void>;
}

/** The way terminals reach us: our own broker or somebody else's. What is sent to `onMessage` is acknowledged after it. */
export interface TerminalLink {
  readonly state: LinkState;
  readonly stateChanged: Emitter<LinkState>;
  /** Resolves when messages can come. Our own broker rejects with PORT_TAKEN; an outside one is tried until it answers. */
  start(onMessage: OnMessage): Promise<void>;
  stop(): Promise<void>;
  /** Rejects with BROKER_UNREACHABLE while the link is down. */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
}
