import { createHmac } from 'node:crypto';
import type { WebhookSettings } from '#contract/outputs.ts';
import { httpCall, type CallDeps } from './http-call.ts';
import type { Way } from './ports.ts';

/**
 * A POST of JSON by the rules of Standard Webhooks: id, time of the try, and HMAC-SHA-256 of `id.time.body` under the key.
 * Who gets it tells a repetition by the id and an old one by the time.
 */
export function webhookWay(deps: CallDeps): Way<WebhookSettings> {
  return async ({ id, content }, { url }, secret, signal) => {
    const body = JSON.stringify({ id, title: content.title, text: content.text, ...content.data });
    const time = String(Math.floor(deps.clock.now() / 1000));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Hallwatch',
      'webhook-id': id,
      'webhook-timestamp': time,
      ...(secret !== null && { 'webhook-signature': signatureOf(secret, id, time, body) }),
    };
    await httpCall(deps, { method: 'POST', url, headers, body }, signal);
  };
}

/** `v1,` and the base 64 of the HMAC. A key of the form `whsec_...` is base 64, as the standard has it; any other is text. */
export function signatureOf(secret: string, id: string, time: string, body: string): string {
  const encoded = /^whsec_(.+)$/.exec(secret)?.[1];
  const key = encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
}
