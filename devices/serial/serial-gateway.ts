import type { CallerState } from '#contract/mqtt.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import { TerminalClient, type CommandAnswer } from '../terminals/terminal-client.ts';
import { stateAfter } from './caller-state.ts';
import { Frames } from './frames.ts';
import { SerialLine } from './serial-line.ts';
import { addressOf, Wording, type GatewaySettings } from './wording.ts';

export interface SerialGatewayOptions {
  settings: GatewaySettings;
  clock: Clock;
  log: Logger;
}

interface Caller {
  client: TerminalClient;
  state: CallerState | null;
}

const FIRMWARE = 'serial-gateway';
const REPORT_MS = 60_000;

/**
 * Callers on a serial line as terminals: each has a connection of its own to the broker, with its own key, last will and
 * buffer. While the line is away they are not there either.
 */
export class SerialGateway {
  readonly #options: SerialGatewayOptions;
  readonly #wording: Wording;
  readonly #frames: Frames;
  readonly #line: SerialLine;
  readonly #callers: ReadonlyMap<string, Caller>;
  /** A terminal that is being switched off is not switched on before that is done. */
  readonly #switching = new Serial();
  #unread = { frames: 0, last: '', reason: '' };
  #ends: (() => void)[] = [];

  /** Throws where the settings contradict themselves. */
  constructor(options: SerialGatewayOptions) {
    const { settings, clock, log } = options;
    this.#options = options;
    this.#wording = new Wording(settings);
    this.#frames = new Frames(settings.line);
    this.#line = new SerialLine({ ...settings.line, clock, log });
    this.#callers = new Map(
      Object.keys(settings.callers).map((caller) => [caller, { client: this.#clientOf(caller), state: null }]),
    );
  }

  start(): void {
    if (this.#ends.length > 0) return;
    this.#ends = [
      this.#line.heard.on((bytes) => this.#frames.add(bytes).forEach((frame) => this.#hear(frame))),
      this.#line.upChanged.on((isUp) => this.#follow(isUp)),
      this.#options.clock.every(REPORT_MS, () => this.#report()),
    ];
    this.#line.start();
  }

  /** What was heard is delivered, if the broker takes it within two seconds. */
  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    await this.#line.stop();
    await this.#switch(false);
    this.#report();
  }

  #clientOf(address: string): TerminalClient {
    const { settings, clock } = this.#options;
    const { window, key } = settings.callers[address]!;
    const place = addressOf(settings, address);
    const { region, hall, kind, device } = place;
    const client = new TerminalClient({
      ...{ url: settings.broker, address: place, clock },
      meta: { model: settings.model, firmware: FIRMWARE, window },
      ...(key === undefined ? {} : { username: `${region}.${hall}.${kind}.${device}`, password: key }),
    });
    client.onCommand = ({ name }) => this.#tell(address, name);
    return client;
  }

  #hear(frame: string): void {
    const { clock } = this.#options;
    const now = clock.now();
    const read = this.#wording.read(frame, now);
    if (!read.ok) {
      this.#unread = { frames: this.#unread.frames + 1, last: frame, reason: read.reason };
      return;
    }
    const caller = this.#callers.get(read.caller)!;
    // Full: a caller that asks for answers says it again.
    if (!caller.client.event(read.event)) return;
    caller.state = stateAfter(caller.state, read.event, new Date(now).toISOString());
    caller.client.state(caller.state);
    const answer = this.#wording.answer(read.caller);
    if (answer !== null) this.#line.write(answer);
  }

  #tell(address: string, name: string): CommandAnswer {
    const bytes = this.#wording.command(name, address);
    if (bytes === null) return { ok: false, code: 'UNSUPPORTED' };
    return this.#line.write(bytes) ? { ok: true } : { ok: false, code: 'FAILED' };
  }

  #follow(isUp: boolean): void {
    this.#frames.reset();
    void this.#switch(isUp);
  }

  #switch(on: boolean): Promise<void> {
    const clients = [...this.#callers.values()].map(({ client }) => client);
    return this.#switching.run(async () => {
      // Nobody waits for a broker that may be away for now.
      if (on) for (const client of clients) void client.connect();
      else await Promise.all(clients.map((client) => client.disconnect({ graceful: true })));
    });
  }

  #report(): void {
    if (this.#unread.frames === 0) return;
    this.#options.log.warn({ ...this.#unread }, 'frames that could not be read');
    this.#unread = { frames: 0, last: '', reason: '' };
  }
}
