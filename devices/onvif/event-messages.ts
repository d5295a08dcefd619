import type { CameraEvent, CameraEventKind } from '#contract/camera-events.ts';
import { attributeOf, child, children, textOf, type XmlElement } from './soap.ts';

/** What one message says, before it is known whether it is news. */
export interface Notice {
  kind: CameraEventKind;
  topic: string;
  source: string;
  active: boolean | null;
  initial: boolean;
}

/** As many as PullMessages asks for; a camera that sends more has lost count. */
export const MESSAGE_LIMIT = 100;
const TOPIC_LIMIT = 512;
const SOURCE_LIMIT = 256;

/** Topics by their names without prefixes (ONVIF Core 9.5; Imaging 7; Device IO 8; Analytics, annex A). */
const KINDS: readonly (readonly [RegExp, Exclude<CameraEventKind, 'other'>])[] = [
  [/^RuleEngine\/\w*Motion\w*\/Motion$|^VideoSource\/MotionAlarm$|^VideoAnalytics\/Motion/i, 'motion'],
  [/^RuleEngine\/\w*Tamper\w*\/|^VideoSource\/(ImageToo\w+|GlobalSceneChange|Tamper\w*)(\/|$)/i, 'tamper'],
  [/^Device\/(Trigger|IO)\/DigitalInput$/i, 'digital-input'],
];
/** Items that name where it happened, the most telling first. */
const SOURCES = ['InputToken', 'Source', 'VideoSourceToken', 'VideoSourceConfigurationToken'];

/** Reads PullMessagesResponse (ONVIF Core 9.1.2); what is no notification is left out. */
export function readNotices(response: XmlElement): Notice[] {
  return children(response, 'NotificationMessage')
    .slice(0, MESSAGE_LIMIT)
    .flatMap((notification) => noticeOf(notification) ?? []);
}

export function kindOf(topic: string): CameraEventKind {
  const plain = topic.replace(/[\w.-]+:/g, '');
  return KINDS.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other';
}

function noticeOf(notification: XmlElement): Notice | null {
  const topic = textOf(notification, 'Topic').slice(0, TOPIC_LIMIT);
  const message = child(notification, 'Message', 'Message');
  if (topic === '' || !message) return null;
  const operation = attributeOf(message, 'PropertyOperation');
  return {
    kind: kindOf(topic),
    topic,
    source: sourceOf(items(message, 'Source')).slice(0, SOURCE_LIMIT),
    // what is deleted holds no longer
    active: operation === 'Deleted' ? false : activeOf(items(message, 'Data')),
    initial: operation === 'Initialized',
  };
}

type Item = readonly [name: string, value: string];

function items(message: XmlElement, part: string): Item[] {
  const list = child(message, part);
  return list
    ? children(list, 'SimpleItem').map((item) => [attributeOf(item, 'Name'), attributeOf(item, 'Value')])
    : [];
}

function sourceOf(list: Item[]): string {
  for (const wanted of SOURCES) {
    const value = list.find(([name]) => name === wanted)?.[1];
    if (value) return value;
  }
  return list[0]?.[1] ?? '';
}

/** The first yes or no among the data: cameras call it State, IsMotion, IsTamper, LogicalState, Value. */
function activeOf(list: Item[]): boolean | null {
  for (const [, value] of list) {
    if (/^(true|1|active|on)$/i.test(value)) return true;
    if (/^(false|0|inactive|off)$/i.test(value)) return false;
  }
  return null;
}

/** Lets through what is new: cameras repeat states that have not changed, some of them with every answer. */
export class News {
  readonly #known = new Map<string, boolean>();

  /** `at`: by our clock. Null where it says what was known before. */
  of(notice: Notice, at: string): Omit<CameraEvent, 'cameraId'> | null {
    const { kind, topic, source, active, initial } = notice;
    if (active !== null) {
      const key = `${topic}\n${source}`;
      if (this.#known.get(key) === active) return null;
      this.#known.delete(key);
      this.#known.set(key, active);
      // a camera with this many sources makes them up
      if (this.#known.size > 512) this.#known.delete(this.#known.keys().next().value!);
    }
    return { kind, topic, source, active, at, initial };
  }
}
