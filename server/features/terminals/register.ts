import type { RetiredTerminal, Terminal } from '#contract/terminals.ts';
import type { ProblemSubject } from '#contract/system.ts';
import { messageOf } from '#lib/app-error.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';
import { ClockSkew } from './device-time.ts';
import { EventSequence } from './event-sequence.ts';
import { deadlineOf, nextLink, type Link, type LinkInput } from './link.ts';
import { Speakers } from './speakers.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';
import {
  instant,
  noCredential,
  TerminalRows,
  type Credential,
  type NewTerminal,
  type TerminalFacts,
} from './terminal-rows.ts';

export interface RegisterDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
}

/** A registered terminal as it is now. */
export interface Registered extends TerminalKey {
  windowId: string | null;
  name: string;
  model: string;
  firmware: string;
  link: Link;
  /** Epoch ms. */
  lastHeardAt: number | null;
  credential: Credential;
  /** Out of service since, epoch ms. */
  retiredAt: number | null;
  replacedBy: string | null;
  /** Somebody came under its name and did not have its key. */
  keyRefused: boolean;
  skew: ClockSkew;
  speakers: Speakers;
  events: EventSequence;
  cancelDeadline: () => void;
  /** `lastHeardAt` as the database has it. */
  writtenHeardAt: number;
}

/** A terminal out of service. */
export type Retired = Registered & { retiredAt: number };

const FLUSH_MS = 5_000;
const HEARD_EVERY_MS = 60_000;

/**
 * The register of terminals and how each of them is. Memory leads; the database follows within seconds, for a restart
 * has only to know roughly whom to expect.
 */
export class TerminalRegister {
  /** Something other than `lastHeardAt` changed. */
  readonly changed = new Emitter<Terminal>();
  readonly removed = new Emitter<TerminalKey>();
  /** Whoever is connected as this terminal has to show its key anew. */
  readonly credentialChanged = new Emitter<TerminalKey>();

