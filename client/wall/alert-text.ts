import type { Alert } from '#contract/alerts.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { Hall } from '#contract/places.ts';

/** The translate function of vue-i18n, as much of it as is needed here. */
export type Translate = (key: string, params: Record<string, unknown>) => string;

/** A name in the language of the screen. */
export const nameIn = (name: Bilingual, language: string): string => (language.startsWith('zh') ? name.zh : name.en);

/** The headline of an alert, from its kind and subject: "Window 03 unattended". */
export function alertTitle(alert: Alert, hall: Hall | undefined, language: string, t: Translate): string {
  const window = hall?.windows.find(({ id }) => id === alert.windowId);
  const queue = hall?.queues.find(({ id }) => id === alert.queueId);
  return t(`wall.alerts.text.${alert.kind}`, {
    window: window?.label ?? alert.windowId ?? '?',
    queue: queue ? nameIn(queue.name, language) : (alert.queueId ?? '?'),
  });
}

/** The facts that came with an alert, each as a short phrase. Facts without a phrase of their own are left out. */
export function alertFacts({ facts }: Alert, t: Translate): string[] {
  const { waiting, ticketNo, staff } = facts;
  return [
    ...(typeof waiting === 'number' && waiting > 0 ? [t('wall.alerts.facts.waiting', { n: waiting })] : []),
    ...(typeof ticketNo === 'string' ? [t('wall.alerts.facts.ticketNo', { no: ticketNo })] : []),
    ...(typeof staff === 'string' ? [t('wall.alerts.facts.staff', { staff })] : []),
  ];
}
