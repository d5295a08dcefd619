import type { AuditEntry, AuditFilter, AuditSeal } from '#contract/audit.ts';
import type { Database } from '../../db/database.ts';
import { CHAIN_START, entryHash, epochSeconds } from './canonical.ts';
import type { ReadyEntry } from './entry.ts';

/** A place in the chain. */
export interface Link {
  seq: number;
  hash: string;
}

export const FIRST_LINK: Link = { seq: 0, hash: CHAIN_START };

/** Of all that write to this database, one at a time: the lock's number means nothing. */
const WRITER_LOCK = 7_210_057;

const shown = `seq, at, began, account, session, address, act, subject_kind, subject_id, hall_id, reason,
  details, encode(hash, 'hex') AS hash`;

interface ShownRow {
  seq: number;
  at: string;
  began: string | null;
  account: string | null;
  session: string | null;
  address: string | null;
  act: AuditEntry['act'];
  subject_kind: AuditEntry['subject']['kind'];
  subject_id: string;
  hall_id: string | null;
  reason: string | null;
  details: Record<string, unknown>;
  hash: string;
}

/** The chain in the database, to which it only ever adds. */
export class AuditRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Runs `work` while nobody else writes to the chain. */
  alone<T>(work: (inside: AuditRepository) => Promise<T>): Promise<T> {
    return this.#db.transaction(async (inside) => {
      await inside.query('SELECT pg_advisory_xact_lock($1)', [WRITER_LOCK]);
      return work(new AuditRepository(inside));
    });
  }

  /** The last entry; `FIRST_LINK` where there is none. */
  async tail(): Promise<Link & { at: string | null }> {
    const [row] = await this.#db.query<Link & { at: string }>(
      "SELECT seq, encode(hash, 'hex') AS hash, at FROM audit_entry ORDER BY seq DESC LIMIT 1",
    );
    return row ?? { ...FIRST_LINK, at: null };
  }

  async has({ seq, hash }: Link): Promise<boolean> {
    const rows = await this.#db.query("SELECT FROM audit_entry WHERE seq = $1 AND hash = decode($2, 'hex')", [
      seq,
      hash,
    ]);
    return rows.length > 0;
  }

  /** Adds entries behind a link, in this order, and gives the new end. Only while `alone`. */
  async append(behind: Link, entries: readonly ReadyEntry[]): Promise<Link> {
    const hashes: string[] = [];
    let { seq, hash } = behind;
    for (const entry of entries) {
      seq += 1;
      hash = hashOf(hash, seq, entry);
      hashes.push(hash);
    }
    const of = <T>(field: (entry: ReadyEntry) => T) => entries.map(field);
    await this.#db.query(
      `INSERT INTO audit_entry
       SELECT seq, to_timestamp(at), to_timestamp(began), account, session, address, act, kind, id, hall, reason,
              details::json, decode(previous, 'hex'), decode(hash, 'hex')
       FROM unnest($1::bigint[], $2::numeric[], $3::numeric[], $4::text[], $5::text[], $6::text[], $7::text[],
                   $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
         AS new (seq, at, began, account, session, address, act, kind, id, hall, reason, details, previous, hash)`,
      [
        entries.map((_, i) => behind.seq + 1 + i),
        of(({ at }) => epochSeconds(at)),
        of(({ began }) => (began === null ? null : epochSeconds(began))),
        ...[of(({ account }) => account), of(({ session }) => session), of(({ address }) => address)],
        ...[of(({ act }) => act), of(({ subjectKind }) => subjectKind), of(({ subjectId }) => subjectId)],
        ...[of(({ hallId }) => hallId), of(({ reason }) => reason), of(({ details }) => details)],
        [behind.hash, ...hashes.slice(0, -1)],
        hashes,
      ],
    );
    return { seq, hash };
  }

  /** The newest first, before a place in time; of what lasts, all that touches the span. */
  async page(
    filter: AuditFilter & { within?: readonly string[] | null },
    before: { at: number; seq: number } | null,
    limit: number,
  ): Promise<AuditEntry[]> {
    const { conditions, values } = conditionsOf(filter);
    const value = (given: unknown) => `$${values.push(given)}`;
    if (before) conditions.push(`(at, seq) < (to_timestamp(${value(before.at)} / 1000.0), ${value(before.seq)})`);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = await this.#db.query<ShownRow>(
      `SELECT ${shown} FROM audit_entry ${where} ORDER BY at DESC, seq DESC LIMIT ${value(limit)}`,
      values,
    );
    return rows.map(({ subject_kind: kind, subject_id: id, hall_id: hallId, ...row }) => {
      return { ...row, subject: { kind, id, hallId } };
    });
  }

  /** The last entry of the first day after a link that is over before `today`; null where there is none. */
  async endOfNextDay(after: Link, today: string): Promise<(Link & { day: string }) | null> {
    const [row] = await this.#db.query<Link & { day: string }>(
      `WITH first AS (SELECT (at AT TIME ZONE 'UTC')::date AS day FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT 1)
       SELECT seq, encode(hash, 'hex') AS hash, first.day::text AS day FROM first, audit_entry
       WHERE first.day < $2::date AND seq > $1 AND at < (first.day + 1)::timestamp AT TIME ZONE 'UTC'
       ORDER BY at DESC, seq DESC LIMIT 1`,
      [after.seq, today],
    );
    return row ?? null;
  }

  async addSeal(seal: AuditSeal): Promise<void> {
    await this.#db.query(
      `INSERT INTO audit_seal VALUES ($1, $2, $3, $4, decode($5, 'hex'), $6, $7, decode($8, 'hex'), decode($9, 'base64'))`,
      [
        ...[seal.number, seal.day, seal.lastSeq, seal.count, seal.lastHash, seal.sealedAt, seal.keyId],
        ...[seal.previous, seal.signature],
      ],
    );
  }

  /** In their order, after a number. */
  seals(after = 0): Promise<AuditSeal[]> {
    return this.#db.query<AuditSeal>(
      `SELECT number, day::text, last_seq AS "lastSeq", count, encode(last_hash, 'hex') AS "lastHash",
              sealed_at AS "sealedAt", key_id AS "keyId", encode(previous, 'hex') AS previous,
              translate(encode(signature, 'base64'), E'\\n', '') AS signature
       FROM audit_seal WHERE number > $1 ORDER BY number`,
      [after],
    );
  }
}

