import { topicOf, type TerminalAddress } from '../../../server/contract/mqtt.ts';
import type { RestClient } from '../../helpers/hallwatch.ts';
import { addHall, windowIds } from '../../helpers/house.ts';

/** A kiosk and the caller of one window, behind one connection: they see tickets through from issue to completion. */
export interface Desk {
  name: string;
  window: string;
  kiosk: TerminalAddress;
  caller: TerminalAddress;
}

/** So many halls with so many windows each, and a desk at every window. */
export function desksOf(halls: number, windows: number): Desk[] {
  return Array.from({ length: halls }, (_, h) => `hall-${h}`).flatMap((hall) =>
    windowIds(windows).map((window) => ({
      name: `${hall}-${window}`,
      window,
      kiosk: { region: 'bench', hall, kind: 'kiosk', device: `k-${window}` },
      caller: { region: 'bench', hall, kind: 'caller', device: window },
    })),
  );
}

/** Enters the halls, windows and terminals of the desks. */
export async function furnish(rest: RestClient, desks: readonly Desk[]): Promise<void> {
  for (const hall of new Set(desks.map(({ caller }) => caller.hall))) {
    const here = desks.filter(({ caller }) => caller.hall === hall);
    await addHall(
      rest,
      hall,
      here.map(({ window }) => window),
    );
    for (const { kiosk, caller, window } of here) {
      for (const [{ kind, device: deviceId }, windowId] of [
        [kiosk, null],
        [caller, window],
      ] as const) {
        await rest.call('POST', '/api/terminals', { hallId: hall, kind, deviceId, windowId });
      }
    }
  }
}

const TICKET = ['ticket.issued', 'ticket.called', 'ticket.started', 'ticket.completed'] as const;

/** What a desk says, one event after the other, as topic and payload. Ids sort by time and are never said twice. */
export function speechOf(
  { name, window, kiosk, caller }: Desk,
  number: number,
): () => { topic: string; payload: string } {
  const topics = { kiosk: topicOf(kiosk, 'evt'), caller: topicOf(caller, 'evt') };
  const random = String(number).padStart(6, '0');
  let said = 0;
  const seq = { kiosk: 0, caller: 0 };
  return () => {
    const ticket = Math.floor(said / TICKET.length);
    const type = TICKET[said % TICKET.length]!;
    const by = type === 'ticket.issued' ? 'kiosk' : 'caller';
    const now = Date.now();
    const id = `${base32(now)}${random}${String(said).padStart(10, '0')}`;
    const payload = JSON.stringify({
      ...{ v: 1, id, seq: seq[by], sid: name, ts: new Date(now).toISOString() },
      ...{ type, tid: `${name}-${ticket}`, no: `A${ticket % 1000}`, queue: 'q' },
      ...(by === 'caller' ? { window } : {}),
    });
    said += 1;
    seq[by] += 1;
    return { topic: topics[by], payload };
  };
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let encoded = { at: 0, text: '' };

/** The ten characters of a ULID that tell its time. */
function base32(at: number): string {
  if (encoded.at === at) return encoded.text;
  let text = '';
  for (let rest = at; text.length < 10; rest = Math.floor(rest / 32)) text = DIGITS[rest % 32]! + text;
  encoded = { at, text };
  return text;
}
