import { beforeEach, describe, expect, it } from 'vitest';
import type { AdapterDefinition, AdapterRule } from '#contract/adapters.ts';
import { AdapterDefinition as Definition, TopicPattern } from '#contract/adapters.ts';
import { adapterPresets } from '#contract/adapter-presets.ts';
import { Ulid } from '#contract/ids.ts';
import { readMessage } from '../../../devices/terminals/terminal-inbox.ts';
import { TopicMatcher } from '../../../server/features/adapters/topic-pattern.ts';
import { Translator, type DefinitionFaults, type RuleOutcome } from '../../../server/features/adapters/translator.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const NOW = Date.parse('2026-03-09T02:00:00Z');
const halls = { get: (id: string) => (id === hall.id ? hall : undefined) };
const rule: AdapterRule = {
  when: [],
  kind: 'caller',
  device: '{no} | pad 2 | before w',
  channel: 'evt',
  ts: '$.t | unix',
  id: null,
  fields: [{ name: 'type', value: `'window.resumed'` }],
  count: null,
};
const base: AdapterDefinition = {
  ...{ name: 'Acme', enabled: true, topic: 'acme/{no}/evt', format: 'json', hall: `'${hall.id}'` },
  ...{ tables: [], rules: [rule] },
};

describe('topics by a pattern', () => {
  it('give what stands at a name, and pass by + and #', () => {
    expect(new TopicMatcher('acme/{site}/+/{no}').match('acme/a/x/7')).toEqual({ site: 'a', no: '7' });
    expect(new TopicMatcher('acme/{site}/#').match('acme/a/x/7')).toEqual({ site: 'a' });
    expect(new TopicMatcher('acme/{site}/#').filter).toBe('acme/+/#');
    expect(new TopicMatcher('acme/{site}/x').match('acme//x')).toBeNull();
    expect(new TopicMatcher('acme/{site}/x').match('acme/a/y')).toBeNull();
    expect(new TopicMatcher('acme/{site}').match('acme/a/b')).toBeNull();
  });

  it('are neither ours, nor the broker’s, nor everything', () => {
    for (const wrong of ['gsh/v1/x', '$SYS/x', '#', 'a/#/b', 'a//b', 'a/b#', '', 'a/{B}']) {
      expect(TopicPattern.safeParse(wrong).success, wrong).toBe(false);
    }
    expect(TopicPattern.safeParse('frigate/events').success).toBe(true);
  });
});

describe('a definition', () => {
  const faultsOf = (change: Partial<AdapterDefinition>) => {
    try {
      new Translator({ ...base, ...change }, halls);
      return [];
    } catch (error) {
      return (error as DefinitionFaults).faults.map(({ place, column, message }) => `${place} ${column} ${message}`);
    }
  };

  it('says everything that is wrong with it, by line and character', () => {
    const wrong: AdapterRule = {
      ...rule,
      when: ['$.a |', 'word', `'open`],
      device: '{nobody}',
      ts: '$.t | unix 3',
      fields: [
        { name: 'type', value: '$.ev | table none' },
        { name: 'no', value: '$.n | times many' },
        { name: 'queue', value: '$.n | constructor' },
        { name: 'tid', value: '$..x' },
      ],
    };
    expect(faultsOf({ rules: [rule, wrong] })).toEqual([
      'rules.1.when.0 5 something has to stand here',
      `rules.1.when.1 0 a source is $.path, {name}, a number or a 'text'`,
      `rules.1.when.2 0 a ' that does not end`,
      'rules.1.device 0 the topic has no {nobody}',
      'rules.1.ts 6 unix takes nothing',
      'rules.1.fields.0 13 there is no table none',
      'rules.1.fields.1 12 a number belongs here',
      'rules.1.fields.2 6 there is no step constructor',
      'rules.1.fields.3 0 a path is $.field.field[0]',
    ]);
  });
});

