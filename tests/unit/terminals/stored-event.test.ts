import { describe, expect, it } from 'vitest';
import type { TerminalMessage } from '#contract/terminal-message.ts';
import { storedEvent } from '../../../server/features/terminals/stored-event.ts';

const NOW = Date.parse('2026-03-09T10:00:00Z');
const iso = (epochMs: number) => new Date(epochMs).toISOString();
const key = { hallId: 'hall-a', kind: 'caller', deviceId: 'd1' } as const;
const bound = { windowId: 'w01', skewMs: null };

function message(ts: string, receivedAt = NOW): TerminalMessage {
  return {
    address: { region: 'region-a', hall: 'hall-a', kind: 'caller', device: 'd1' },
    receivedAt,
    retained: false,
    envelope: { v: 1, id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', seq: 7, sid: 's1', ts },
    channel: 'state',
    kind: 'caller',
    body: { window: 'w02', state: 'idle', since: ts },
  };
}

describe('a line of the event log', () => {
  it('carries the envelope, its place in time and its window', () => {
    const ts = iso(NOW - 1_000);
    expect(storedEvent(key, message(ts), { type: 'window.resumed', window: 'w02' }, bound)).toEqual({
      ...key,
      id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      channel: 'state',
      sid: 's1',
      seq: 7,
      receivedAt: NOW,
      occurredAt: NOW - 1_000,
      at: NOW,
      backfilled: false,
      misdated: false,
      windowId: 'w02',
      body: { type: 'window.resumed', window: 'w02' },
    });
  });

  it('belongs to the window that the terminal is bound to where the message names none', () => {
    expect(storedEvent(key, message(iso(NOW)), { type: 'seat.empty' }, bound).windowId).toBe('w01');
  });

  it('brings the since of a snapshot to our clock by its length, however wrong the device is', () => {
    const device = NOW + 4 * 3_600_000;
    const snapshot = { type: 'caller.state', window: 'w02', state: 'idle', since: iso(device - 90_000) } as const;
    expect(storedEvent(key, message(iso(device)), snapshot, bound).body).toEqual({
      ...snapshot,
      since: iso(NOW - 90_000),
    });
    const ahead = { ...snapshot, since: iso(device + 90_000) };
    expect(storedEvent(key, message(iso(device)), ahead, bound).body).toEqual({ ...snapshot, since: iso(NOW) });
  });
});
