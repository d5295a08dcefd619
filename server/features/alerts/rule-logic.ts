import type { Alert } from '#contract/alerts.ts';
import type { QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Queue, Window } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import {
  ofCamera,
  ofHall,
  ofQueue,
  ofTerminal,
  ofTicket,
  ofWindow,
  subjectKey,
  unknown,
  type Condition,
  type Subject,
} from './condition.ts';
import { placesOf, type CameraView, type HallView } from './hall-view.ts';
import type { Review } from './ports.ts';
import { callersLost } from './rules/waiting.ts';

/** What rules are about; something new about one of these makes the rules about it look again. */
export type Topic = 'hall' | 'window' | 'queue' | 'camera' | 'terminal' | 'review';

/** What a rule says of one subject: how it stands, and numbers for the message, as they are now. */
export interface Judgement {
  condition: Condition;
  facts: Alert['facts'];
}

/** A kind of rule: which subjects a hall has for it, and a pure function that judges one of them. */
export interface RuleLogic<Params> {
  topic: Topic;
  /**
   * `waiting`: it begins when people come to wait. Of other rules about windows, those that wait change only what lasts.
   */
  minds?: 'waiting';
  /** No camera shows what it is about, be there as many in the hall as may. */
  unseen?: true;
  /** It goes by what visitors said of how they were served. */
  reviews?: true;
  ids(view: HallView): Iterable<string>;
  subject(view: HallView, id: string): Subject;
  /** The other way round. */
  idOf(subject: Subject): string;
  /**
   * Null: there is no such subject, or not any more.
   *
   * @param held since when the condition of this subject has been held to last, epoch ms; null where it is not
   */
  judge(view: HallView, id: string, params: Params, held: number | null): Judgement | null;
}

/** A rule's own part: what it makes of what it sees. */
export type Judge<Seen, Params> = (seen: Seen & { view: HallView }, params: Params, held: number | null) => Judgement;

const nobodyKnows: Judgement = { condition: unknown, facts: {} };
const HALL = 'hall';

/** A rule about the hall as a whole. */
export const aboutHall = <Params>(
  judge: Judge<unknown, Params>,
  own: Pick<RuleLogic<Params>, 'unseen'> = {},
): RuleLogic<Params> => ({
  ...own,
  topic: 'hall',
  ids: () => [HALL],
  subject: () => ofHall,
  idOf: () => HALL,
  judge: (view, _id, params, held) => judge({ view }, params, held),
});

/** A rule about each window. It is unknown while its caller was never heard or is lost: its last state may be long past. */
export const aboutWindows = <Params>(
  judge: Judge<{ window: Window; row: WindowLive }, Params>,
  own: Pick<RuleLogic<Params>, 'minds' | 'reviews'> = {},
): RuleLogic<Params> => ({
  ...own,
  topic: 'window',
  ids: ({ hall }) => placesOf(hall).windows.keys(),
  subject: (_view, id) => ofWindow(id),
  idOf: ({ windowId }) => windowId!,
  judge(view, id, params, held) {
    const window = placesOf(view.hall).windows.get(id);
    if (!window) return null;
    const row = view.windows.get(id);
    if (!row || row.stale || row.state === 'unknown') return nobodyKnows;
    return judge({ window, row, view }, params, held);
  },
});

/**
 * A rule about each queue. It is unknown while every caller that could call from it is lost: the people may long have been
 * called, and a network that is down would otherwise accuse every hall of letting people wait.
 */
export const aboutQueues = <Params>(judge: Judge<{ queue: Queue; row: QueueLive }, Params>): RuleLogic<Params> => ({
  topic: 'queue',
  ids: ({ hall }) => placesOf(hall).queues.keys(),
  subject: (_view, id) => ofQueue(id),
  idOf: ({ queueId }) => queueId!,
  judge(view, id, params, held) {
    const queue = placesOf(view.hall).queues.get(id);
    if (!queue) return null;
    const row = view.queues.get(id);
    return row && !callersLost(view, id) ? judge({ queue, row, view }, params, held) : nobodyKnows;
  },
});

/** A rule about each camera that is switched on. */
export const aboutCameras = <Params>(judge: Judge<{ camera: CameraView }, Params>): RuleLogic<Params> => ({
  topic: 'camera',
  ids: ({ cameras }) => cameras.keys(),
  subject: (_view, id) => ofCamera(id),
  idOf: ({ cameraId }) => cameraId!,
  judge(view, id, params, held) {
    const camera = view.cameras.get(id);
    return camera && camera.condition.status !== 'off' ? judge({ camera, view }, params, held) : null;
  },
});

/** A rule about each registered terminal. */
export const aboutTerminals = <Params>(judge: Judge<{ terminal: Terminal }, Params>): RuleLogic<Params> => ({
  topic: 'terminal',
  ids: ({ terminals }) => terminals.keys(),
  subject: ({ terminals }, id) => ofTerminal(id, terminals.get(id)?.windowId ?? null),
  idOf: ({ terminalId }) => terminalId!,
  judge(view, id, params, held) {
    const terminal = view.terminals.get(id);
    return terminal ? judge({ terminal, view }, params, held) : null;
  },
});

/** A rule about each review that visitors gave lately. */
export const aboutReviews = <Params>(judge: Judge<{ review: Review }, Params>): RuleLogic<Params> => ({
  topic: 'review',
  reviews: true,
  ids: ({ journal }) => journal.reviews().keys(),
  subject: ({ journal }, id) => ofTicket(id, journal.reviews().get(id)?.windowId ?? ''),
  idOf: ({ ticketId }) => ticketId!,
  judge(view, id, params, held) {
    const review = view.journal.reviews().get(id);
    return review ? judge({ review, view }, params, held) : null;
  },
});

/** What a kind of rule says of every subject of a hall, with the subject. */
export function findings<Params>(
  logic: RuleLogic<Params>,
  view: HallView,
  params: Params,
  heldSince: (subjectKey: string) => number | null,
): (Judgement & { subject: Subject })[] {
  return [...logic.ids(view)].flatMap((id) => {
    const subject = logic.subject(view, id);
    const judgement = logic.judge(view, id, params, heldSince(subjectKey(subject)));
    return judgement ? [{ subject, ...judgement }] : [];
  });
}
