import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import type { ErrorCode } from '#contract/errors.ts';
import {
  Envelope,
  eventOf,
  MAX_PAYLOAD_BYTES,
  MetaPayload,
  parseTopic,
  ReplyPayload,
  SensorTelemetry,
  stateOf,
  StatusPayload,
  type TerminalAddress,
  type TerminalTopic,
} from '#contract/mqtt.ts';
import type { Decommissioning, RejectedMessage, TerminalBody, TerminalMessage } from '#contract/terminal-message.ts';
import type { Clock } from '#lib/clock.ts';
import type { OnMessage } from './terminal-link.ts';

export interface TerminalInboxOptions {
  clock: Clock;
  /** Resolves when the message may be acknowledged. */
  onMessage: (message: TerminalMessage | Decommissioning) => Promise<void>;
  onReject: (rejected: RejectedMessage) => void;
  /** Reads what does not speak our topics; null where it is none of its topics either. Left out: nothing does. */
  translate?: (topic: string, payload: Buffer, receivedAt: number) => Translation | null;
}

/** Messages in our own topics that a foreign one was read as, and what of it could not be read. */
export interface Translation {
  messages: readonly { topic: string; payload: Buffer }[];
  refusals: readonly { code: ErrorCode; detail: string }[];
}

/**
 * The border between the wire and the house: topic, size, UTF-8, JSON and shape are checked here and trusted inside.
 * What fails is told to `onReject` and acknowledged, for it would come again for ever and be no better.
 */
export class TerminalInbox {
  readonly #options: TerminalInboxOptions;

  constructor(options: TerminalInboxOptions) {
    this.#options = options;
  }

  readonly receive: OnMessage = async (topic, payload, { retain, forbidden = false, ...flags }) => {
    const { clock, onReject, translate } = this.#options;
    const receivedAt = flags.receivedAt ?? clock.now();
    const said = { receivedAt, retained: retain };
    const foreign = forbidden ? null : translate?.(topic, payload, receivedAt);
    if (foreign) {
      for (const refusal of foreign.refusals) onReject({ topic, payload, ...refusal, receivedAt });
      await Promise.all(foreign.messages.map((each) => this.#deliver(each.topic, each.payload, said)));
    } else if (forbidden) {
      const detail = 'this topic belongs to another device';
      onReject({ topic, payload, code: 'TERMINAL_FORBIDDEN', detail, receivedAt });
    } else await this.#deliver(topic, payload, said);
  };

  async #deliver(topic: string, payload: Buffer, said: { receivedAt: number; retained: boolean }): Promise<void> {
    const { onMessage, onReject } = this.#options;
    const read = readMessage(topic, payload);
    if (!read.ok) onReject({ topic, payload, code: read.code, detail: read.detail, receivedAt: said.receivedAt });
    else if (read.message !== null) await onMessage({ ...read.message, ...said });
  }
}

type Understood =
  | ({ address: TerminalAddress; envelope: Envelope } & TerminalBody)
  | { address: TerminalAddress; channel: 'decommissioned' };
type Read = { ok: true; message: Understood | null } | { ok: false; code: ErrorCode; detail: string };

/** Understands one message; `null` where there is nothing to do. */
export function readMessage(topic: string, payload: Buffer): Read {
  const parsed = parseTopic(topic);
  if (parsed === null) return refuse('TOPIC_INVALID', topic.slice(0, 200));
  if (parsed.channel === 'cmd') return refuse('TOPIC_INVALID', 'only the server sends commands');
  const { region, hall, kind, device } = parsed;
  const address = { region, hall, kind, device };
  if (payload.length > MAX_PAYLOAD_BYTES) return refuse('PAYLOAD_TOO_LARGE', `${payload.length} bytes`);
  if (payload.length === 0 && parsed.channel === 'meta')
    return { ok: true, message: { address, channel: 'decommissioned' } };
  // An empty retained message wipes the one before it from the broker and says nothing.
  if (payload.length === 0 && (parsed.channel === 'status' || parsed.channel === 'state'))
    return { ok: true, message: null };

  const json = readJson(payload);
  if (!json.ok) return json;
  const envelope = Envelope.safeParse(json.value);
  if (!envelope.success) return refuse('PAYLOAD_INVALID', issues(envelope.error));
  const schema = schemaOf(parsed);
  if (schema === null) return refuse('TOPIC_INVALID', `a ${kind} has no channel ${parsed.channel}`);
  const body = schema.safeParse(json.value);
  if (!body.success) return refuse('PAYLOAD_INVALID', issues(body.error));
  // Only an escape can write what PostgreSQL cannot keep, and no honest terminal does.
  if (json.escaped && ![envelope.data, body.data].every(isStorable)) {
    return refuse('PAYLOAD_INVALID', 'a text holds NUL or half a character');
  }
  const message = { address, envelope: envelope.data, channel: parsed.channel, kind, body: body.data };
  // The schema was chosen by the same channel and kind, which the type checker cannot see.
  return { ok: true, message: message as Understood };
}

function schemaOf({ channel, kind }: TerminalTopic): z.ZodType | null {
  switch (channel) {
    case 'status':
      return StatusPayload;
    case 'meta':
      return MetaPayload;
    case 'reply':
      return ReplyPayload;
    case 'state':
      return stateOf[kind];
    case 'tel':
      return kind === 'sensor' ? SensorTelemetry : null;
    case 'evt':
      return kind === 'kiosk' || kind === 'caller' || kind === 'rater' ? eventOf[kind] : null;
    case 'cmd':
      return null;
  }
}

type Json = { ok: true; value: unknown; escaped: boolean } | { ok: false; code: ErrorCode; detail: string };

function readJson(payload: Buffer): Json {
  if (!isUtf8(payload)) return refuse('PAYLOAD_NOT_JSON', 'not UTF-8');
  const text = payload.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse('PAYLOAD_NOT_JSON', (error as Error).message);
  }
  return { ok: true, value, escaped: text.includes('\\u') };
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair. Only for what passed its schema, which is never deep. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  return typeof value !== 'object' || value === null || Object.values(value).every(isStorable);
}

function issues(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`)
    .join('; ');
}

function refuse(code: ErrorCode, detail: string): { ok: false; code: ErrorCode; detail: string } {
  return { ok: false, code, detail };
}
