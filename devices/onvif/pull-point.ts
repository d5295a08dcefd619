import { randomUUID } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import { MESSAGE_LIMIT } from './event-messages.ts';
import { OnvifFailure } from './failure.ts';
import { envelopeOf, responseOf, type OnvifDevice } from './onvif-device.ts';
import { escapeXml, textOf, type XmlElement } from './soap.ts';

const EVENTS = 'http://www.onvif.org/ver10/events/wsdl';
const WSN = 'http://docs.oasis-open.org/wsn';
/** What a camera is asked to keep the subscription for; it may give less. */
const LEASE_MS = 120_000;
const SHORTEST_LEASE_MS = 10_000;
const LONGEST_LEASE_MS = 600_000;
/** How long the camera holds an answer back while it has nothing to say. */
export const PULL_TIMEOUT_S = 20;
const ANSWER_WITHIN_MS = 10_000;
const REFERENCE_LIMIT = 4096;

/**
 * One subscription at one camera (ONVIF Core 9.1). npm onvif's is not used: it keeps reference parameters of Axis only,
 * waits a fixed minute, and leaves out the action of WS-Addressing, without which some cameras do not answer.
 */
export class PullPoint {
  readonly #device: OnvifDevice;
  readonly #clock: Clock;
  readonly #url: URL;
  /** As the camera wrote it: it may compare. */
  readonly #to: string;
  readonly #reference: string;
  #renewAt: number;
  #renewable = true;

  private constructor(device: OnvifDevice, clock: Clock, created: { response: XmlElement; text: string }) {
    const { response, text } = created;
    this.#device = device;
    this.#clock = clock;
    this.#to = textOf(response, 'SubscriptionReference', 'Address');
    if (this.#to === '') throw new OnvifFailure('strange', 'the subscription has no address');
    this.#url = device.reach(this.#to);
    this.#reference = referenceOf(text);
    this.#renewAt = clock.monotonic() + leaseOf(response) / 2;
  }

  static async create(device: OnvifDevice, clock: Clock): Promise<PullPoint> {
    const name = 'CreatePullPointSubscription';
    const action = `${EVENTS}/EventPortType/${name}Request`;
    const url = device.urlOf('events');
    const inside = `<InitialTerminationTime>PT${LEASE_MS / 1000}S</InitialTerminationTime>`;
    const body = `<${name} xmlns="${EVENTS}">${inside}</${name}>`;
    const envelope = envelopeOf(addressing(action, url.href), body);
    const answer = await device.ask(name, { url, action, envelope });
    return new PullPoint(device, clock, { response: responseOf(name, answer), text: answer.text });
  }

  /** Has the states that hold now told as `Initialized`; cameras that cannot, need not. */
  async synchronise(): Promise<void> {
    const body = `<SetSynchronizationPoint xmlns="${EVENTS}"/>`;
    await this.#optional(this.#ask('SetSynchronizationPoint', `${EVENTS}/PullPointSubscription`, body));
  }

  async pull(): Promise<XmlElement> {
    const inside = `<Timeout>PT${PULL_TIMEOUT_S}S</Timeout><MessageLimit>${MESSAGE_LIMIT}</MessageLimit>`;
    const body = `<PullMessages xmlns="${EVENTS}">${inside}</PullMessages>`;
    const timeoutMs = PULL_TIMEOUT_S * 1000 + ANSWER_WITHIN_MS;
    return this.#ask('PullMessages', `${EVENTS}/PullPointSubscription`, body, { timeoutMs });
  }

  /** Where it is time. A camera that does not renew keeps the subscription by being asked, or it is made anew. */
  async keep(): Promise<void> {
    if (!this.#renewable || this.#clock.monotonic() < this.#renewAt) return;
    const body = `<Renew xmlns="${WSN}/b-2"><TerminationTime>PT${LEASE_MS / 1000}S</TerminationTime></Renew>`;
    const response = await this.#optional(this.#ask('Renew', `${WSN}/bw-2/SubscriptionManager`, body));
    this.#renewable = response !== null;
    if (response) this.#renewAt = this.#clock.monotonic() + leaseOf(response) / 2;
  }

  /** Cameras keep few subscriptions: one that is not given back is missing to the next who asks. Never rejects. */
  async end(signal: AbortSignal): Promise<void> {
    const body = `<Unsubscribe xmlns="${WSN}/b-2"/>`;
    await this.#ask('Unsubscribe', `${WSN}/bw-2/SubscriptionManager`, body, { signal }).catch(() => undefined);
  }

  async #ask(
    name: string,
    port: string,
    body: string,
    more: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<XmlElement> {
    const action = `${port}/${name}Request`;
    const envelope = envelopeOf(addressing(action, this.#to) + this.#reference, body);
    return responseOf(name, await this.#device.ask(name, { ...more, url: this.#url, action, envelope }));
  }

  async #optional(asking: Promise<XmlElement>): Promise<XmlElement | null> {
    try {
      return await asking;
    } catch (error) {
      const refused = error instanceof OnvifFailure && !['unreachable', 'unauthorized'].includes(error.kind);
      if (refused) return null;
      throw error;
    }
  }
}

function addressing(action: string, to: string): string {
  return (
    `<a:Action s:mustUnderstand="1">${action}</a:Action><a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>` +
    `<a:To s:mustUnderstand="1">${escapeXml(to)}</a:To>`
  );
}

/**
 * Reference parameters go into the header of whatever is asked of the subscription, as they are (WS-Addressing 1.0,
 * 2.3), so they are cut out as text; prefixes that were declared further out are declared at each of them.
 */
export function referenceOf(text: string): string {
  const inside = /<((?:[\w.-]+:)?ReferenceParameters)(?:\s[^>]*)?>([\s\S]*?)<\/\1\s*>/.exec(text)?.[2]?.trim() ?? '';
  if (inside === '' || inside.length > REFERENCE_LIMIT) return '';
  const declared = new Map<string, string>();
  for (const [whole, prefix] of text.matchAll(/\sxmlns:([\w.-]{1,40})\s*=\s*(?:"[^"]{0,300}"|'[^']{0,300}')/g)) {
    if (prefix !== undefined && prefix !== 's' && prefix !== 'a') declared.set(prefix, whole);
  }
  return inside.replace(
    /<([\w.-]+):([\w.-]+)((?:\s[^<>]*?)?)(\/?)>/g,
    (tag, prefix: string, name: string, rest: string, end: string) => {
      const declaration = rest.includes(`xmlns:${prefix}`) ? '' : (declared.get(prefix) ?? '');
      return declaration === '' ? tag : `<${prefix}:${name}${rest}${declaration}${end}>`;
    },
  );
}

/** What the camera gave, by its own clock at both ends; half of what was asked for, where it does not say. */
function leaseOf(response: XmlElement): number {
  const at = (name: string) => Date.parse(textOf(response, name));
  const given = at('TerminationTime') - at('CurrentTime');
  if (!Number.isFinite(given)) return LEASE_MS / 2;
  return Math.min(LONGEST_LEASE_MS, Math.max(SHORTEST_LEASE_MS, given));
}
