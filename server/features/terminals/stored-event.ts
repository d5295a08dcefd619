import type { CallerState, TerminalEvent } from '#contract/mqtt.ts';
import type { TerminalMessage } from '#contract/terminal-message.ts';
import { placeInTime, type Placed } from './device-time.ts';
import type { TerminalKey } from './terminal-key.ts';

/** A caller's snapshot; its `since` brought to the server's clock. */
export type CallerStatement = { type: 'caller.state' } & CallerState;
/** The seat behind the sensor's window changed hands; unknown: whoever told of it can no longer tell. */
export interface SeatStatement {
  type: 'seat.occupied' | 'seat.empty' | 'seat.unknown';
}
export type Statement = TerminalEvent | CallerStatement | SeatStatement;

/** One line of the event log. Times are epoch ms. */
export interface StoredEvent extends TerminalKey, Placed {
  /** ULID made by the device. */
  id: string;
  channel: 'evt' | 'state' | 'tel';
  sid: string;
  seq: number;
  receivedAt: number;
  windowId: string | null;
  body: Statement;
}

/** Makes the line of the log for a message that belongs there. */
export function storedEvent(
  key: TerminalKey,
  message: TerminalMessage,
  body: Statement,
  bound: { windowId: string | null; skewMs: number | null },
): StoredEvent {
  const { envelope, receivedAt, retained } = message;
  const placed = placeInTime({ ts: Date.parse(envelope.ts), receivedAt, retained, skewMs: bound.skewMs });
  return {
    hallId: key.hallId,
    kind: key.kind,
    deviceId: key.deviceId,
    ...placed,
    id: envelope.id,
    channel: message.channel === 'evt' ? 'evt' : message.channel === 'state' ? 'state' : 'tel',
    sid: envelope.sid,
    seq: envelope.seq,
    receivedAt,
    windowId: 'window' in body ? body.window : bound.windowId,
    body: body.type === 'caller.state' ? { ...body, since: sinceByOurClock(body.since, envelope.ts, placed.at) } : body,
  };
}

/** The device says how long by its own clock; the length is right even where the clock is not. */
function sinceByOurClock(since: string, ts: string, at: number): string {
  const lengthMs = Math.max(0, Date.parse(ts) - Date.parse(since));
  return new Date(at - lengthMs).toISOString();
}
