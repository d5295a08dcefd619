import type { CallerState, TerminalKind } from '#contract/mqtt.ts';
import type { Clock } from '#lib/clock.ts';
import { TerminalClient, type Command, type CommandAnswer } from '../../terminals/terminal-client.ts';
import { terminalsOf, type SimulatedHall } from '../city.ts';
import { spokenOf } from './spoken.ts';
import type { HallTwin, Notice } from './twin.ts';

export interface HallTerminalsOptions {
  url: string;
  hall: SimulatedHall;
  twin: HallTwin;
  clock: Clock;
  username?: string;
  password?: string;
}

const models: Record<TerminalKind, string> = {
  kiosk: 'QK-2100',
  caller: 'QC-300',
  screen: 'LS-640',
  rater: 'RT-80',
  sensor: 'SN-12',
};
const MEASURE_EVERY_MS = 10_000;
const RESTART_AFTER_MS = 500;
const RESTARTS_MS = 3_000;

/** All terminals of a simulated hall, each with its own connection: they see the twin and speak the contract, nothing else. */
export class HallTerminals {
  readonly #options: HallTerminalsOptions;
  readonly #clients = new Map<string, TerminalClient>();
  #callOff: (() => void)[] = [];

  constructor(options: HallTerminalsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { hall, url, clock, username, password, twin } = this.#options;
    const staffed = new Set(hall.windows.filter((window) => window.staff !== null).map((window) => window.id));
    for (const { kind, device, windowId } of terminalsOf(hall)) {
      if (windowId !== null && !staffed.has(windowId)) continue;
      const client = new TerminalClient({
        url,
        address: { region: hall.region, hall: hall.id, kind, device },
        clock,
        meta: { model: models[kind], firmware: '3.2.1', window: windowId },
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      });
      client.onCommand = (command) => this.#obey(kind, device, command);
      this.#clients.set(`${kind}/${device}`, client);
    }
    for (const window of staffed) {
      this.#snapshotWindow(window);
      this.#client('rater', window)?.state({ window, ok: true });
    }
    for (const kiosk of hall.kiosks) this.#client('kiosk', kiosk)?.state({ ok: true, paper: 'ok' });
    this.#callOff.push(twin.noticed.on((notice) => this.#hear(notice)));
    this.#callOff.push(clock.every(MEASURE_EVERY_MS, () => this.#measure()));
    await Promise.all([...this.#clients.values()].map((client) => client.connect()));
    this.#measure();
  }

  async stop(): Promise<void> {
    for (const callOff of this.#callOff.splice(0)) callOff();
    await Promise.all([...this.#clients.values()].map((client) => client.disconnect({ graceful: true })));
    this.#clients.clear();
  }

  /** A terminal loses its power for so long: no farewell, its last will speaks for it. False when there is none. */
  die(kind: TerminalKind, device: string, forMs: number): boolean {
    const client = this.#client(kind, device);
    if (client === undefined) return false;
    void client.disconnect({ graceful: false });
    this.#callOff.push(this.#options.clock.after(forMs, () => void client.connect()));
    return true;
  }

  /** Does what the server tells a device. */
  #obey(kind: TerminalKind, device: string, { name, fields }: Command): CommandAnswer {
    switch (name) {
      case 'restart':
        // It answers before it goes.
        this.#callOff.push(this.#options.clock.after(RESTART_AFTER_MS, () => void this.die(kind, device, RESTARTS_MS)));
        return { ok: true };
      case 'call-next': {
        const became = kind === 'caller' ? this.#options.twin.callNext(device) : 'UNSUPPORTED';
        return became === 'CALLED' ? { ok: true } : { ok: false, code: became };
      }
      case 'show': {
        const { text, seconds } = fields;
        if (kind !== 'screen' || typeof text !== 'string' || typeof seconds !== 'number') break;
        this.#client('screen', device)?.state({ window: device, shown: text, ok: true });
        this.#callOff.push(this.#options.clock.after(seconds * 1000, () => this.#snapshotWindow(device)));
        return { ok: true };
      }
    }
    return { ok: false, code: 'UNSUPPORTED' };
  }

  #client(kind: TerminalKind, device: string): TerminalClient | undefined {
    return this.#clients.get(`${kind}/${device}`);
  }

  #hear(notice: Notice): void {
    const spoken = spokenOf(notice, this.#options.hall);
    if (spoken) this.#client(spoken.kind, spoken.device)?.event(spoken.event);
    if (notice.device === 'door') {
      this.#client('sensor', 'door')?.telemetry({ inside: notice.inside, in: notice.came, out: notice.left });
    } else if (notice.device === 'window') {
      const { window, action } = notice;
      if (action.type === 'seat-left' || action.type === 'seat-taken') {
        this.#client('sensor', `seat-${window}`)?.telemetry({ seat: action.type === 'seat-taken' });
      } else this.#snapshotWindow(window);
    }
  }

  /** The retained state of caller and screen, which must agree with the event just sent. */
  #snapshotWindow(window: string): void {
    const { twin, clock, hall } = this.#options;
    const view = twin.view(window);
    const ticket = twin.ticketAt(window);
    const open = view.windowState !== 'closed';
    const state: CallerState = {
      window,
      state: view.windowState,
      staff: open ? (hall.windows.find(({ id }) => id === window)?.staff ?? null) : null,
      tid: ticket?.id ?? null,
      no: ticket?.no ?? null,
      since: new Date(clock.now()).toISOString(),
    };
    this.#client('caller', window)?.state(state);
    this.#client('screen', window)?.state({ window, shown: ticket?.no ?? '', ok: true });
  }

  /** Sensors speak at every change and in a steady beat, as a measurement may be lost. */
  #measure(): void {
    const { hall, twin } = this.#options;
    for (const { id } of hall.windows) {
      this.#client('sensor', `seat-${id}`)?.telemetry({ seat: twin.view(id).staffPresent });
    }
    this.#client('sensor', 'door')?.telemetry({ inside: twin.inside });
  }
}
