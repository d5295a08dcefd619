import { Temporal } from 'temporal-polyfill';
import { ulid } from 'ulid';
import { eventOf } from '#contract/mqtt.ts';
import { Random } from '#lib/random.ts';
import { terminalsOf, type SimulatedHall } from '../../devices/simulators/city.ts';
import { spokenOf, type Spoken } from '../../devices/simulators/hall/spoken.ts';
import { HallTwin, type Notice } from '../../devices/simulators/hall/twin.ts';
import { insertEvents } from '../features/terminals/event-rows.ts';
import type { Statement, StoredEvent } from '../features/terminals/stored-event.ts';
import type { BulkDatabase } from '../db/database.ts';

/** The session under which the log keeps what was made up for days before the demo's first start. */
export const SIMULATED_SESSION = 'simulated-history';

/** Doors are open for so many hours of a day. */
const OPEN_HOURS = 8;
/** They opened so many hours before the time of day of the first start: whoever starts the demo in the evening shall see a usual evening too. */
const OPENED_HOURS_BEFORE = 2;
/** Who still waits when the doors close is served for so long, and sent home after it. */
const AFTER_HOURS = 0.5;
/** How busy an hour of the past is, told by the hour of the twin's day that is as busy: two peaks, and a noon that is quieter. */
const busyAs = [9, 10, 10, 11, 14, 10, 9, 15];
/** How many people come by the day of the week, Monday first, beside the live city. */
const weekday = [1.08, 1, 0.98, 0.98, 0.95, 0.8, 0.75];
/** How many days ago: a week whole, and today's weekday the week before, for what a usual day is learnt from. */
const DAYS_AGO = [1, 2, 3, 4, 5, 6, 7, 14];

export interface HistoryPlan {
  halls: readonly SimulatedHall[];
  timeZone: string;
  /** Simulation seconds in a real one, as in the live city: a wait of then is as long as one of now. */
  speed: number;
  walkOffEverySec: number;
  /** Epoch ms. */
  now: number;
}

/**
 * Writes days before today into the event log, the newest first, made by the same twin that the live city is. A log that
 * has them is left as it is. Says how many events it wrote.
 */
export async function writeHistory(db: BulkDatabase, plan: HistoryPlan): Promise<number> {
  const [known] = await db.query('SELECT 1 FROM terminal_event WHERE session_id = $1 LIMIT 1', [SIMULATED_SESSION]);
  if (known) return 0;
  const now = Temporal.Instant.fromEpochMilliseconds(plan.now).toZonedDateTimeISO(plan.timeZone);
  const opened = now.with({ hour: openingHour(now.hour), minute: 0, second: 0, millisecond: 0 });
  let written = 0;
  for (const days of DAYS_AGO) {
    for (const hall of plan.halls) {
      const events = eventsOfDay(hall, opened.subtract({ days }), plan);
      // A day at once, so that its figures are computed once.
      await insertEvents(db, events);
      written += events.length;
    }
  }
  return written;
}

/** The hour at which doors opened, so that everybody is gone before midnight. */
function openingHour(startedAt: number): number {
  return Math.min(Math.max(startedAt - OPENED_HOURS_BEFORE, 0), Math.floor(24 - OPEN_HOURS - AFTER_HOURS));
}

/** Everything that the terminals of a hall would have told in a day, in the order in which it happened. */
function eventsOfDay(hall: SimulatedHall, opened: Temporal.ZonedDateTime, plan: HistoryPlan): StoredEvent[] {
  const { speed, walkOffEverySec } = plan;
  const seed = hall.seed * 1000 + opened.dayOfYear;
  const luck = new Random(seed);
  const busy = weekday[opened.dayOfWeek - 1]! * luck.logNormal(1, 0.05);
  const queues = hall.queues.map((queue) => ({ ...queue, arrivalsPerHour: queue.arrivalsPerHour * busy }));
  const wallAt = (sec: number) => opened.epochMilliseconds + (sec * 1000) / speed;
  const twin = new HallTwin({
    hall: { ...hall, queues, seed },
    hourAt: (sec) => busyAs[Math.floor(sec / speed / 3600)] ?? 0,
    wallAt,
    walkOffEverySec,
    openingCrowd: 0,
  });

  const lines = new Lines(hall, luck);
  twin.noticed.on((notice) => lines.add(notice, Math.round(wallAt(twin.now))));
  twin.open();
  twin.advanceTo(OPEN_HOURS * 3600 * speed);
  twin.close();
  twin.advanceTo((OPEN_HOURS + AFTER_HOURS) * 3600 * speed);
  twin.evacuate();
  return lines.events;
}

/** What was noticed, as lines of the log. */
class Lines {
  readonly events: StoredEvent[] = [];
  readonly #hall: SimulatedHall;
  readonly #luck: Random;
  /** Terminals that stand in the hall, with their window, and how many events each has told. */
  readonly #terminals: Map<string, { windowId: string | null; seq: number }>;

  constructor(hall: SimulatedHall, luck: Random) {
    this.#hall = hall;
    this.#luck = luck;
    this.#terminals = new Map(
      terminalsOf(hall).map(({ kind, device, windowId }) => [`${kind}/${device}`, { windowId, seq: 0 }]),
    );
  }

  add(notice: Notice, at: number): void {
    const spoken = spokenOf(notice, this.#hall);
    if (spoken) this.#line(spoken.kind, spoken.device, 'evt', understood(spoken), at);
    else if (notice.device === 'window') {
      const type = notice.action.type === 'seat-taken' ? 'seat.occupied' : 'seat.empty';
      this.#line('sensor', `seat-${notice.window}`, 'tel', { type }, at);
    }
  }

  #line(kind: StoredEvent['kind'], device: string, channel: 'evt' | 'tel', body: Statement, at: number): void {
    const terminal = this.#terminals.get(`${kind}/${device}`);
    if (terminal === undefined) return;
    this.events.push({
      ...{ hallId: this.#hall.id, kind, deviceId: device, channel, body, windowId: terminal.windowId },
      id: ulid(at, () => this.#luck.next()),
      ...{ sid: SIMULATED_SESSION, seq: terminal.seq, receivedAt: at, occurredAt: at, at },
      ...{ backfilled: true, misdated: false },
    });
    if (channel === 'evt') terminal.seq += 1;
  }
}

/** As the border of the product would take it. */
function understood({ kind, event }: Spoken): Statement {
  const schema = kind === 'screen' || kind === 'sensor' ? null : eventOf[kind];
  if (schema === null) throw new Error(`a ${kind} tells no events`);
  return schema.parse(event);
}