  readonly #deps: RegisterDeps;
  readonly #rows: TerminalRows;
  readonly #terminals = new Map<string, Registered>();
  readonly #dirty = new Set<Registered>();
  #end: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: RegisterDeps) {
    this.#deps = deps;
    this.#rows = new TerminalRows(deps.db);
  }

  async start(): Promise<void> {
    if (this.#end !== null) return;
    const now = this.#deps.clock.now();
    for (const facts of await this.#rows.all()) {
      const terminal = this.#admit(facts, facts, restoredLink(facts, now));
      const { lastHeardAt, model, firmware, retiredAt, replacedBy } = facts;
      Object.assign(terminal, { lastHeardAt, model, firmware, retiredAt, replacedBy });
    }
    this.#end = this.#deps.clock.every(FLUSH_MS, () => {
      this.#writing = this.#writing.then(() => this.#flush());
    });
  }

  async stop(): Promise<void> {
    if (this.#end === null) return;
    this.#end();
    this.#end = null;
    for (const terminal of this.#terminals.values()) terminal.cancelDeadline();
    await this.#writing;
    for (const terminal of this.#terminals.values())
      if (terminal.lastHeardAt !== terminal.writtenHeardAt) this.#dirty.add(terminal);
    await this.#flush();
    this.#terminals.clear();
  }

  /** Those in service. */
  list(): Registered[] {
    return [...this.#terminals.values()].filter(({ retiredAt }) => retiredAt === null);
  }

  retired(): Retired[] {
    return [...this.#terminals.values()].filter((terminal): terminal is Retired => terminal.retiredAt !== null);
  }

  /** In service or retired. */
  find(key: TerminalKey): Registered | undefined {
    return this.#terminals.get(keyOf(key));
  }

  /** Throws CONFLICT and REQUEST_INVALID. */
  async add(key: TerminalKey, entry: NewTerminal): Promise<Registered> {
    await this.#rows.add(key, entry);
    return this.#enter(key, entry);
  }

  /** A new device with the window and name of the old one, which retires. Throws CONFLICT. */
  async replace(old: Registered, key: TerminalKey, credential: Credential): Promise<Registered> {
    const { windowId, name } = old;
    const entry = { windowId, name, credential };
    const now = this.#deps.clock.now();
    await this.#rows.replace(old, key, entry, now);
    this.#leave(old, now, key.deviceId);
    return this.#enter(key, entry);
  }

  /** Out of service: its key is void, and it counts no more. */
  async retire(terminal: Registered): Promise<void> {
    const now = this.#deps.clock.now();
    await this.#rows.retire(terminal, now);
    this.#leave(terminal, now, null);
  }

  /** Back in service, without key and window. */
  async restore(terminal: Registered): Promise<void> {
    await this.#rows.restore(terminal);
    Object.assign(terminal, { retiredAt: null, replacedBy: null });
    this.changed.emit(viewOf(terminal));
  }

  async setCredential(terminal: Registered, credential: Credential): Promise<void> {
    await this.#rows.setCredential(terminal, credential);
    Object.assign(terminal, { credential, keyRefused: false });
    this.#showProblem(terminal);
    this.changed.emit(viewOf(terminal));
    this.credentialChanged.emit(keyPartsOf(terminal));
  }

  /** Somebody came under its name: with its key, or not. */
  keyShown(terminal: Registered, right: boolean): void {
    if (terminal.keyRefused === !right) return;
    terminal.keyRefused = !right;
    this.#showProblem(terminal);
  }

  async change(terminal: Registered, windowId: string | null, name: string): Promise<void> {
    await this.#rows.change(terminal, windowId, name);
    Object.assign(terminal, { windowId, name });
    this.changed.emit(viewOf(terminal));
  }

  async remove(terminal: Registered): Promise<void> {
    await this.#rows.remove(terminal);
    terminal.cancelDeadline();
    this.#dirty.delete(terminal);
    this.#terminals.delete(keyOf(terminal));
    this.#deps.problems.clear(subjectOf(terminal));
    this.removed.emit(keyPartsOf(terminal));
    this.credentialChanged.emit(keyPartsOf(terminal));
  }

  /** The terminal was heard just now, in this session; `ts` is its own time, where that says something about its clock. */
  heard(terminal: Registered, { at, ts, sid }: { at: number; ts: number | null; sid: string }): void {
    const { skew, speakers } = terminal;
    const before = { off: skew.isOff, two: speakers.areTwo };
    terminal.lastHeardAt = at;
    if (at - terminal.writtenHeardAt >= HEARD_EVERY_MS) this.#dirty.add(terminal);
    speakers.heard(sid, at);
    if (ts !== null) skew.add(ts, at);
    if (skew.isOff !== before.off || speakers.areTwo !== before.two) this.#tell(terminal);
  }

  /** An event of it came, whatever becomes of it. */
  said(terminal: Registered, sid: string, seq: number): void {
    const { events } = terminal;
    const before = events.missing;
    events.add(sid, seq);
    if (events.missing !== before) this.changed.emit(viewOf(terminal));
  }

  /** Puts an input into the terminal's link. */
  link(terminal: Registered, input: LinkInput): void {
    const link = nextLink(terminal.link, input, this.#deps.clock.now());
    if (link === terminal.link) return;
    terminal.link = link;
    this.#await(terminal);
    this.#tell(terminal);
  }

  /** What the device says of itself. */
  describe(terminal: Registered, model: string, firmware: string): void {
    if (terminal.model === model && terminal.firmware === firmware) return;
    Object.assign(terminal, { model, firmware });
    this.#tell(terminal);
  }

  #enter(key: TerminalKey, entry: NewTerminal): Registered {
    const terminal = this.#admit(key, entry, { is: 'never-heard' });
    this.changed.emit(viewOf(terminal));
    // Whoever spoke for it without a key has to leave.
    if (entry.credential.keyHash !== null) this.credentialChanged.emit(keyPartsOf(terminal));
    return terminal;
  }

  #leave(terminal: Registered, retiredAt: number, replacedBy: string | null): void {
    terminal.cancelDeadline();
    Object.assign(terminal, { retiredAt, replacedBy, windowId: null, credential: noCredential, keyRefused: false });
    terminal.link = { is: 'never-heard' };
    this.#dirty.delete(terminal);
    this.#deps.problems.clear(subjectOf(terminal));
    this.removed.emit(keyPartsOf(terminal));
    this.credentialChanged.emit(keyPartsOf(terminal));
  }

  #admit({ hallId, kind, deviceId }: TerminalKey, entry: NewTerminal, link: Link): Registered {
    const { windowId, name, credential } = entry;
    const terminal: Registered = {
      ...{ hallId, kind, deviceId, windowId, name, link, credential },
      ...{ model: '', firmware: '', lastHeardAt: null, writtenHeardAt: 0 },
      ...{ retiredAt: null, replacedBy: null, keyRefused: false },
      ...{ skew: new ClockSkew(), speakers: new Speakers(), events: new EventSequence() },
      cancelDeadline: () => undefined,
    };
    this.#terminals.set(keyOf(terminal), terminal);
    this.#await(terminal);
    return terminal;
  }

  #await(terminal: Registered): void {
    terminal.cancelDeadline();
    const deadline = deadlineOf(terminal.link);
    const { clock } = this.#deps;
    terminal.cancelDeadline =
      deadline === null ? () => undefined : onceAt(clock, deadline, () => this.link(terminal, { type: 'time' }));
  }

  #tell(terminal: Registered): void {
    this.#dirty.add(terminal);
    this.#showProblem(terminal);
    this.changed.emit(viewOf(terminal));
  }

  #showProblem(terminal: Registered): void {
    const { problems } = this.#deps;
    const subject = subjectOf(terminal);
    if (terminal.keyRefused) problems.raise(subject, 'TERMINAL_KEY_WRONG');
    else if (terminal.link.is === 'lost') {
      if (terminal.link.reported) problems.raise(subject, 'TERMINAL_OFFLINE');
    } else if (terminal.speakers.areTwo) {
      problems.raise(subject, 'TERMINAL_TWO_SPEAKERS');
    } else if (terminal.skew.isOff) {
      problems.raise(subject, 'TERMINAL_CLOCK_SKEW', `${Math.round((terminal.skew.ms ?? 0) / 1000)} s`);
    } else problems.clear(subject);
  }

  async #flush(): Promise<void> {
    const terminals = [...this.#dirty];
    if (terminals.length === 0) return;
    this.#dirty.clear();
    try {
      await this.#rows.save(terminals.map(factsOf));
      for (const terminal of terminals) terminal.writtenHeardAt = terminal.lastHeardAt ?? 0;
    } catch (error) {
      for (const terminal of terminals) if (this.find(terminal) === terminal) this.#dirty.add(terminal);
      this.#deps.log.debug({ reason: messageOf(error) }, 'state of terminals not written');
    }
  }
}

