import { ulid } from 'ulid';
import type { Advice } from '#contract/advice.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../../db/database.ts';
import { calmly } from '#lib/calmly.ts';
import type { Expectation, Expected } from '../expectations.ts';
import type { Band } from '../forecast.ts';
import { choose, type Choice, type Judged } from './choice.ts';
import { HORIZON_SEC } from './course.ts';
import { followedAt, peakWaits } from './outcome.ts';
import { AdviceRepository } from './repository.ts';
import { isBarred, nextStep, QUIET_MS, STANDS_MS, type Ended, type Given } from './standing.ts';

export interface AdviserDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: { list(): Hall[] };
  hallStates: { readonly deltas: Pick<Emitter<HallDelta>, 'on'> };
  expectations: { of(hallId: string, now: number): Promise<Expectation> };
}

const EVERY_MS = 60_000;
/** Events of the last minute may still be under way when the hour is over. */
const SETTLE_MS = 60_000;
/** What the page shows is worth asking for anew when a peak wait moved by so much, and by so large a share. */
const NEWS_SEC = 120;
const NEWS_SHARE = 0.2;

/** What the adviser remembers of a hall. */
interface Desk {
  /** Of the last half hour, oldest first; at most the last of them stands. */
  recent: Advice[];
  /** Peak waits as the hall's watchers know them. */
  told: Band[];
  /** What stands, as it looks by now. */
  standing: Judged | null;
}

/**
 * Looks at one hall after the other once a minute and advises what is most worth doing; writes each advice down, whether it was
 * followed, and what really happened when its hour is over.
 */
export class Adviser {
  /** A hall whose advice changed, or whose forecast did by more than a little. */
  readonly changed = new Emitter<string>();
  readonly record: AdviceRepository;
  readonly #deps: AdviserDeps;
  readonly #work = new Serial();
  readonly #desks = new Map<string, Desk>();
  /** Halls whose standing advice is to be looked after because its window changed. */
  readonly #looking = new Set<string>();
  #leave: (() => void)[] = [];
  #waiting = false;

  constructor(deps: AdviserDeps) {
    this.#deps = deps;
    this.record = new AdviceRepository(deps.db);
  }

  /** Throws what the database throws. */
  async start(): Promise<void> {
    if (this.#leave.length > 0) return;
    const { clock, hallStates } = this.#deps;
    for (const advice of await this.record.since(iso(clock.now() - STANDS_MS - QUIET_MS))) {
      this.#desk(advice.hallId).recent.push(advice);
    }
    this.#leave = [clock.every(EVERY_MS, () => this.#look()), hallStates.deltas.on((delta) => this.#hear(delta))];
    this.#look();
  }

  async stop(): Promise<void> {
    for (const leave of this.#leave.splice(0)) leave();
    await this.#work.run(async () => undefined);
  }

  /** One round over all halls. */
  async round(wanted: () => boolean = () => true): Promise<void> {
    const { halls, log } = this.#deps;
    await this.#settle();
    const present = halls.list();
    for (const hallId of this.#desks.keys()) {
      if (!present.some(({ id }) => id === hallId)) this.#desks.delete(hallId);
    }
    for (const hall of present) {
      if (!wanted()) return;
      // A hall that cannot be judged must not keep the others from it.
      await this.#advise(hall).catch((error: unknown) => {
        log.warn({ hallId: hall.id, reason: messageOf(error) }, 'no advice for the hall, again in a minute');
      });
    }
  }

  /** Of one hall before an instant, the newest first; what stands with how it looks by now. Throws what the database throws. */
  async list(hallId: string, span: { before: string | null; limit: number }): Promise<Advice[]> {
    const hall = this.#deps.halls.list().find(({ id }) => id === hallId);
    return (await this.record.list(hallId, span)).map((advice) => {
      const standing = this.#desks.get(hallId)?.standing;
      const queue = hall?.queues.findIndex(({ id }) => id === advice.action.queueId) ?? -1;
      if (advice.ended !== null || !standing || queue < 0) return advice;
      const { without, with: done, load } = standing;
      return { ...advice, now: { without: without[queue]!, with: done[queue]!, load } };
    });
  }