describe('a message that is put to it', () => {
  let translator: Translator;
  beforeEach(() => (translator = new Translator(base, halls)));

  const put = (payload: string | Buffer, by = translator, at = NOW, topic = 'acme/7/evt') =>
    by.translate(topic, by.matcher.match(topic)!, Buffer.from(payload), at);
  const outcome = (payload: object, by = translator, at = NOW): RuleOutcome => {
    const read = put(JSON.stringify(payload), by, at);
    return read.ok ? read.outcomes[0]! : expect.fail(read.detail);
  };
  const said = (payload: object, by = translator, at = NOW) => {
    const made = outcome(payload, by, at);
    if (made.is !== 'message') expect.fail(JSON.stringify(made));
    return { topic: made.topic, body: JSON.parse(made.payload) as Record<string, unknown> };
  };
  const line = (value: string, payload: object, change: Partial<AdapterDefinition> = {}) => {
    const one = { ...rule, ts: null, fields: [{ name: 'x', value }] };
    const made = outcome(payload, new Translator({ ...base, ...change, rules: [one] }, halls));
    if (made.is === 'message') return (JSON.parse(made.payload) as { x?: unknown }).x;
    return made.is === 'fault' ? made.fault.message : made.is;
  };

  it('is a message of a terminal, which is the same whenever it comes', () => {
    const first = said({ t: 1_773_021_600 });
    expect(first.topic).toBe(`gsh/v1/${hall.regionId}/${hall.id}/caller/w07/evt`);
    expect(first.body).toMatchObject({ v: 1, sid: 'adapter', type: 'window.resumed', ts: '2026-03-09T02:00:00.000Z' });
    expect(Ulid.safeParse(first.body['id']).success).toBe(true);
    expect(said({ t: 1_773_021_600 }, new Translator(base, halls), NOW + 3600_000)).toEqual(first);
    expect(said({ t: 1_773_021_601 }).body['id']).not.toBe(first.body['id']);
  });

  it('without a time of its own is one that comes again within seconds, and a new one later', () => {
    const timeless = new Translator({ ...base, rules: [{ ...rule, ts: null }] }, halls);
    const first = said({ ev: 'recall' }, timeless);
    expect(said({ ev: 'recall' }, timeless, NOW + 2_000)).toEqual(first);
    expect(said({ ev: 'recall' }, timeless, NOW + 8_000).body['id']).not.toBe(first.body['id']);
  });

  it('is told by its own number where it has one', () => {
    const numbered = new Translator({ ...base, rules: [{ ...rule, id: '$.n' }] }, halls);
    const first = said({ t: 1_773_021_600, n: 5, tries: 1 }, numbered);
    expect(said({ t: 1_773_021_600, n: 5, tries: 2 }, numbered).body['id']).toBe(first.body['id']);
    expect(said({ t: 1_773_021_600, n: 6, tries: 1 }, numbered).body['id']).not.toBe(first.body['id']);
  });

  it('gives its fields by paths, tables and units', () => {
    expect(line('$.a[1].b', { a: [0, { b: 'x' }] })).toBe('x');
    expect(line('$.c | times 0.1 | plus 1 | round', { c: 226 })).toBe(24);
    expect(line('$.c | flag', { c: 'ON' })).toBe(true);
    expect(line(`$.c | or 'it''s'`, {})).toBe(`it's`);
    expect(line('$.c | lower | or x', {})).toBe('x');
    expect(line('$.c | lower | optional', {})).toBeUndefined();
    expect(line('$.c | lower | is x', {})).toBe(false);
    expect(line('$.c | lower | cut 1 3 | before a- | after -z', { c: 'XYZW' })).toBe('a-yz-z');
    expect(line('$.c | dated', { c: 'A012' })).toBe('2026-03-09-A012');
    expect(line('$.c | local', { c: '2026-03-09 10:00:01.5' })).toBe('2026-03-09T02:00:01.500Z');
    expect(line('$.c | local', { c: '20260309100001' })).toBe('2026-03-09T02:00:01.000Z');
    expect(line('$.c | iso', { c: '2026-03-09T10:00:00+08:00' })).toBe('2026-03-09T02:00:00.000Z');
    expect(line('$.c | unix-ms', { c: NOW })).toBe('2026-03-09T02:00:00.000Z');
    const tables = [
      {
        name: 'events',
        rows: [
          { from: '1', to: 'one' },
          { from: 'PING', to: '' },
        ],
      },
    ];
    expect(line('$.c | table events', { c: 1 }, { tables })).toBe('one');
    expect(line('$.c | table events', { c: 'PING' }, { tables })).toBe('passed');
    expect(line('$.c | table events', { c: 'toString' }, { tables })).toBe('table events has no "toString"');
  });

  it('says where it stumbled', () => {
    expect(outcome({ t: 'soon' })).toEqual({
      is: 'fault',
      fault: { place: 'rules.0.ts', column: 6, message: '"soon" is no number' },
    });
    expect(line('$.constructor', {})).toBe('nothing at $.constructor');
    expect(line('$.__proto__', {})).toBe('nothing at $.__proto__');
    expect(line('$.c | local', { c: '2026-13-40 10:00' })).toMatch(/month|range/i);
    expect(line('$.c | text', { c: [1] })).toBe('a list is no text');
    expect(line('$.c | unix', { c: 1e18 })).toBe('no instant');
    const nowhere = new Translator({ ...base, hall: `'nowhere'` }, halls);
    expect(outcome({ t: 1 }, nowhere)).toMatchObject({ fault: { place: 'hall', message: 'there is no hall nowhere' } });
    expect(put('{"t":', translator)).toMatchObject({ ok: false, code: 'PAYLOAD_NOT_JSON' });
    expect(put(Buffer.from([0xc3, 0x28]), translator)).toMatchObject({ ok: false, code: 'PAYLOAD_NOT_JSON' });
    expect(put('x'.repeat(70_000), translator)).toMatchObject({ ok: false, code: 'PAYLOAD_TOO_LARGE' });
  });
});

