import type { WindowState } from '#contract/mqtt.ts';
import { Emitter } from '#lib/emitter.ts';
import type { SimulatedHall, SimulatedWindow } from '../city.ts';
import { Agenda } from './agenda.ts';
import { Clerk, type ClerkAction } from './clerk.ts';
import { GroundTruth, happeningOf } from './ground-truth.ts';
import { Random } from '#lib/random.ts';
import { Visitors, type Ticket } from './visitors.ts';

/** What a device in the hall notices, in the order it happens. */
export type Notice =
  | { device: 'kiosk'; kiosk: string; type: 'issued' | 'cancelled'; ticket: Ticket }
  | { device: 'window'; window: string; action: ClerkAction }
  | { device: 'rater'; window: string; ticket: Ticket; type: 'requested' | 'timeout' }
  | { device: 'rater'; window: string; ticket: Ticket; type: 'submitted'; score: number }
  | { device: 'door'; inside: number; came: number; left: number };

/** What a camera above a window sees. */
export interface WindowView {
  staffPresent: boolean;
  customer: boolean;
  waiting: number;
  windowState: WindowState;
  ticketNo: string | null;
}

export interface TwinOptions {
  hall: SimulatedHall;
  /** Hour of the day, 0..23, at a simulation second: decides how many visitors come. */
  hourAt: (sec: number) => number;
  /** Epoch ms at a simulation second: only for making ticket ids. */
  wallAt: (sec: number) => number;
  /** Mean seconds between two walk-offs in the whole hall; 0: nobody walks off by himself. */
  walkOffEverySec: number;
  /** People who stand before the door when it opens. */
  openingCrowd: number;
  /** A good day: no service takes much longer than others, and nobody rates badly. */
  calm?: boolean;
  /** The share of those called at a simulation second who do not come; 6 % without it. */
  noShows?: (sec: number) => number;
  /** Windows whose clerk does not come. */
  away?: readonly string[];
}

/** Scores from the lowest, each with the share of visitors who give it or a lower one. */
const scores = [
  [1, 0.004],
  [2, 0.008],
  [3, 0.1],
  [4, 0.3],
  [5, 1],
] as const;

/**
 * A hall as a discrete-event model: visitors come, take tickets, are called, served, skipped, rate; clerks log in,
 * pause, walk off. It knows nothing of MQTT: `noticed` tells what the devices would see, `truth` what really happened.
 */
export class HallTwin {
  readonly truth = new GroundTruth();
  readonly noticed = new Emitter<Notice>();
  readonly #options: TwinOptions;
  readonly #agenda = new Agenda();
  readonly #random: Random;
  readonly #waiting = new Map<string, Ticket[]>();
  readonly #visitors = new Map<string, Visitors>();
  readonly #clerks: Clerk[];
  #inside = 0;
  #closed = false;

