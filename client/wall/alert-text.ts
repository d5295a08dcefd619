import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { Hall } from '#contract/places.ts';

/** The translate function of vue-i18n, as much of it as is needed here. */
export type Translate = (key: string, params: Record<string, unknown>) => string;

/** A name in the language of the screen. */
export const nameIn = (name: Bilingual, language: string): string => (language.startsWith('zh') ? name.zh : name.en);

/** What an alert is of, and about. */
export type AlertSubject = Pick<Alert, 'kind' | 'windowId' | 'queueId' | 'cameraId' | 'terminalId'>;

/** What an alert may be about, where it is still there. */
export interface AlertPlace {
  hall: Hall | undefined;
  camera: Camera | undefined;
}

/** The headline of an alert, from its kind and subject: "Window 03 unattended". */
export function alertTitle(alert: AlertSubject, { hall, camera }: AlertPlace, language: string, t: Translate): string {
  const window = hall?.windows.find(({ id }) => id === alert.windowId);
  const queue = hall?.queues.find(({ id }) => id === alert.queueId);
  return t(`wall.alerts.text.${alert.kind}`, {
    window: window?.label ?? alert.windowId ?? '?',
    queue: queue ? nameIn(queue.name, language) : (alert.queueId ?? '?'),
    camera: camera?.name ?? alert.cameraId ?? '?',
    terminal: terminalName(alert.terminalId, t),
  });
}

/** `caller/w03` -> "caller w03". */
function terminalName(terminalId: string | null, t: Translate): string {
  const [kind, device] = terminalId?.split('/') ?? [];
  return kind && device ? `${t(`problems.kind.${kind}`, {})} ${device}` : '?';
}

/** Facts that are a number, in the order in which they are told. */
const numbers = ['inside', 'capacity', 'staffedWindows', 'plannedMin', 'percent', 'called', 'finished', 'score'].concat(
  ['topScores', 'unrated', 'terminals', 'skewSec'],
);
const instants = ['opensAt', 'closesAt', 'lastHeardAt'];

/** The facts that came with an alert, each as a short phrase. Facts without a phrase of their own are left out. */
export function alertFacts({ facts }: Alert, clock: (instant: string) => string, t: Translate): string[] {
  const { waiting, limitSec, terminal, ticketNo, staff, outputs, code, faults, event, source } = facts;
  const say = (key: string, params = {}) => t(`wall.alerts.facts.${key}`, params);
  return [
    ...(typeof waiting === 'number' && waiting > 0 ? [say('waiting', { n: waiting })] : []),
    ...numbers.flatMap((name) => (typeof facts[name] === 'number' ? [say(name, { n: facts[name] })] : [])),
    ...(typeof limitSec === 'number' ? [say('limit', { n: Math.round(limitSec / 60) })] : []),
    ...instants.flatMap((name) => (typeof facts[name] === 'string' ? [say(name, { time: clock(facts[name]) })] : [])),
    ...(typeof terminal === 'string' ? [terminal] : []),
    ...(typeof ticketNo === 'string' ? [say('ticketNo', { no: ticketNo })] : []),
    ...(typeof staff === 'string' ? [say('staff', { staff })] : []),
    ...(typeof outputs === 'string' ? [say('outputs', { outputs })] : []),
    ...(typeof code === 'string' ? [t(`errors.${code}.title`, {})] : []),
    ...(typeof faults === 'string' ? faults.split(', ').map((fault) => t(`pictureCheck.faults.${fault}`, {})) : []),
    ...(typeof event === 'string' ? [say(`event.${event}`)] : []),
    ...(typeof source === 'string' ? [say('source', { source })] : []),
  ];
}

/** What to do about it, where the alert names an error. */
export function alertAdvice({ facts: { code } }: Alert, t: Translate): string | null {
  return typeof code === 'string' ? t(`errors.${code}.advice`, {}) : null;
}

/** How far people are with it, and whether it is over, each as a short phrase; none for what nobody has seen. */
export function alertState(alert: Alert, clock: (instant: string) => string, t: Translate): string[] {
  const { status, acknowledgedAt, acknowledgedBy, assignedTo, verdict, outcome, clearedAt, escalatedAt } = alert;
  const say = (key: string, params = {}) => t(`wall.alerts.state.${key}`, params);
  return [
    ...(alert.silenceId !== null ? [say('silenced')] : []),
    ...(escalatedAt !== null ? [say('escalated', { time: clock(escalatedAt) })] : []),
    ...(acknowledgedAt ? [say('acknowledged', { who: acknowledgedBy ?? '', time: clock(acknowledgedAt) })] : []),
    ...(assignedTo !== null && status !== 'handled' ? [say('assigned', { who: assignedTo })] : []),
    ...(status === 'handled' ? [say('handled')] : []),
    ...(outcome !== null ? [clearedAt ? say('over', { time: clock(clearedAt) }) : say(outcome)] : []),
    ...(verdict !== null ? [say(verdict)] : []),
  ];
}