/** What an entry must hash to at this place. */
export function hashOf(previous: string, seq: number, entry: ReadyEntry): string {
  const { at, began, account, session, address, act, subjectKind, subjectId, hallId, reason, details } = entry;
  const seconds = [epochSeconds(at), began === null ? null : epochSeconds(began)] as const;
  const about = [act, subjectKind, subjectId, hallId, reason, details] as const;
  return entryHash(previous, [String(seq), ...seconds, account, session, address, ...about]);
}

/** The longest that one entry covers: what lasts longer is told in pieces (sightings.ts). */
export const LONGEST_PIECE_MS = 15 * 60_000;

function conditionsOf(filter: AuditFilter & { within?: readonly string[] | null }): {
  conditions: string[];
  values: unknown[];
} {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const when = (condition: (place: string) => string, given: unknown) => {
    if (given !== undefined) conditions.push(condition(`$${values.push(given)}`));
  };
  when((v) => `account = ${v}`, filter.account);
  when((v) => `act = ANY (${v})`, filter.acts);
  when((v) => `subject_kind = ${v}`, filter.subjectKind);
  when((v) => `subject_id = ${v}`, filter.subjectId);
  when((v) => `hall_id = ${v}`, filter.hallId);
  when((v) => `hall_id = ANY (${v})`, filter.within ?? undefined);
  when((v) => `at >= ${v}`, filter.from);
  // the second condition decides, the first finds the place in the index
  when((v) => `at < ${v}::timestamptz + interval '${LONGEST_PIECE_MS} ms'`, filter.until);
  when((v) => `coalesce(began, at) < ${v}`, filter.until);
  return { conditions, values };
}