describe('a preset', () => {
  it.each(adapterPresets)('$key is a definition that can be kept', ({ definition }) => {
    expect(Definition.parse(definition)).toEqual(definition);
    expect(() => new Translator(definition, halls)).not.toThrow();
  });

  const presetOf = (key: string, hallId: string) => {
    const { definition } = adapterPresets.find((preset) => preset.key === key)!;
    return new Translator({ ...definition, hall: `'${hallId}'` }, halls);
  };
  const readBy = (translator: Translator, topic: string, payload: object, at = NOW) => {
    const captures = translator.matcher.match(topic);
    const read = captures && translator.translate(topic, captures, Buffer.from(JSON.stringify(payload)), at);
    if (!read?.ok) expect.fail('not read');
    return read.outcomes.flatMap((made) => {
      if (made.is === 'fault') expect.fail(JSON.stringify(made.fault));
      if (made.is !== 'message') return [];
      const border = readMessage(made.topic, Buffer.from(made.payload));
      if (!border.ok) expect.fail(border.detail);
      return [JSON.parse(made.payload) as Record<string, unknown>];
    });
  };

  it('counts people of frigate in a zone, until they leave it or are gone', () => {
    const frigate = presetOf('frigate', hall.id);
    const event = (id: string, zones: string[], type = 'update', label = 'person') => ({
      type,
      before: {},
      after: { id, camera: 'lobby', label, current_zones: zones, false_positive: false, frame_time: NOW / 1000 },
    });
    const inside = (payload: object, at = NOW) =>
      readBy(frigate, 'frigate/events', payload, at).map((m) => m['inside']);
    expect(inside(event('a', ['waiting'], 'new'))).toEqual([1]);
    expect(inside(event('b', ['waiting', 'door']))).toEqual([2]);
    expect(inside(event('b', ['waiting']))).toEqual([2]);
    expect(inside(event('c', ['waiting'], 'new', 'car'))).toEqual([]);
    expect(inside(event('a', ['door']))).toEqual([1]);
    expect(inside(event('b', ['waiting'], 'end'))).toEqual([0]);
    // of d nothing more is heard
    expect(inside(event('d', ['waiting'], 'new'))).toEqual([1]);
    expect(inside(event('e', ['door'], 'new'), NOW + 3600_000)).toEqual([0]);
  });

  it('reads a caller of another make', () => {
    const caller = presetOf('caller', hall.id);
    const press = (fields: object) =>
      readBy(caller, 'qms/counter/1/event', {
        cmd: 'CALL',
        num: 'A012',
        svc: 'S1',
        op: 'u1',
        at: '2026-03-09 10:00:00',
        ...fields,
      });
    expect(press({})).toMatchObject([
      {
        type: 'ticket.called',
        tid: '2026-03-09-A012',
        no: 'A012',
        queue: 'soc',
        window: 'w01',
        ts: '2026-03-09T02:00:00.000Z',
      },
    ]);
    expect(press({ cmd: 'LOGIN', num: undefined, svc: undefined })).toMatchObject([
      { type: 'staff.login', staff: 'u1' },
    ]);
    expect(press({ cmd: 'BEAT' })).toEqual([]);
  });
});
