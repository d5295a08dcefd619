import { describe, expect, it } from 'vitest';
import type { AlertAct } from '#contract/alert-acts.ts';
import { SmsSettings } from '#contract/outputs.ts';
import { Telling } from '#contract/telling.ts';
import { callOf } from '../../../server/features/outputs/sms.ts';
import { whatIsTold } from '../../../server/features/outputs/told.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const telling = Telling.parse({
  ...{ from: 'yellow', to: [{ outputId: 'mail', recipients: [] }], repeatSec: null, end: true, zh: null, en: null },
});
const acts = (...names: AlertAct['act'][]) => names.map((act) => ({ act }) as AlertAct);
const yellow = alertOf({ severity: 'yellow' });

describe('what is told of an alert', () => {
  it.each([
    ['that it was raised', yellow, acts('raise'), 'raise'],
    ['nothing below the severity', alertOf(), acts('raise'), null],
    ['nothing that is silenced', alertOf({ severity: 'red', silenceId: yellow.id }), acts('raise', 'silence'), null],
    ['the last of what calls', yellow, acts('raise', 'climb', 'escalate', 'comment'), 'escalate'],
    [
      'nothing that somebody has seen meanwhile',
      alertOf({ severity: 'red', status: 'acknowledged' }),
      acts('raise'),
      null,
    ],
    ['that it is over', alertOf({ severity: 'red', status: 'closed' }), acts('end'), 'end'],
    ['nothing that came and went', alertOf({ severity: 'red', status: 'closed' }), acts('raise', 'end'), null],
    ['nothing of what people do', yellow, acts('acknowledge', 'comment', 'close'), null],
  ])('is %s', (_what, alert, happened, told) => expect(whatIsTold(telling, alert, happened)).toBe(told));

  it('is nothing of the end where nobody wants it', () => {
    expect(whatIsTold({ ...telling, end: false }, alertOf({ severity: 'red', status: 'closed' }), acts('end'))).toBe(
      null,
    );
  });
});

describe('the words of a rule', () => {
  it('name only what there is', () => {
    expect(Telling.safeParse({ ...telling, zh: '{hall} {window}' }).success).toBe(true);
    expect(Telling.safeParse({ ...telling, zh: '{password}' }).success).toBe(false);
    expect(Telling.safeParse({ ...telling, to: [...telling.to, ...telling.to] }).success).toBe(false);
  });
});

describe('the request of an SMS gateway', () => {
  const settings = SmsSettings.parse({
    ...{ kind: 'sms', method: 'POST', url: 'https://sms.example/{secret}', headers: { auth: 'k {secret}' } },
    ...{ format: 'form', body: 'to={phone}&text={text}', accepted: null },
  });
  const evil = { phone: '1&text=x', text: 'a"}\r\n{phone}&', id: 'i', secret: 'a/b\r\nx: y' };

  it('keeps every value one value where it stands', () => {
    const { url, headers, body } = callOf(settings, evil);
    expect(url).toBe('https://sms.example/a%2Fb%0D%0Ax%3A%20y');
    expect(headers['auth']).toBe('k a/bx: y');
    expect(Object.fromEntries(new URLSearchParams(body!))).toEqual({ to: evil.phone, text: evil.text });
    const json = callOf({ ...settings, format: 'json', body: '{"t":"{text}","p":"{phone}"}' }, evil);
    expect(JSON.parse(json.body!)).toEqual({ t: evil.text, p: evil.phone });
  });

  it('names phone and text, and its machine is not filled in', () => {
    expect(SmsSettings.safeParse({ ...settings, body: 'to={phone}' }).success).toBe(false);
    expect(SmsSettings.safeParse({ ...settings, url: 'https://{phone}/' }).success).toBe(false);
  });
});
