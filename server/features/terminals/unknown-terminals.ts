import type { TerminalAddress, TerminalKind } from '#contract/mqtt.ts';
import type { UnknownTerminal } from '#contract/terminals.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { hashKey, LEAST_KEY_LENGTH, printOf } from '#lib/device-key.ts';
import type { TerminalKey } from './terminal-key.ts';

export interface UnknownTerminalsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
}

interface Entry {
  address: TerminalAddress;
  firstHeardAt: number;
  lastHeardAt: number;
  messages: number;
  /** When a message of it was last worth keeping. */
  letterAt: number;
  /** The key it knocked with, hashed, and its print. */
  offered: { hash: string; print: string } | null;
  /** An administrator does not want it, since. */
  refusedAt: number | null;
}

/** Devices remembered at most; anybody may invent a name. */
const LIMIT = 1_000;
const FLUSH_MS = 5_000;
const LETTER_EVERY_MS = 60_000;

/**
 * Devices that speak under a valid topic, or knock with a key, and are in no register: counted, and kept waiting until an
 * administrator approves or refuses them.
 */
export class UnknownTerminals {
  readonly #deps: UnknownTerminalsDeps;
  /** In the order in which they were last heard. */
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<string>();
  /** Some were forgotten since the last flush. */
  #shrunk = false;
  #end: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: UnknownTerminalsDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (this.#end !== null) return;
    const { db, clock } = this.#deps;
    const rows = await db.query<Row>(
      `SELECT region_id, hall_id, kind, device_id, first_heard_at, last_heard_at, messages, refused_at, key_hash, key_print
       FROM unknown_terminal ORDER BY last_heard_at DESC LIMIT $1`,
      [LIMIT],
    );
    for (const row of rows.reverse()) {
      const address = { region: row.region_id, hall: row.hall_id, kind: row.kind, device: row.device_id };
      this.#entries.set(nameOf(address), {
        address,
        firstHeardAt: Date.parse(row.first_heard_at),
        lastHeardAt: Date.parse(row.last_heard_at),
        messages: row.messages,
        letterAt: 0,
        offered: row.key_hash && row.key_print ? { hash: row.key_hash, print: row.key_print } : null,
        refusedAt: row.refused_at === null ? null : Date.parse(row.refused_at),
      });
    }
    this.#end = clock.every(FLUSH_MS, () => {
      this.#writing = this.#writing.then(() => this.#flush());
    });
  }

  async stop(): Promise<void> {
    if (this.#end === null) return;
    this.#end();
    this.#end = null;
    await this.#writing;
    await this.#flush();
  }

  list(): UnknownTerminal[] {
    return [...this.#entries.values()].reverse().map((entry) => ({
      regionId: entry.address.region,
      hallId: entry.address.hall,
      kind: entry.address.kind,
      deviceId: entry.address.device,
      firstHeardAt: new Date(entry.firstHeardAt).toISOString(),
      lastHeardAt: new Date(entry.lastHeardAt).toISOString(),
      messages: entry.messages,
      keyPrint: entry.offered?.print ?? null,
      refused: entry.refusedAt !== null,
    }));
  }

  /** Counts one message; true when it is time to keep one as a dead letter again. */
  heard(address: TerminalAddress, receivedAt: number): boolean {
    const entry = this.#note(address, receivedAt);
    entry.messages += 1;
    if (entry.refusedAt !== null || receivedAt - entry.letterAt < LETTER_EVERY_MS) return false;
    entry.letterAt = receivedAt;
    return true;
  }

  /** It wants to connect and has no right to; the key it brings counts once an administrator accepts it. */
  knocked(address: TerminalAddress, key: Buffer, at: number): void {
    const entry = this.#note(address, at);
    if (key.length < LEAST_KEY_LENGTH) entry.offered = null;
    else if (entry.offered?.print !== printOf(key)) entry.offered = { hash: hashKey(key), print: printOf(key) };
  }

  /** The key of this print that the device came with last, hashed; null where it brought none or another one. */
  offeredKey(key: TerminalKey, print: string): string | null {
    const offers = this.#of(key).map(([, { offered }]) => offered);
    return offers.find((offered) => offered?.print === print)?.hash ?? null;
  }

  /** Since when it is refused; null lets it wait again. False where there is none of that name. */
  refuse(key: TerminalKey, at: number | null): boolean {
    const found = this.#of(key);
    for (const [name, entry] of found) {
      entry.refusedAt = at;
      this.#dirty.add(name);
    }
    return found.length > 0;
  }

  /** It is registered now, whatever region it named. */
  forget(key: TerminalKey): void {
    for (const [name] of this.#of(key)) this.#forget(name);
  }

  #of({ hallId, kind, deviceId }: TerminalKey): [string, Entry][] {
    return [...this.#entries].filter(
      ([, { address }]) => address.hall === hallId && address.kind === kind && address.device === deviceId,
    );
  }

  #note(address: TerminalAddress, at: number): Entry {
    const name = nameOf(address);
    const entry = this.#entries.get(name) ?? {
      ...{ address, firstHeardAt: at, lastHeardAt: 0, messages: 0, letterAt: 0 },
      ...{ offered: null, refusedAt: null },
    };
    entry.lastHeardAt = at;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    this.#dirty.add(name);
    if (this.#entries.size > LIMIT) this.#forget(this.#entries.keys().next().value!);
    return entry;
  }

  #forget(name: string): void {
    this.#entries.delete(name);
    this.#dirty.delete(name);
    this.#shrunk = true;
  }

  async #flush(): Promise<void> {
    const { db, log } = this.#deps;
    const dirty = [...this.#dirty].flatMap((name) => this.#entries.get(name) ?? []);
    const shrunk = this.#shrunk;
    this.#dirty.clear();
    this.#shrunk = false;
    try {
      if (dirty.length > 0) await db.query(UPSERT, columns(dirty));
      if (shrunk) await db.query(KEEP_ONLY, columns([...this.#entries.values()]).slice(0, 4));
    } catch (error) {
      for (const { address } of dirty) if (this.#entries.has(nameOf(address))) this.#dirty.add(nameOf(address));
      this.#shrunk ||= shrunk;
      log.debug({ reason: messageOf(error) }, 'unknown terminals not written');
    }
  }
}

const UPSERT = `
  INSERT INTO unknown_terminal
    (region_id, hall_id, kind, device_id, first_heard_at, last_heard_at, messages, refused_at, key_hash, key_print)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
    $7::bigint[], $8::timestamptz[], $9::text[], $10::text[])
  ON CONFLICT (region_id, hall_id, kind, device_id)
  DO UPDATE SET last_heard_at = excluded.last_heard_at, messages = excluded.messages,
    refused_at = excluded.refused_at, key_hash = excluded.key_hash, key_print = excluded.key_print`;

const KEEP_ONLY = `
  DELETE FROM unknown_terminal WHERE (region_id, hall_id, kind, device_id) NOT IN
    (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]))`;

interface Row {
  region_id: string;
  hall_id: string;
  kind: TerminalKind;
  device_id: string;
  first_heard_at: string;
  last_heard_at: string;
  messages: number;
  refused_at: string | null;
  key_hash: string | null;
  key_print: string | null;
}

function nameOf({ region, hall, kind, device }: TerminalAddress): string {
  return `${region}/${hall}/${kind}/${device}`;
}

function columns(entries: Entry[]): unknown[][] {
  return [
    entries.map(({ address }) => address.region),
    entries.map(({ address }) => address.hall),
    entries.map(({ address }) => address.kind),
    entries.map(({ address }) => address.device),
    entries.map((entry) => new Date(entry.firstHeardAt).toISOString()),
    entries.map((entry) => new Date(entry.lastHeardAt).toISOString()),
    entries.map((entry) => entry.messages),
    entries.map(({ refusedAt }) => (refusedAt === null ? null : new Date(refusedAt).toISOString())),
    entries.map(({ offered }) => offered?.hash ?? null),
    entries.map(({ offered }) => offered?.print ?? null),
  ];
}
