import type { Terminal } from '#contract/terminals.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Database } from '../../db/database.ts';
import { ClockSkew } from './device-time.ts';
import { deadlineOf, nextLink, type Link, type LinkInput } from './link.ts';
import { keyOf, type TerminalKey } from './terminal-key.ts';
import { instant, TerminalRows, type TerminalFacts } from './terminal-rows.ts';

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
  skew: ClockSkew;
  cancelDeadline: () => void;
  /** `lastHeardAt` as the database has it. */
  writtenHeardAt: number;
}

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
      const terminal = this.#admit(facts, restoredLink(facts, now));
      terminal.lastHeardAt = facts.lastHeardAt;
      terminal.model = facts.model;
      terminal.firmware = facts.firmware;
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

  list(): Registered[] {
    return [...this.#terminals.values()];
  }

  find(key: TerminalKey): Registered | undefined {
    return this.#terminals.get(keyOf(key));
  }

  async add(key: TerminalKey, windowId: string | null, name: string): Promise<Registered> {
    await this.#rows.add(key, windowId, name);
    const terminal = this.#admit({ ...key, windowId, name }, { is: 'never-heard' });
    this.changed.emit(viewOf(terminal));
    return terminal;
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
    const { hallId, kind, deviceId } = terminal;
    this.removed.emit({ hallId, kind, deviceId });
  }

  /** The terminal was heard just now; `ts` is its own time, where that says something about its clock. */
  heard(terminal: Registered, at: number, ts: number | null): void {
    terminal.lastHeardAt = at;
    if (at - terminal.writtenHeardAt >= HEARD_EVERY_MS) this.#dirty.add(terminal);
    if (ts === null) return;
    const wasOff = terminal.skew.isOff;
    terminal.skew.add(ts, at);
    if (terminal.skew.isOff !== wasOff) this.#tell(terminal);
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

  #admit(facts: TerminalKey & Pick<Registered, 'windowId' | 'name'>, link: Link): Registered {
    const { hallId, kind, deviceId, windowId, name } = facts;
    const terminal: Registered = {
      ...{ hallId, kind, deviceId, windowId, name, link },
      ...{ model: '', firmware: '', lastHeardAt: null, writtenHeardAt: 0 },
      skew: new ClockSkew(),
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
      deadline === null
        ? () => undefined
        : clock.after(Math.max(0, deadline - clock.now()), () => this.link(terminal, { type: 'time' }));
  }

  #tell(terminal: Registered): void {
    this.#dirty.add(terminal);
    this.#showProblem(terminal);
    this.changed.emit(viewOf(terminal));
  }

  #showProblem(terminal: Registered): void {
    const { problems } = this.#deps;
    const subject = subjectOf(terminal);
    if (terminal.link.is === 'lost') {
      if (terminal.link.reported) problems.raise(subject, 'TERMINAL_OFFLINE');
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
  };
}

function linkOf(link: Link): Terminal['link'] {
  return link.is === 'never-heard' || link.is === 'lost' ? link.is : 'online';
}

function restoredLink(facts: TerminalFacts, now: number): Link {
  const { link, sessionId, linkSince } = facts;
  if (link === 'online') return { is: 'unconfirmed', sid: sessionId, since: now };
  if (link === 'lost') return { is: 'lost', sid: sessionId, since: linkSince ?? now, reported: false };
  return { is: 'never-heard' };
}

function factsOf(terminal: Registered): TerminalFacts {
  const { link } = terminal;
  const { hallId, kind, deviceId, windowId, name, model, firmware, lastHeardAt } = terminal;
  return {
    ...{ hallId, kind, deviceId, windowId, name, model, firmware, lastHeardAt },
    link: linkOf(link),
    sessionId: link.is === 'never-heard' ? null : link.sid,
    linkSince: link.is === 'lost' ? link.since : null,
  };
}

function subjectOf(terminal: TerminalKey): string {
  return `terminal:${keyOf(terminal)}`;
}
