import { seatViewOf } from '#contract/seats.ts';
import type { SimulatedHall } from '../../devices/simulators/city.ts';
import type { SceneState } from '../../devices/simulators/camera/model.ts';
import { withSensorNoise } from '../../devices/simulators/camera/picture/faults.ts';
import type { HallStatement } from '../../server/features/queues/ports.ts';
import { notLookedAt, seatAfter } from '../../server/features/picture-checks/seat-machine.ts';
import { CameraJudge } from '../../streams/diagnosis/camera-judge.ts';
import { size } from './picture.ts';
import { Lab } from './picture-lab.ts';
import { CLOSES_SEC, type Logged, type TwinDay } from './watched-twin.ts';

/** Where the clerk sits in the picture of a simulated window: head and shoulders, above what visitors hide. */
const SEAT = { x: 0.475, y: 0.36, width: 0.05, height: 0.125 };
/** The noise of a sensor by day. */
const NOISE = 1.5;
const BEFORE_MS = 30 * 60_000;

/**
 * Cameras before the windows of a simulated hall: they show who sits and stands there as the twin says, and what picture
 * diagnosis makes of their pictures is told instead of what seat sensors say.
 */
export class SeatCameras {
  readonly #everyMs: number;
  readonly #windows: { id: string; sight: SceneState; label: string; seed: number }[];

  constructor(hall: SimulatedHall, everyMs: number) {
    this.#everyMs = everyMs;
    this.#windows = hall.windows.map(({ id, label }, i) => ({
      ...{ id, label, seed: i * 7 + 1 },
      sight: { staffPresent: false, customer: false, windowState: 'closed', ticketNo: null, waiting: 0 },
    }));
  }

  /** The events of a day, with what the cameras tell of its seats in place of the sensors. */
  async told({ begins, events }: TwinDay): Promise<Logged[]> {
    const views = this.#windows.map(({ id, sight, label, seed }) => ({
      ...{ id, sight, judge: new CameraJudge(), seat: notLookedAt },
      scene: { kind: 'window' as const, label, seed, state: () => sight },
    }));
    const lab = new Lab(
      views.map(({ scene }) => scene),
      begins - BEFORE_MS,
    );
    const told = events.filter(({ body }) => !body.type.startsWith('seat.'));
    let noise = 1;
    const pictureOf = async ({ scene }: (typeof views)[number]) =>
      withSensorNoise(await lab.frame(scene), size, NOISE, (noise += 1));
    try {
      // confirmed before the hall opens, while nobody sits there
      for (const view of views) {
        Object.assign(view.sight, { staffPresent: false, customer: false, windowState: 'closed', waiting: 0 });
        view.judge.setReference('day', await pictureOf(view));
        view.judge.watch([SEAT]);
      }
      lab.clock.advance(BEFORE_MS - this.#everyMs);
      let next = 0;
      for (let at = begins; at <= begins + CLOSES_SEC * 1000; at += this.#everyMs) {
        lab.clock.advance(this.#everyMs);
        for (; next < events.length && events[next]!.receivedAt <= at; next += 1) this.#see(events[next]!);
        for (const view of views) {
          const { faults, changed } = view.judge.look(await pictureOf(view), { at, open: true, moving: false });
          const before = view.seat.word;
          view.seat = seatAfter(view.seat, faults?.length === 0 ? (changed?.[0] ?? null) : null, at);
          if (view.seat.word !== before)
            told.push(seatEvent(view.id, `seat.${view.seat.word!}`, events[0]!.hallId, at));
        }
      }
    } finally {
      await lab.stop();
    }
    return told.sort((a, b) => a.receivedAt - b.receivedAt);
  }

  #see({ windowId, body }: Logged): void {
    if (body.type === 'ticket.issued') for (const { sight } of this.#windows) sight.waiting += 1;
    if (body.type === 'ticket.called') for (const { sight } of this.#windows) sight.waiting -= 1;
    const sight = this.#windows.find(({ id }) => id === windowId)?.sight;
    if (sight) Object.assign(sight, seenOf(body));
  }
}

/** What a camera sees of what happens at its window. */
function seenOf(body: HallStatement): Partial<SceneState> {
  switch (body.type) {
    case 'seat.empty':
    case 'seat.occupied':
      return { staffPresent: body.type === 'seat.occupied' };
    case 'ticket.called':
    case 'ticket.recalled':
      return { windowState: 'calling', ticketNo: body.no };
    case 'ticket.started':
      return { windowState: 'serving', ticketNo: body.no, customer: true };
    case 'ticket.completed':
    case 'ticket.skipped':
      return { windowState: 'idle', ticketNo: null, customer: false };
    case 'window.paused':
      return { windowState: 'paused' };
    case 'staff.login':
    case 'window.resumed':
      return { windowState: 'idle' };
    case 'staff.logout':
      return { windowState: 'closed' };
    default:
      return {};
  }
}

function seatEvent(
  windowId: string,
  type: `seat.${'occupied' | 'empty' | 'unknown'}`,
  hallId: string,
  at: number,
): Logged {
  const id = `${at}-view-${windowId}`;
  return {
    ...{ id, hallId, deviceId: seatViewOf(windowId), windowId },
    ...{ at, receivedAt: at, backfilled: false, body: { type } },
  };
}