  constructor(options: TwinOptions) {
    this.#options = options;
    this.#random = new Random(options.hall.seed);
    for (const queue of options.hall.queues) {
      this.#waiting.set(queue.id, []);
      this.#visitors.set(queue.id, new Visitors(queue, this.#random));
    }
    const desk = {
      takeNext: (window: SimulatedWindow) => this.#takeNext(window),
      serviceSec: (queue: string) => this.#serviceSec(60 * this.#queue(queue).meanServiceMin),
      comes: () => !this.#random.chance(this.#options.noShows?.(this.now) ?? 0.06),
      report: (window: string, action: ClerkAction) => this.#report(window, action),
    };
    this.#clerks = options.hall.windows
      .filter((window) => window.staff !== null)
      .map((window) => new Clerk({ window, agenda: this.#agenda, random: this.#random, desk }));
  }

  /** Simulation seconds since the doors opened. */
  get now(): number {
    return this.#agenda.now;
  }

  /** When something happens next. */
  get nextAt(): number {
    return this.#agenda.nextAt;
  }

  /** Opens the doors. */
  open(): void {
    for (const clerk of this.#clerks) {
      const late = this.#random.between(0, 20);
      if (!this.#options.away?.includes(clerk.window.id)) this.#agenda.plan(late, () => clerk.comeToWork());
    }
    for (let i = 0; i < this.#options.openingCrowd; i += 1) {
      const queue = this.#random.pick(this.#options.hall.queues).id;
      this.#agenda.plan(this.#random.between(0, 90), () => this.#arrive(queue));
    }
    for (const queue of this.#options.hall.queues) this.#expectVisitor(queue.id);
    if (this.#options.walkOffEverySec > 0) this.#expectWalkOff();
  }

  /** Closes the doors: nobody comes any more, clerks go home after their customer. */
  close(): void {
    this.#closed = true;
    for (const clerk of this.#clerks) clerk.goHome();
  }

  /** Sends everybody home at once: who waits hands his ticket back, who is being served goes unserved. */
  evacuate(): void {
    this.close();
    for (const line of this.#waiting.values()) for (const ticket of [...line]) this.#giveUp(ticket);
    for (const clerk of this.#clerks) clerk.leave();
  }

  advanceTo(sec: number): void {
    this.#agenda.advanceTo(sec);
  }

  /** A clerk walks off for so long; false when there is none in the seat. */
  walkOff(windowId: string, forSec: number): boolean {
    return this.#clerk(windowId)?.walkOff(forSec) ?? false;
  }

  comeBack(windowId: string): void {
    this.#clerk(windowId)?.comeBack();
  }

  /** The caller of a window is told to call the next ticket. */
  callNext(windowId: string): ReturnType<Clerk['callNext']> {
    return this.#clerk(windowId)?.callNext() ?? 'CLOSED';
  }

  /** Something happens so many seconds from now. */
  after(sec: number, action: () => void): void {
    this.#agenda.plan(sec, action);
  }

  /** A clerk goes home, after his customer, whatever the timetable says. */
  goHome(windowId: string): void {
    this.#clerk(windowId)?.goHome();
  }

  /** A clerk sits there and calls nobody for so long. */
  dawdle(windowId: string, forSec: number): void {
    this.#clerk(windowId)?.dawdle(forSec);
  }

  /** A clerk pauses, and stays away for a multiple of the time that he says; false when he is not free to. */
  pause(windowId: string, plannedMin: number, times: number): boolean {
    return this.#clerk(windowId)?.pause(plannedMin, times) ?? false;
  }

  /** So many people come to one queue within two minutes. */
  rush(queueId: string, people: number): void {
    for (let i = 0; i < people; i += 1) this.#agenda.plan(this.#random.between(0, 120), () => this.#arrive(queueId));
  }

  waiting(queueId: string): number {
    return this.#waiting.get(queueId)?.length ?? 0;
  }

  get inside(): number {
    return this.#inside;
  }

  ticketAt(windowId: string): Ticket | null {
    return this.#clerk(windowId)?.ticket ?? null;
  }

  view(windowId: string): WindowView {
    const clerk = this.#clerk(windowId);
    const queues = this.#options.hall.windows.find((window) => window.id === windowId)?.queueIds ?? [];
    return {
      staffPresent: clerk?.seated ?? false,
      customer: clerk?.customerHere ?? false,
      waiting: queues.reduce((sum, queue) => sum + this.waiting(queue), 0),
      windowState: clerk?.state ?? 'closed',
      ticketNo: clerk?.ticket?.no ?? null,
    };
  }

  #clerk(windowId: string): Clerk | undefined {
    return this.#clerks.find((clerk) => clerk.window.id === windowId);
  }

  #queue(id: string) {
    return this.#options.hall.queues.find((queue) => queue.id === id)!;
  }

  #serviceSec(mean: number): number {
    return this.#options.calm ? this.#random.between(0.5, 1.5) * mean : this.#random.logNormal(mean, 0.5);
  }

  #expectVisitor(queueId: string): void {
    if (this.#closed) return;
    const wait = this.#visitors.get(queueId)!.nextArrivalSec(this.#options.hourAt(this.now));
    // Nobody comes at this hour: look again in a quarter of an hour.
    if (wait === null) this.#agenda.plan(900, () => this.#expectVisitor(queueId));
    else {
      this.#agenda.plan(wait, () => {
        if (!this.#closed) this.#arrive(queueId);
        this.#expectVisitor(queueId);
      });
    }
  }

  #expectWalkOff(): void {
    this.#agenda.plan(this.#random.exponential(this.#options.walkOffEverySec), () => {
      const clerk = this.#random.pick(this.#clerks);
      clerk.walkOff(this.#random.between(300, 1200));
      this.#expectWalkOff();
    });
  }

  #arrive(queueId: string): void {
    const ticket = this.#visitors.get(queueId)!.takeTicket(this.now, this.#options.wallAt(this.now));
    this.#pass(1, 0);
    this.truth.record({ what: 'arrived', at: this.now, ticket: ticket.id, queue: queueId });
    this.#noticeKiosk('issued', ticket);
    const line = this.#waiting.get(queueId)!;
    if (ticket.priority) line.splice(line.filter(({ priority }) => priority).length, 0, ticket);
    else line.push(ticket);
    // Some give up after long waiting and hand their ticket back; the rest stay.
    if (this.#random.chance(0.03)) this.#agenda.plan(this.#random.between(600, 2400), () => this.#giveUp(ticket));
    for (const clerk of this.#clerks) if (clerk.window.queueIds.includes(queueId)) clerk.noticeVisitor();
  }

  #giveUp(ticket: Ticket): void {
    const line = this.#waiting.get(ticket.queue)!;
    const index = line.indexOf(ticket);
    if (index < 0) return;
    line.splice(index, 1);
    this.truth.record({ what: 'gave-up', at: this.now, ticket: ticket.id, queue: ticket.queue });
    this.#noticeKiosk('cancelled', ticket);
    this.#pass(0, 1);
  }

  #takeNext(window: SimulatedWindow): Ticket | null {
    const heads = window.queueIds
      .map((queue) => this.#waiting.get(queue)?.[0])
      .filter((ticket) => ticket !== undefined);
    const next = heads.sort((a, b) => Number(b.priority) - Number(a.priority) || a.issuedAt - b.issuedAt)[0];
    if (next === undefined) return null;
    this.#waiting.get(next.queue)!.shift();
    return next;
  }

  #report(window: string, action: ClerkAction): void {
    const happening = happeningOf(action, this.now, window, this.#clerk(window)?.state ?? 'closed');
    if (happening !== null) this.truth.record(happening);
    this.noticed.emit({ device: 'window', window, action });
    if (action.type === 'completed') this.#rate(window, action.ticket);
    if (action.type === 'completed' || action.type === 'skipped') this.#pass(0, 1);
  }

  #rate(window: string, ticket: Ticket): void {
    this.noticed.emit({ device: 'rater', window, ticket, type: 'requested' });
    const answers = this.#random.chance(0.65);
    const opinion = this.#random.next();
    const given = scores.find(([score, share]) => opinion < share && (!this.#options.calm || score > 2));
    const score = given?.[0] ?? 5;
    this.#agenda.plan(this.#random.between(5, 25), () => {
      this.truth.record({ what: 'rated', at: this.now, ticket: ticket.id, window, score: answers ? score : null });
      if (answers) this.noticed.emit({ device: 'rater', window, ticket, type: 'submitted', score });
      else this.noticed.emit({ device: 'rater', window, ticket, type: 'timeout' });
    });
  }

  #noticeKiosk(type: 'issued' | 'cancelled', ticket: Ticket): void {
    this.noticed.emit({ device: 'kiosk', kiosk: this.#random.pick(this.#options.hall.kiosks), type, ticket });
  }

  #pass(came: number, left: number): void {
    this.#inside = Math.max(0, this.#inside + came - left);
    this.noticed.emit({ device: 'door', inside: this.#inside, came, left });
  }
}
