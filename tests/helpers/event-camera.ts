import type { ServerResponse } from 'node:http';
import { envelope, fault, OnvifResponder, reply, type OddCamera } from './onvif-responder.ts';

/** A camera with a PullPoint: it holds answers back until it has something to say, as real ones do. */
export class EventCamera {
  readonly odd: OnvifResponder;
  /** Subscriptions that have not been given back. */
  readonly open = new Set<number>();
  created = 0;
  renewed = 0;
  /** Answers to PullMessages at once, with or without messages. */
  eager = false;
  leaseSec = 120;
  renews = true;
  #waiting: ServerResponse | null = null;
  #messages: string[] = [];

  constructor(camera: OddCamera = {}) {
    this.odd = new OnvifResponder({
      services: ['events'],
      ...camera,
      instead: {
        CreatePullPointSubscription: (response) => this.#create(response),
        PullMessages: (response, _request, text) => this.#pull(response, text),
        SetSynchronizationPoint: reply(200, envelope('<tev:SetSynchronizationPointResponse/>')),
        Renew: (response, _request, text) => this.#renew(response, text),
        Unsubscribe: (response, _request, text) => this.#unsubscribe(response, text),
        ...camera.instead,
      },
    });
  }

  say(topic: string, active: boolean, operation = 'Changed', source = 'V0'): void {
    this.#messages.push(
      `<wsnt:NotificationMessage><wsnt:Topic>${topic}</wsnt:Topic><wsnt:Message><tt:Message PropertyOperation="${operation}">` +
        `<tt:Source><tt:SimpleItem Name="Source" Value="${source}"/></tt:Source>` +
        `<tt:Data><tt:SimpleItem Name="State" Value="${active}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`,
    );
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) this.#deliver(waiting);
  }

  /** Forgets its subscriptions, as one that was restarted. */
  forget(): void {
    this.open.clear();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) reply(400, fault('ResourceUnknown', 'no such subscription'))(waiting);
  }

  #create(response: ServerResponse): void {
    this.created += 1;
    this.open.add(this.created);
    const address = `http://10.9.8.7:81/onvif/subscription?id=${this.created}`;
    const reference = `<axis:SubscriptionId>${this.created}</axis:SubscriptionId>`;
    const text = envelope(
      `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa:Address>${address}</wsa:Address>` +
        `<wsa:ReferenceParameters>${reference}</wsa:ReferenceParameters></tev:SubscriptionReference>${this.#lease()}</tev:CreatePullPointSubscriptionResponse>`,
    );
    reply(200, text.replace('<s:Body>', '<s:Body xmlns:axis="http://www.axis.com/2009/event">'))(response);
  }

  #pull(response: ServerResponse, text: string): void {
    if (!this.#known(response, text)) return;
    if (this.eager || this.#messages.length > 0) this.#deliver(response);
    else this.#waiting = response;
  }

  #deliver(response: ServerResponse): void {
    const messages = this.#messages.splice(0).join('');
    reply(200, envelope(`<tev:PullMessagesResponse>${this.#lease()}${messages}</tev:PullMessagesResponse>`))(response);
  }

  #renew(response: ServerResponse, text: string): void {
    if (!this.#known(response, text)) return;
    this.renewed += 1;
    if (!this.renews) return reply(400, fault('ActionNotSupported', 'no'))(response);
    reply(200, envelope(`<wsnt:RenewResponse>${this.#lease()}</wsnt:RenewResponse>`))(response);
  }

  #unsubscribe(response: ServerResponse, text: string): void {
    if (!this.#known(response, text)) return;
    this.open.delete(subscriptionOf(text));
    reply(200, envelope('<wsnt:UnsubscribeResponse/>'))(response);
  }

  /** Both the address and the reference parameter have to be right. */
  #known(response: ServerResponse, text: string): boolean {
    const id = subscriptionOf(text);
    if (this.open.has(id) && text.includes(`id=${id}<`)) return true;
    reply(400, fault('ResourceUnknown', 'no such subscription'))(response);
    return false;
  }

  #lease(): string {
    const now = Date.UTC(2000, 0, 1);
    const at = (name: string, ms: number) => `<wsnt:${name}>${new Date(ms).toISOString()}</wsnt:${name}>`;
    return at('CurrentTime', now) + at('TerminationTime', now + this.leaseSec * 1000);
  }
}

function subscriptionOf(text: string): number {
  return Number(/<axis:SubscriptionId xmlns:axis="http:\/\/www.axis.com\/2009\/event">(\d+)</.exec(text)?.[1]);
}
