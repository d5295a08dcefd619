import { ruleNames, severityNames, type Tongue } from '#contract/rule-names.ts';
import type { AlertAct } from '#contract/alert-acts.ts';
import type { AlertRule } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { Placeholder } from '#contract/telling.ts';
import type { NoticeContent, PlacesPort } from './ports.ts';

/** What of an alert is told: an act that calls, that it still waits (`again`), or that it is over. */
export type What = Extract<AlertAct['act'], 'raise' | 'climb' | 'return' | 'escalate' | 'unsilence' | 'end'> | 'again';

const words: Record<Tongue, { text: string; what: Record<What, string>; test: [title: string, text: string] }> = {
  'zh-CN': {
    text: '【{severity}】{hall} {subject}：{rule}，自 {since} 起。{what}',
    what: {
      raise: '新预警。',
      climb: '已升级。',
      return: '再次出现。',
      escalate: '无人确认，已上报。',
      unsilence: '静默结束，仍未确认。',
      again: '仍无人确认。',
      end: '已解除。',
    },
    test: ['大厅瞭望：试发', '这是一条试发消息。收到即表示该通知出口可用。'],
  },
  en: {
    text: '[{severity}] {hall} {subject}: {rule}, since {since}. {what}',
    what: {
      raise: 'New.',
      climb: 'It got graver.',
      return: 'It is back.',
      escalate: 'Nobody acknowledged it; escalated.',
      unsilence: 'Its silence ended; nobody acknowledged it.',
      again: 'Still not acknowledged.',
      end: 'It is over.',
    },
    test: ['Hallwatch: test', 'This is a test. That you read it means that this output works.'],
  },
};

/** An alert in the words of a language, or of its rule. */
export function alertWords(
  what: What,
  alert: Alert,
  rule: Pick<AlertRule, 'telling'>,
  places: PlacesPort,
  tongue: Tongue,
): NoticeContent {
  const hall = places.hall(alert.hallId);
  const own = tongue === 'zh-CN' ? rule.telling?.zh : rule.telling?.en;
  const values = valuesOf(what, alert, places, tongue);
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (all, name: string) => values[name as Placeholder] ?? all);
  const text = fill(own ?? words[tongue].text)
    .replace(/ {2,}/g, ' ')
    .replace(/ ([:：，,])/g, '$1');
  return {
    title: fill('{severity} · {hall} {subject} · {rule}'),
    text,
    data: { v: 1, what, hallId: alert.hallId, regionId: hall?.regionId ?? null, alert },
  };
}

function valuesOf(what: What, alert: Alert, places: PlacesPort, tongue: Tongue): Record<Placeholder, string> {
  const hall = places.hall(alert.hallId);
  const nameOf = (name: Bilingual | undefined) => name && (tongue === 'zh-CN' ? name.zh : name.en);
  const window = hall?.windows.find(({ id }) => id === alert.windowId)?.label ?? alert.windowId ?? '';
  const queue = nameOf(hall?.queues.find(({ id }) => id === alert.queueId)?.name) ?? alert.queueId ?? '';
  const camera = (alert.cameraId && (places.camera(alert.cameraId)?.name ?? alert.cameraId)) || '';
  const time = (at: string) => timeText(at, hall?.timeZone ?? 'Asia/Shanghai');
  return {
    severity: severityNames[tongue][alert.severity],
    rule: ruleNames[tongue][alert.kind],
    hall: nameOf(hall?.name) ?? alert.hallId,
    ...{ window, queue, camera },
    subject:
      camera || alert.terminalId || (window && (tongue === 'zh-CN' ? `${window}号窗口` : `window ${window}`)) || queue,
    since: time(alert.conditionSince),
    raised: time(alert.raisedAt),
    what: words[tongue].what[what],
    id: alert.id,
  };
}

/** A card as it is told. */
export interface CardTold {
  id: string;
  what: 'issued' | 'revoked';
  caseNumber: string;
  level: Bilingual;
  department: Bilingual;
  item: Bilingual;
  feedbackDueAt: string | null;
  hallId: string | null;
  regionId: string;
}

/** That a card was issued or revoked. */
export function cardWords({ hallId, regionId, what, ...card }: CardTold, tongue: Tongue): NoticeContent {
  const said = ({ zh, en }: Bilingual) => (tongue === 'zh-CN' ? zh : en);
  const [level, department, item] = [said(card.level), said(card.department), said(card.item)];
  const due = card.feedbackDueAt && timeText(card.feedbackDueAt, 'Asia/Shanghai').slice(0, -3);
  const sentences =
    tongue === 'zh-CN'
      ? {
          issued: `【${level}】${department}：办件 ${card.caseNumber}（${item}）已发牌。${due ? `请于 ${due} 前反馈整改情况。` : ''}`,
          revoked: `【撤牌】${department}：办件 ${card.caseNumber}（${item}）的${level}已撤销。`,
        }
      : {
          issued: `[${level}] ${department}: a card was issued for case ${card.caseNumber} (${item}).${due ? ` Feedback is due by ${due}.` : ''}`,
          revoked: `[Revoked] ${department}: the ${level.toLowerCase()} for case ${card.caseNumber} (${item}) was revoked.`,
        };
  return {
    title: `${level} · ${department} · ${card.caseNumber}`,
    text: sentences[what],
    data: { v: 1, what: `card-${what}`, hallId, regionId, card },
  };
}

/** `03-02 09:00:00`, as it is in the hall. */
function timeText(at: string, timeZone: string): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone }).slice(5);
}

export function testWords(tongue: Tongue, at: string): NoticeContent {
  const [title, text] = words[tongue].test;
  return { title, text, data: { v: 1, what: 'test', at } };
}

/** That another output is dead. */
export function faultWords(name: string, code: string, detail: string, since: string, tongue: Tongue): NoticeContent {
  const from = timeText(since, 'Asia/Shanghai');
  const [title, text] =
    tongue === 'zh-CN'
      ? [`通知出口“${name}”发不出去`, `通知出口“${name}”自 ${from} 起发不出预警（${detail}）。请检查该出口。`]
      : [`Output "${name}" is dead`, `Output "${name}" has not got an alert out since ${from} (${detail}). Check it.`];
  return { title, text, data: { v: 1, what: 'output-dead', output: name, code, detail, since } };
}
