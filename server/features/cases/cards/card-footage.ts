import { CLIP_AFTER_MS, CLIP_BEFORE_MS } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import { CardFootage, type FootageProof } from '#contract/cards.ts';
import type { HoldInput } from '#contract/storage.ts';
import { AppError } from '#lib/app-error.ts';
import type { Database } from '../../../db/database.ts';
import { CardLoop, type CardLoopDeps } from './card-loop.ts';

export interface CardFootageDeps extends CardLoopDeps {
  db: Database;
  cameras: { list(): Camera[] };
  holds: {
    place(input: HoldInput, by: string): Promise<unknown>;
    lift(id: string, by: string): Promise<unknown>;
    /** Ids of those in force for a card, placed by this name. */
    of(subject: 'card', subjectId: string, by: string): Promise<string[]>;
  };
}

/** Who places them, in the list of holds. */
const BY = 'hallwatch';
const MOST_CAMERAS = 4;
const MOST_SEGMENTS = 500;
/** At a window nobody is served longer. */
const LONGEST_MS = 3600_000;
const BATCH = 20;

interface Subject {
  id: string;
  state: string;
  level: string;
  hallId: string | null;
  windowId: string | null;
  ticketId: string | null;
  acceptedAt: string | null;
}

interface Visit {
  windowId: string;
  from: number;
  until: number;
}

/**
 * What cameras saw of the visit to a window that a card is about: found when the card is issued, held 证据保全 from then on, and
 * kept with the hash of each file, so that it can be told later whether it is what was recorded. Of a revoked card it is
 * held no longer.
 */
export class CardFootageKeeper {
  readonly #deps: CardFootageDeps;
  readonly #loop: CardLoop;

  constructor(deps: CardFootageDeps) {
    this.#deps = deps;
    this.#loop = new CardLoop(deps, () => this.#tick(), 'footage of cards not held or released, again soon');
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Resolves when everything that is known now was looked at. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  /** By camera. Nothing where the case says no window, or no camera saw it. */
  async of(cardId: string): Promise<CardFootage[]> {
    const rows = await this.#deps.db.query(
      `SELECT camera_id AS "cameraId", from_at AS from, until_at AS until, segments FROM card_footage
       WHERE card_id = $1 ORDER BY camera_id`,
      [cardId],
    );
    return rows.map((row) => CardFootage.parse(row));
  }

  async #tick(): Promise<boolean> {
    const { db } = this.#deps;
    const due = await db.query<Subject>(
      `SELECT card.id, card.state, card.level, c.hall_id AS "hallId", c.window_id AS "windowId", c.ticket_id AS "ticketId",
         c.accepted_at AS "acceptedAt"
       FROM card JOIN handled_case AS c ON c.id = card.case_id
       WHERE card.footage = 'wanted' AND card.issued_at IS NOT NULL OR card.footage = 'kept' AND card.state = 'revoked'
       ORDER BY card.id LIMIT ${BATCH}`,
    );
    for (const card of due) {
      const isRevoked = card.state === 'revoked';
      await (isRevoked ? this.#release(card.id) : this.#keep(card));
      await db.query('UPDATE card SET footage = $2 WHERE id = $1', [card.id, isRevoked ? 'released' : 'kept']);
    }
    return due.length === BATCH;
  }

  async #keep(card: Subject): Promise<void> {
    const { cameras, db, holds } = this.#deps;
    const visit = await this.#visitOf(card);
    if (visit === null) return;
    const seeing = cameras
      .list()
      .filter(({ hallId, windowIds }) => hallId === card.hallId && windowIds.includes(visit.windowId))
      // who looks at this window alone sees it best
      .toSorted((a, b) => a.windowIds.length - b.windowIds.length);
    const [from, until] = [iso(visit.from), iso(visit.until)];
    const held = await holds.of('card', card.id, BY);
    for (const { id: cameraId } of seeing.slice(0, MOST_CAMERAS)) {
      // who was ended between the two begins anew, and holds it once
      if (held.length === 0)
        await holds
          .place({ cameraId, from, until, reason: card.level, subject: 'card', subjectId: card.id }, BY)
          .catch(unlessGone);
      await db.query(
        `INSERT INTO card_footage (card_id, camera_id, from_at, until_at, segments) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING`,
        [card.id, cameraId, from, until, JSON.stringify(await this.#segments(cameraId, from, until))],
      );
    }
  }

  async #release(cardId: string): Promise<void> {
    const { holds } = this.#deps;
    for (const id of await holds.of('card', cardId, BY)) await holds.lift(id, BY);
  }

  /** From call to end where the case names its ticket; else around the acceptance at its window. */
  async #visitOf({ hallId, windowId, ticketId, acceptedAt }: Subject): Promise<Visit | null> {
    if (hallId === null || acceptedAt === null) return null;
    const at = Date.parse(acceptedAt);
    const [ticket] =
      ticketId === null
        ? []
        : await this.#deps.db.query<{ windowId: string; from: string; until: string }>(TICKET, [
            ...[hallId, ticketId, acceptedAt],
          ]);
    if (ticket) {
      const [from, until] = [Date.parse(ticket.from), Date.parse(ticket.until)];
      return { windowId: ticket.windowId, from, until: Math.min(until, from + LONGEST_MS) };
    }
    return windowId === null ? null : { windowId, from: at - CLIP_BEFORE_MS, until: at + CLIP_AFTER_MS };
  }

  #segments(cameraId: string, from: string, until: string): Promise<FootageProof[]> {
    return this.#deps.db.query<FootageProof>(
      `SELECT run_id AS run, number, started_at AS "startedAt", ended_at AS "endedAt", encode(sha256, 'hex') AS sha256
       FROM footage_segment
       WHERE camera_id = $1 AND started_at < $3 AND ended_at > $2 AND started_at > $2::timestamptz - interval '1 h'
       ORDER BY started_at, number LIMIT ${MOST_SEGMENTS}`,
      [cameraId, from, until],
    );
  }
}

/** The window at which a ticket was served last. */
const TICKET = `
  SELECT window_id AS "windowId", min(occurred_at) AS from, greatest(max(occurred_at), min(occurred_at) + interval '30 s') AS until
  FROM terminal_event
  WHERE hall_id = $1 AND ticket_id = $2 AND window_id IS NOT NULL AND kind = 'caller'
    AND type IN ('ticket.called', 'ticket.started', 'ticket.completed')
    AND occurred_at BETWEEN $3::timestamptz - interval '1 day' AND $3::timestamptz + interval '1 day'
  GROUP BY window_id ORDER BY max(occurred_at) DESC LIMIT 1`;

/** Of a camera that was removed and never recorded there is nothing to hold. */
function unlessGone(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