/** How the terminal is, for others to see. A terminal that may still come back counts as online. */
export function viewOf(terminal: Registered): Terminal {
  const { hallId, kind, deviceId, windowId, name, model, firmware } = terminal;
  return {
    ...{ hallId, kind, deviceId, windowId, name, model, firmware },
    link: linkOf(terminal.link),
    lastHeardAt: instant(terminal.lastHeardAt),
    clockSkewMs: terminal.skew.ms,
    missingEvents: terminal.events.missing,
    keyIssuedAt: instant(terminal.credential.keyIssuedAt),
  };
}

/** A retired terminal, for others to see. */
export function retiredViewOf(terminal: Retired): RetiredTerminal {
  const { hallId, kind, deviceId, name, model, firmware, replacedBy } = terminal;
  return {
    ...{ hallId, kind, deviceId, name, model, firmware, replacedBy },
    lastHeardAt: instant(terminal.lastHeardAt),
    retiredAt: new Date(terminal.retiredAt).toISOString(),
  };
}

function keyPartsOf({ hallId, kind, deviceId }: TerminalKey): TerminalKey {
  return { hallId, kind, deviceId };
}

function linkOf(link: Link): Terminal['link'] {
  return link.is === 'never-heard' || link.is === 'lost' ? link.is : 'online';
}

function restoredLink(facts: TerminalFacts, now: number): Link {
  if (facts.retiredAt !== null) return { is: 'never-heard' };
  const { link, sessionId, linkSince } = facts;
  if (link === 'online') return { is: 'unconfirmed', sid: sessionId, since: now };
  if (link === 'lost') return { is: 'lost', sid: sessionId, since: linkSince ?? now, reported: false };
  return { is: 'never-heard' };
}

function factsOf(terminal: Registered): TerminalFacts {
  const { link } = terminal;
  const { hallId, kind, deviceId, windowId, name, model, firmware, lastHeardAt } = terminal;
  const { credential, retiredAt, replacedBy } = terminal;
  return {
    ...{ hallId, kind, deviceId, windowId, name, model, firmware, lastHeardAt, credential, retiredAt, replacedBy },
    link: linkOf(link),
    sessionId: link.is === 'never-heard' ? null : link.sid,
    linkSince: link.is === 'lost' ? link.since : null,
  };
}

function subjectOf(terminal: TerminalKey): ProblemSubject {
  return `terminal:${keyOf(terminal)}`;
}
