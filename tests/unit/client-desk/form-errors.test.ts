import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SetupRequest } from '../../../server/contract/accounts.ts';
import { TopicPattern } from '../../../server/contract/adapters.ts';
import { DiscoverRequest } from '../../../server/contract/cameras.ts';
import { OutageInput } from '../../../server/contract/cards.ts';
import { PartyCode } from '../../../server/contract/enforcement.ts';
import { Grants } from '../../../server/contract/grants.ts';
import { LinkingRule } from '../../../server/contract/identity.ts';
import { Instant } from '../../../server/contract/ids.ts';
import { OutputInput } from '../../../server/contract/outputs.ts';
import { AdjustmentInput } from '../../../server/contract/performance.ts';
import { Hall, Region } from '../../../server/contract/places.ts';
import { RetentionRule } from '../../../server/contract/storage.ts';
import { checkForm, duplicatesOf, serverFieldErrors } from '../../../client/features/admin/form-errors.ts';
import { messages } from '../../../client/features/admin/messages.ts';
import { checkSetup } from '../../../client/features/setup/check-setup.ts';
import { aHall } from './places.ts';

const keysOf = (checked: ReturnType<typeof checkForm>) =>
  checked.ok ? {} : Object.fromEntries(Object.entries(checked.fields).map(([path, { key }]) => [path, key]));

