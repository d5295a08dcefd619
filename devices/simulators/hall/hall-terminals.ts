import type { CallerState, TerminalKind } from '#contract/mqtt.ts';
import type { Clock } from '#lib/clock.ts';
import { TerminalClient } from '../../terminals/terminal-client.ts';
import { terminalsOf, type SimulatedHall } from '../city.ts';
import type { ClerkAction } from './clerk.ts';
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
      this.#clients.set(`${kind}/${device}`, client);
    }
    for (const window of staffed) this.#snapshotWindow(window);
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

  #client(kind: TerminalKind, device: string): TerminalClient | undefined {
    return this.#clients.get(`${kind}/${device}`);
  }

  #hear(notice: Notice): void {
    switch (notice.device) {
      case 'kiosk':
        this.#client('kiosk', notice.kiosk)?.event({
          type: `ticket.${notice.type}`,
          tid: notice.ticket.id,
          no: notice.ticket.no,
          queue: notice.ticket.queue,
          ...(notice.ticket.priority && notice.type === 'issued' ? { prio: 'priority' as const } : {}),
        });
        break;
      case 'door':
        this.#client('sensor', 'door')?.telemetry({ inside: notice.inside, in: notice.came, out: notice.left });
        break;
      case 'rater': {
        const { window, ticket } = notice;
        const rating = { tid: ticket.id, window };
        if (notice.type === 'submitted') {
          this.#client('rater', window)?.event({ type: 'rating.submitted', ...rating, score: notice.score });
        } else this.#client('rater', window)?.event({ type: `rating.${notice.type}`, ...rating });
        break;
      }
      case 'window':
        this.#hearWindow(notice.window, notice.action);
    }
  }

  #hearWindow(window: string, action: ClerkAction): void {
    if (action.type === 'seat-left' || action.type === 'seat-taken') {
      this.#client('sensor', `seat-${window}`)?.telemetry({ seat: action.type === 'seat-taken' });
      return;
    }
    const caller = this.#client('caller', window);
    const staff = this.#options.hall.windows.find(({ id }) => id === window)?.staff ?? '';
    if (action.type === 'login' || action.type === 'logout')
      caller?.event({ type: `staff.${action.type}`, window, staff });
    else if (action.type === 'paused') {
      caller?.event({ type: 'window.paused', window, reason: action.reason, plannedMin: action.plannedMin });
    } else if (action.type === 'resumed') caller?.event({ type: 'window.resumed', window });
    else {
      const { id: tid, no, queue } = action.ticket;
      caller?.event({ type: `ticket.${action.type}`, tid, no, queue, window });
    }
    this.#snapshotWindow(window);
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
