import { monotonicFactory } from 'ulid';
import { topicOf, type TerminalAddress, type TerminalKind } from '#contract/mqtt.ts';
import { Random } from '#lib/random.ts';
import type { SimulatedHall } from '../../devices/simulators/city.ts';
import type { Happening } from '../../devices/simulators/hall/ground-truth.ts';
import { HallTwin, type Notice } from '../../devices/simulators/hall/twin.ts';

/** One message of a terminal on its way to the server. Times are epoch ms. */
export interface Delivery {
  topic: string;
  payload: string;
  arrivesAt: number;
}

/** A day of a hall: what its terminals told, in the order of arrival, and what really happened. */
export interface ToldDay {
  deliveries: Delivery[];
  truth: { happened: Happening; at: number }[];
}

const OPEN_SEC = 9 * 3600;
const LAST_CUSTOMER_SEC = 2 * 3600;
/** Callers say again how they are: what is said of a window holds for two hours. */
const AGAIN_SEC = 1800;
/** Share of the messages that come twice: the acknowledgement was lost. */
const REPEATED = 0.05;
/** A terminal is cut off a few times a day, for so long; what it kept comes when it is back. */
const OUTAGES = 3;
const OUTAGE_SEC = { from: 120, to: 5_400 };
/** What comes up to a minute late counts when it comes; here nothing does, so that figures can be compared to the bit. */
const LATE_MS = 60_001;

/**
 * A day from 08:00 (`opensAt`) through the terminals of the twin, as a bad network tells it: some are cut off for up to an
 * hour and a half and deliver late, some messages come twice, and those of an outage come behind newer ones of others.
 */
export function toldDay(hall: SimulatedHall, opensAt: number, seed: number): ToldDay {
  const luck = new Random(seed);
  const wallAt = (sec: number) => opensAt + Math.round(sec * 1000);
  const twin = new HallTwin({
    hall: { ...hall, seed },
    ...{ hourAt: (sec) => 8 + Math.floor(sec / 3600), wallAt },
    ...{ walkOffEverySec: 0, openingCrowd: 20 },
  });
  const terminals = new Map<string, TellingTerminal>();
  const deliveries: Delivery[] = [];
  const tell = (channel: 'evt' | 'state', kind: TerminalKind, device: string, fields: object) => {
    const name = `${kind}/${device}`;
    const address = { region: hall.region, hall: hall.id, kind, device };
    const terminal = terminals.get(name) ?? new TellingTerminal(address, opensAt, luck);
    terminals.set(name, terminal);
    // Nobody keeps a snapshot: it would be old by the time it came.
    if (channel === 'state' && terminal.isCutOff(wallAt(twin.now))) return;
    const delivery = terminal.tell(channel, fields, wallAt(twin.now));
    deliveries.push(delivery);
    if (luck.chance(REPEATED))
      deliveries.push({ ...delivery, arrivesAt: delivery.arrivesAt + luck.between(1, 600_000) });
  };
  twin.noticed.on((notice) => {
    const told = eventOf(notice, hall);
    if (told !== null) tell('evt', told.kind, told.device, told.fields);
  });
  const advanceTo = (until: number) => {
    while (twin.now < until) {
      twin.advanceTo(Math.min(until, twin.now + AGAIN_SEC));
      for (const { id: window, staff } of hall.windows) {
        const state = twin.view(window).windowState;
        const since = new Date(wallAt(twin.now)).toISOString();
        if (state !== 'closed') tell('state', 'caller', window, { window, state, staff, since });
      }
    }
  };
  twin.open();
  advanceTo(OPEN_SEC);
  twin.close();
  advanceTo(OPEN_SEC + LAST_CUSTOMER_SEC);
  twin.evacuate();
  return {
    // A stable sort: what arrives at the same time keeps its order.
    deliveries: deliveries.sort((a, b) => a.arrivesAt - b.arrivesAt),
    truth: twin.truth.entries().map((happened) => ({ happened, at: wallAt(happened.at) })),
  };
}

class TellingTerminal {
  readonly #address: TerminalAddress;
  readonly #outages: { from: number; until: number }[];
  readonly #ulid = monotonicFactory();
  readonly #sid: string;
  #seq = 0;

  constructor(address: TerminalAddress, opensAt: number, luck: Random) {
    this.#address = address;
    this.#sid = this.#ulid(opensAt);
    this.#outages = Array.from({ length: OUTAGES }, () => {
      const from = opensAt + luck.between(0, OPEN_SEC) * 1000;
      return { from, until: from + luck.between(OUTAGE_SEC.from, OUTAGE_SEC.to) * 1000 };
    });
  }

  tell(channel: 'evt' | 'state', fields: object, at: number): Delivery {
    const envelope = { v: 1, id: this.#ulid(at), seq: this.#seq, sid: this.#sid, ts: new Date(at).toISOString() };
    if (channel === 'evt') this.#seq += 1;
    return {
      topic: topicOf(this.#address, channel),
      payload: JSON.stringify({ ...envelope, ...fields }),
      arrivesAt: this.#backAt(at),
    };
  }

  isCutOff(at: number): boolean {
    return this.#backAt(at) > at;
  }

  /** When the terminal is connected again; outages may follow one upon the other. */
  #backAt(at: number): number {
    const outage = this.#outages.find(({ from, until }) => at >= from && at < until);
    return outage === undefined ? at : Math.max(this.#backAt(outage.until), at + LATE_MS);
  }
}

function eventOf(
  notice: Notice,
  hall: SimulatedHall,
): { kind: TerminalKind; device: string; fields: Record<string, unknown> } | null {
  switch (notice.device) {
    case 'kiosk': {
      const { id: tid, no, queue } = notice.ticket;
      return { kind: 'kiosk', device: notice.kiosk, fields: { type: `ticket.${notice.type}`, tid, no, queue } };
    }
    case 'rater': {
      const rating = { type: `rating.${notice.type}`, tid: notice.ticket.id, window: notice.window };
      const score = notice.type === 'submitted' ? { score: notice.score } : {};
      return { kind: 'rater', device: notice.window, fields: { ...rating, ...score } };
    }
    case 'window': {
      const { window, action } = notice;
      const staff = hall.windows.find(({ id }) => id === window)?.staff;
      const said = (fields: object) => ({ kind: 'caller' as const, device: window, fields: { ...fields, window } });
      switch (action.type) {
        case 'seat-left':
        case 'seat-taken':
          return null;
        case 'login':
        case 'logout':
          return said({ type: `staff.${action.type}`, staff });
        case 'paused':
          return said({ type: 'window.paused', reason: action.reason, plannedMin: action.plannedMin });
        case 'resumed':
          return said({ type: 'window.resumed' });
        default: {
          const { id: tid, no, queue } = action.ticket;
          return said({ type: `ticket.${action.type}`, tid, no, queue });
        }
      }
    }
    case 'door':
      return null;
  }
}