describe('what stands under a field', () => {
  it('says that an empty field is required, whatever the schema wants of it', () => {
    const empty = { ...aHall, id: '', name: { zh: '', en: 'x' }, timeZone: undefined, capacity: null };
    expect(keysOf(checkForm(Hall, empty))).toEqual({ id: 'required', 'name.zh': 'required', capacity: 'required' });
  });

  it('tells known formats apart', () => {
    expect(keysOf(checkForm(Hall, { ...aHall, id: 'Main Hall' }))).toEqual({ id: 'slug' });
    expect(
      keysOf(checkForm(Region, { id: 'x', code: '4401', name: aHall.name, parentId: null, outline: null })),
    ).toEqual({ code: 'regionCode' });
    expect(
      keysOf(checkForm(SetupRequest, { code: 'x', username: 'Admin', displayName: 'x', password: '0123456789' })),
    ).toEqual({ username: 'username' });
    expect(keysOf(checkForm(DiscoverRequest, { interfaceAddress: 'eth0' }))).toEqual({ interfaceAddress: 'ipv4' });
  });

  it('says what an output wants', () => {
    const output = (settings: object, recipients: string[] = []) => ({
      ...{ name: 'x', enabled: true, language: 'en', tellsFaults: false, perMinute: 1 },
      ...{ recipients, settings },
    });
    const keys = (...of: Parameters<typeof output>) => keysOf(checkForm(OutputInput, output(...of)));
    const mail = { kind: 'mail', host: 'mail.example', port: 25, security: 'plain', user: null, from: 'a@b.cn' };
    expect(keys({ ...mail, host: 'a b', from: 'x' }, ['13800000000', 'nobody'])).toEqual({
      ...{ 'settings.host': 'host', 'settings.from': 'email', 'recipients.1': 'recipient' },
    });
    expect(keys({ kind: 'webhook', url: 'ftp://x' })).toEqual({ 'settings.url': 'url' });
    expect(keys({ kind: 'mqtt', topic: 'gsh/x' })).toEqual({ 'settings.topic': 'alertTopic' });
    const sms = { kind: 'sms', method: 'POST', url: 'http://x/', headers: {}, format: 'json', accepted: null };
    expect(keys({ ...sms, body: '{phone}' })).toEqual({ 'settings.body': 'phoneAndText' });
    expect(keys({ ...sms, body: '{phone} {text} {name}' })).toEqual({ 'settings.body': 'placeholders' });
    expect(keys({ ...sms, url: 'http://{phone}/', body: '{text}' })).toEqual({ 'settings.url': 'smsUrl' });
  });

  it('has words for every rule of the contract that a form can break', () => {
    const at = (hour: string) => `2026-07-01T${hour}:00:00.000Z`;
    const grant = { role: 'supervisor', scope: { of: 'everything' } };
    const broken: Record<string, [z.ZodType, unknown]> = {
      identityCard: [PartyCode, '110101199003070011'],
      maxBelowMin: [RetentionRule, { purpose: 'window', minDays: 90, maxDays: 30 }],
      mustEndLater: [OutageInput, { beganAt: at('09'), endedAt: at('08'), note: 'x' }],
      grantTwice: [Grants, [grant, grant]],
      notZero: [AdjustmentInput.pick({ points: true }), { points: 0 }],
      claimOfPeople: [LinkingRule, { by: 'claim', claim: 'email' }],
      terminalTopic: [TopicPattern, 'gsh/x'],
    };
    for (const [key, [schema, value]] of Object.entries(broken)) {
      expect(Object.values(keysOf(checkForm(schema, value)))).toEqual([key]);
    }
  });

  it('has words for every format', () => {
    const form = z.object({
      url: z.url(),
      ip: z.ipv4(),
      mail: z.email(),
      day: z.iso.date(),
      at: Instant,
      bytes: z.base64(),
    });
    const checked = checkForm(form, { url: '.', ip: '.', mail: '.', day: '.', at: '.', bytes: '.' });
    expect(keysOf(checked)).toEqual({
      ...{ url: 'url', ip: 'ipv4', mail: 'email', day: 'date', at: 'datetime', bytes: 'wrongForm' },
    });
    for (const key of Object.values(keysOf(checked))) {
      expect(messages['zh-CN']).toHaveProperty(['forms', key]);
      expect(messages.en).toHaveProperty(['forms', key]);
    }
  });

  it('names limits', () => {
    const checked = checkForm(SetupRequest, { code: 'x', username: 'ad', displayName: 'x', password: 'short' });
    expect(checked).toMatchObject({ fields: { password: { key: 'tooShort', params: { limit: 10 } } } });
    expect(checkForm(Hall, { ...aHall, latitude: 123 })).toMatchObject({
      fields: { latitude: { key: 'tooBig', params: { limit: 90 } } },
    });
    expect(keysOf(checkForm(Hall, { ...aHall, capacity: 1.5 }))).toEqual({ capacity: 'wholeNumber' });
    expect(keysOf(checkForm(Hall, { ...aHall, capacity: 0 }))).toEqual({ capacity: 'mustExceed' });
  });

  it('reads the fields of a refused request, and nothing from other details', () => {
    expect(serverFieldErrors([{ path: 'windows.0.id', message: 'w01 is used twice' }])).toEqual({
      'windows.0.id': { key: 'asServerSays', params: { message: 'w01 is used twice' } },
    });
    expect(
      serverFieldErrors([
        { path: ['name', 'zh'], message: 'a' },
        { path: 'name.zh', message: 'b' },
      ]),
    ).toEqual({
      'name.zh': { key: 'asServerSays', params: { message: 'a' } },
    });
    expect(serverFieldErrors('body too large')).toEqual({});
    expect(serverFieldErrors(undefined)).toEqual({});
  });

  it('marks all but the first of equal values, and leaves empty ones to the schema', () => {
    const found = duplicatesOf(['a', 'b', 'a', '', '', 'a'], (i) => `rows.${i}`);
    expect(found.map(([path]) => path)).toEqual(['rows.2', 'rows.5']);
  });
});

describe('the first administrator', () => {
  const form = { code: ' abcd ', username: 'admin', displayName: 'Zhang Min', password: '0123456789' };

  it('may paste the code with blanks', () => {
    expect(checkSetup({ ...form, passwordAgain: '0123456789' })).toEqual({ ok: true, data: { ...form, code: 'abcd' } });
  });

  it('types the same password twice', () => {
    expect(keysOf(checkSetup({ ...form, passwordAgain: '012345678' }))).toEqual({ passwordAgain: 'passwordsDiffer' });
    expect(keysOf(checkSetup({ ...form, code: '', passwordAgain: '' }))).toEqual({
      code: 'required',
      passwordAgain: 'passwordsDiffer',
    });
  });
});
