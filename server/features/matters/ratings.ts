import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import type { PlacesPort } from './ports.ts';
import type { MattersService } from './service.ts';

/** What is committed to the event log, as far as ratings need it. */
interface HeardEvent {
  id: string;
  hallId: string;
  windowId: string | null;
  body: { type: string };
}

interface Rating {
  score: number;
  tags: readonly string[];
}

export interface RatingsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: PlacesPort;
  matters: Pick<MattersService, 'review'>;
  terminals: { event: Pick<Emitter<HeardEvent>, 'on'> };
}

/** GB/T 39735: of five levels the last two are bad. */
const BAD = 2;
const LOOK_BACK_MS = 24 * 3600_000;

/** Each bad review from a rater in a hall becomes a matter, once: also those that came while nobody listened. */
export class Ratings {
  readonly #deps: RatingsDeps;
  readonly #work = new Serial();
  #leave: (() => void) | null = null;

  constructor(deps: RatingsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#leave ??= this.#deps.terminals.event.on((event) => {
      if (event.body.type !== 'rating.submitted') return;
      const rating = event.body as unknown as Rating;
      if (rating.score <= BAD) void this.#take(event, rating);
    });
    void this.#work.run(() => this.#catchUp());
  }

  async stop(): Promise<void> {
    this.#leave?.();
    this.#leave = null;
    await this.settled();
  }

  /** Resolves when everything that was heard is a matter. */
  settled(): Promise<void> {
    return this.#work.run(async () => undefined);
  }

  async #catchUp(): Promise<void> {
    const { clock, db, log } = this.#deps;
    try {
      const missed = await db.query<HeardEvent & { rating: Rating }>(
        `SELECT event_id AS id, hall_id AS "hallId", window_id AS "windowId", payload AS rating
         FROM terminal_event AS heard
         WHERE occurred_at > $1 AND type = 'rating.submitted' AND (payload->>'score')::integer <= ${BAD}
           AND NOT EXISTS (SELECT 1 FROM matter WHERE subject->>'of' = 'event' AND subject->>'id' = heard.event_id)`,
        [new Date(clock.now() - LOOK_BACK_MS).toISOString()],
      );
      for (const { rating, ...event } of missed) void this.#take(event, rating);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'bad reviews of the last day not looked for');
    }
  }

  #take({ id, hallId, windowId }: Omit<HeardEvent, 'body'>, { score, tags }: Rating): Promise<void> {
    const { halls, log, matters } = this.#deps;
    return this.#work.run(async () => {
      const hall = halls.get(hallId);
      if (!hall) return;
      const window = hall.windows.find((each) => each.id === windowId);
      // stars and labels are the same in every language
      const title = `${window?.label ?? windowId ?? '–'} ${'★'.repeat(score)}${'☆'.repeat(5 - score)}`;
      const text = tags.join(', ') || title;
      try {
        await matters.review({ hallId, windowId: window?.id ?? null, title, text, rating: score }, null, id);
      } catch (error) {
        log.warn({ reason: messageOf(error), eventId: id }, 'a bad review is no matter yet: again at the next start');
      }
    });
  }
}
