import { ulid } from 'ulid';
import { topicOf } from '#contract/mqtt.ts';
import { commandKinds, type CommandInput, type TerminalCommand } from '#contract/terminal-commands.ts';
import type { TerminalKind } from '#contract/mqtt.ts';
import type { Terminal } from '#contract/terminals.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../../db/database.ts';
import { keyOf, type TerminalKey } from '../terminal-key.ts';
import { CommandRows } from './command-rows.ts';

/** A terminal said what became of a command. */
export interface Reply {
  rid: string;
  ok: boolean;
  code: string | null;
  /** Epoch ms. */
  at: number;
}

export interface CommandsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  halls: { get(hallId: string): { regionId: string } | undefined };
  terminals: {
    get(key: TerminalKey): Terminal | undefined;
    /** Whoever takes a reply; it is acknowledged to the device when that is done. */
    onReply: ((key: TerminalKey, reply: Reply) => Promise<void>) | null;
  };
}

/** What a link to the terminals can do for a command; the two last are for brokers that speak MQTT 5. */
export type SendCommand = (
  topic: string,
  payload: string,
  options: { qos: 1; retain: false; expirySec: number; responseTopic: string },
) => Promise<void>;

/** A device obeys within so long or not at all. */
const OBEYED_WITHIN_MS = 8_000;
/** An answer takes its way, too. */
const ANSWERED_WITHIN_MS = OBEYED_WITHIN_MS + 2_000;

/**
 * Commands to terminals: written down before they are sent, and again when the device has answered or its time is over.
 * One at a time for each device, so that nobody takes the answer to one for that to another.
 */
export class TerminalCommands {
  readonly #deps: CommandsDeps;
  readonly #rows: CommandRows;
  /** By device, what is under way, and whom to tell that it was answered. */
  readonly #open = new Map<string, { rid: string; settle: (command: TerminalCommand | null) => void }>();
  #send: SendCommand | null = null;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#rows = new CommandRows(deps.db);
  }

  async start(): Promise<void> {
    await this.#rows.giveUpOld();
    this.#deps.terminals.onReply = (key, reply) => this.#answered(key, reply);
  }

  /** Whoever still waits is told that there is no answer yet; the next start writes it down. */
  stop(): void {
    this.#deps.terminals.onReply = null;
    for (const { settle } of this.#open.values()) settle(null);
  }

  /** The way to the terminals, when there is one. */
  sendBy(send: SendCommand): void {
    this.#send = send;
  }

  /**
   * Tells a terminal to do something. Resolves when it has answered or its time is over, some ten seconds at most.
   * Throws NOT_FOUND, REQUEST_INVALID (not for this kind), TERMINAL_OFFLINE, CONFLICT (one is under way),
   * BROKER_UNREACHABLE.
   */
  async give(key: TerminalKey, command: CommandInput, by: string): Promise<TerminalCommand> {
    const { clock, log, halls, terminals } = this.#deps;
    const terminal = terminals.get(key);
    const region = halls.get(key.hallId)?.regionId;
    const name = keyOf(key);
    if (terminal === undefined || region === undefined) throw new AppError('NOT_FOUND', name);
    const kinds: readonly TerminalKind[] = commandKinds[command.name];
    if (!kinds.includes(key.kind)) throw new AppError('REQUEST_INVALID', `${command.name} is not for a ${key.kind}`);
    if (terminal.link !== 'online') throw new AppError('TERMINAL_OFFLINE', name);
    if (this.#open.has(name)) throw new AppError('CONFLICT', `${name} has not answered its last command yet`);

    const given: TerminalCommand = {
      ...{ rid: ulid(clock.now()), hallId: key.hallId, kind: key.kind, deviceId: key.deviceId, command, by },
      ...{ at: new Date(clock.now()).toISOString(), status: 'sent', code: null, answeredAt: null },
    };
    const { promise, resolve } = Promise.withResolvers<TerminalCommand | null>();
    this.#open.set(name, { rid: given.rid, settle: resolve });
    const cancel = clock.after(ANSWERED_WITHIN_MS, () => resolve(null));
    try {
      await this.#rows.add(given);
      await this.#publish(region, given, terminal.clockSkewMs ?? 0);
      const answered = (await promise) ?? (await this.#rows.giveUp(given.rid, 'unanswered')) ?? given;
      log.info({ terminal: name, command: command.name, by, status: answered.status }, 'command to a terminal');
      return answered;
    } finally {
      cancel();
      this.#open.delete(name);
    }
  }

  /** The newest first. Throws NOT_FOUND. */
  list(key: TerminalKey, limit: number): Promise<TerminalCommand[]> {
    if (this.#deps.terminals.get(key) === undefined) throw new AppError('NOT_FOUND', keyOf(key));
    return this.#rows.list(key, limit);
  }

  /** `expires` is told by the device's own clock, as far as it is known to be off. */
  async #publish(region: string, { rid, hallId, kind, deviceId, command }: TerminalCommand, skewMs: number) {
    const { name, ...fields } = command;
    const expires = new Date(this.#deps.clock.now() + OBEYED_WITHIN_MS + skewMs).toISOString();
    const address = { region, hall: hallId, kind, device: deviceId };
    try {
      if (this.#send === null) throw new AppError('BROKER_UNREACHABLE', 'no way to the terminals yet');
      await this.#send(topicOf(address, 'cmd', name), JSON.stringify({ v: 1, rid, expires, ...fields }), {
        ...{ qos: 1, retain: false, expirySec: OBEYED_WITHIN_MS / 1000, responseTopic: topicOf(address, 'reply') },
      });
    } catch (error) {
      await this.#rows.giveUp(rid, 'unsent');
      throw error instanceof AppError ? error : new AppError('BROKER_UNREACHABLE', messageOf(error), { cause: error });
    }
  }

  async #answered(key: TerminalKey, { rid, ok, code, at }: Reply): Promise<void> {
    const status = ok ? 'done' : 'refused';
    const command = await this.#rows.answer(key, { rid, status, code, at: new Date(at).toISOString() });
    const open = this.#open.get(keyOf(key));
    if (command !== null && open?.rid === rid) open.settle(command);
  }
}