  #look(): void {
    // A round that takes long is not followed by those that it has missed.
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#work.run(async () => {
      await this.round(() => this.#leave.length > 0).catch((error: unknown) => {
        this.#deps.log.warn({ reason: messageOf(error) }, 'no advice this minute');
      });
      this.#waiting = false;
    });
  }

  /** The window that the advice speaks of has changed: it may have been followed. */
  #hear({ hallId, windows = [] }: HallDelta): void {
    const standing = this.#standing(hallId);
    if (standing === null || !windows.some(({ windowId }) => windowId === standing.action.windowId)) return;
    // One look is enough for all that comes while it waits for its turn.
    if (this.#looking.has(hallId)) return;
    this.#looking.add(hallId);
    void this.#work
      .run(() => {
        this.#looking.delete(hallId);
        return this.#endIfFollowed(hallId);
      })
      .catch((error: unknown) => {
        this.#deps.log.warn({ hallId, reason: messageOf(error) }, 'not known whether the advice was followed');
      });
  }

  async #advise(hall: Hall): Promise<void> {
    const { clock, expectations } = this.#deps;
    await this.#endIfFollowed(hall.id);
    const now = clock.now();
    const expectation = await expectations.of(hall.id, now);
    if (!expectation.known) return;
    const { expected } = expectation;
    const desk = this.#desk(hall.id);
    desk.recent = desk.recent.filter(({ endedAt }) => endedAt === null || now - Date.parse(endedAt) < QUIET_MS);
    const standing = this.#standing(hall.id);
    const choice = isShut(expected) ? NOTHING_TO_DO : await this.#choose(expected, desk, now);
    desk.standing = choice.standing;
    const { end, give } = nextStep(standing && givenOf(standing), choice, now);
    if (end !== null) await this.#end(hall.id, end, now);
    if (give !== null) await this.#give(expected, give, now);
    if (!isNews(desk.told, choice.nothing) && end === null && give === null) return;
    desk.told = choice.nothing;
    this.changed.emit(hall.id);
  }

  #choose({ hall, live, situation, demand }: Expected, desk: Desk, now: number): Promise<Choice> {
    const recent = desk.recent.map(givenOf);
    const queuesOf = (windowId: string) => hall.windows.find(({ id }) => id === windowId)?.queueIds ?? [];
    return calmly(
      this.#deps.clock,
      choose({
        ...{ situation, demand, seed: now },
        promises: hall.queues.map(({ targetWaitSec }) => targetWaitSec),
        isOpenable: (windowId) => isClosed(live, windowId),
        standing: this.#standing(hall.id)?.action ?? null,
        isBarred: (action) => isBarred(action, recent, { now, queuesOf }),
      }),
    );
  }

  async #give({ hall, live }: Expected, judged: Judged, now: number): Promise<void> {
    const { action, seed, runs, load } = judged;
    const queue = live.queues.find(({ queueId }) => queueId === action.queueId);
    const advice: Advice = {
      ...{ id: ulid(now), hallId: hall.id, givenAt: iso(now), horizonAt: iso(now + HORIZON_SEC * 1000), action },
      because: {
        waiting: queue?.waiting ?? 0,
        longestSec: queue?.longestSince ? (now - Date.parse(queue.longestSince)) / 1000 : 0,
        staffedWindows: queue?.staffedWindows ?? 0,
        load,
      },
      peaks: hall.queues.map(({ id }, index) => ({
        ...{ queueId: id, without: judged.without[index]!, with: judged.with[index]!, happened: null },
      })),
      ...{ now: null, seed, runs, ended: null, endedAt: null, settledAt: null },
    };
    await this.record.insert(advice);
    const desk = this.#desk(hall.id);
    desk.recent.push(advice);
    desk.standing = judged;
  }

  async #endIfFollowed(hallId: string): Promise<void> {
    const standing = this.#standing(hallId);
    if (standing === null) return;
    const from = Date.parse(standing.givenAt);
    const at = await followedAt(this.#deps.db, { hallId, action: standing.action, from, until: from + STANDS_MS });
    if (at === null) return;
    await this.#end(hallId, 'taken', at);
    this.changed.emit(hallId);
  }

  async #end(hallId: string, ended: Ended, at: number): Promise<void> {
    const standing = this.#standing(hallId);
    if (standing === null) return;
    await this.record.end(standing.id, ended, iso(at));
    const { recent } = this.#desk(hallId);
    recent.splice(recent.indexOf(standing), 1, { ...standing, ended, endedAt: iso(at) });
  }

  async #settle(): Promise<void> {
    const { db, clock } = this.#deps;
    const now = clock.now();
    for (const advice of await this.record.unsettled(iso(now - SETTLE_MS))) {
      const span = { from: Date.parse(advice.givenAt), until: Date.parse(advice.horizonAt) };
      await this.record.settle(advice, await peakWaits(db, { hallId: advice.hallId, ...span }), iso(now));
      this.changed.emit(advice.hallId);
    }
  }

  #standing(hallId: string): Advice | null {
    const last = this.#desks.get(hallId)?.recent.at(-1);
    return last?.ended === null ? last : null;
  }

  #desk(hallId: string): Desk {
    const known = this.#desks.get(hallId) ?? { recent: [], told: [], standing: null };
    this.#desks.set(hallId, known);
    return known;
  }
}

const iso = (at: number) => new Date(at).toISOString();

function givenOf({ action, givenAt, ended, endedAt }: Advice): Given {
  return { action, givenAt: Date.parse(givenAt), ended, endedAt: endedAt === null ? null : Date.parse(endedAt) };
}

/** Nobody sits there. A window of which nothing is known is taken for closed as well: it stands in the set-up. */
function isClosed({ windows }: HallLive, windowId: string): boolean {
  const state = windows.find((row) => row.windowId === windowId)?.state;
  return state === 'closed' || state === 'unknown';
}

/** No window works: tickets that were never called wait on paper until midnight, and help nobody's advice. */
function isShut({ situation }: Expected): boolean {
  return situation.windows.every(({ now }) => now.is === 'closed');
}

const NOTHING_TO_DO: Choice = { best: null, standing: null, standingHolds: false, nothing: [] };

function isNews(told: readonly Band[], now: readonly Band[]): boolean {
  return now.some(({ middle }, queue) => {
    const before = told[queue]?.middle ?? 0;
    return Math.abs(middle - before) > Math.max(NEWS_SEC, NEWS_SHARE * before);
  });
}
