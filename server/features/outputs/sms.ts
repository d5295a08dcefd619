import type { SmsSettings } from '#contract/outputs.ts';
import { AppError } from '#lib/app-error.ts';
import { httpCall, type CallDeps, type HttpCall } from './http-call.ts';
import type { Way } from './ports.ts';

/** Asks an SMS gateway in the words that it wants, one phone at a time. */
export function smsWay(deps: CallDeps): Way<SmsSettings> {
  return async ({ id, recipient, content }, settings, secret, signal) => {
    if (recipient === null) throw new AppError('OUTPUT_REFUSED', 'nobody to send it to');
    const call = callOf(settings, { phone: recipient, text: content.text, id, secret: secret ?? '' });
    const answer = await httpCall(deps, call, signal);
    const { accepted } = settings;
    if (accepted !== null && !answer.includes(accepted)) throw new AppError('OUTPUT_REFUSED', answer.slice(0, 200));
  };
}

type Values = Record<'phone' | 'text' | 'id' | 'secret', string>;

/** The request with everything filled in, each written so that it stays one value where it stands. */
export function callOf({ method, url, headers, format, body }: SmsSettings, values: Values): HttpCall {
  const inBody = format === 'json' ? (value: string) => JSON.stringify(value).slice(1, -1) : encodeURIComponent;
  const type = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    method,
    url: fill(url, values, encodeURIComponent),
    headers: {
      ...(method === 'POST' && { 'content-type': type }),
      ...Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, fill(text, values, oneLine)])),
    },
    body: method === 'POST' ? fill(body, values, inBody) : null,
  };
}

function fill(template: string, values: Values, write: (value: string) => string): string {
  return template.replace(/\{(phone|text|id|secret)\}/g, (_all, name: keyof Values) => write(values[name]));
}

/** Headers are of visible ASCII. */
function oneLine(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '');
}
