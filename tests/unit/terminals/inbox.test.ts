import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { Instant } from '#contract/ids.ts';
import { readMessage } from '../../../devices/terminals/terminal-inbox.ts';

const envelope = { v: 1, id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', seq: 1, sid: 's1', ts: '2026-03-09T10:00:00+08:00' };
const called = { ...envelope, type: 'ticket.called', tid: 't1', no: 'A012', queue: 'soc', window: 'w07' };
const topic = (kind: string, channel: string) => `gsh/v1/region-a/hall-a/${kind}/d1/${channel}`;
const read = (to: string, payload: unknown) => readMessage(to, Buffer.from(JSON.stringify(payload)));
const refused = (code: string) => expect.objectContaining({ ok: false, code });

describe('the border between wire and house', () => {
  it('understands an event and drops what the contract does not know', () => {
    expect(read(topic('caller', 'evt'), { ...called, phone: '13800000000' })).toEqual({
      ok: true,
      message: {
        address: { region: 'region-a', hall: 'hall-a', kind: 'caller', device: 'd1' },
        envelope,
        channel: 'evt',
        kind: 'caller',
        body: { type: 'ticket.called', tid: 't1', no: 'A012', queue: 'soc', window: 'w07' },
      },
    });
  });

  it.each([
    ['a caller state', topic('caller', 'state'), { window: 'w07', state: 'idle', since: envelope.ts }],
    ['a kiosk event', topic('kiosk', 'evt'), { type: 'ticket.issued', tid: 't1', no: 'A1', queue: 'soc' }],
    ['a measurement', topic('sensor', 'tel'), { seat: true }],
    ['a status', topic('screen', 'status'), { online: true }],
    ['a meta', topic('rater', 'meta'), { model: 'RT', firmware: '1' }],
    ['a reply', topic('screen', 'reply'), { rid: 'r1', ok: true }],
  ])('understands %s', (_what, to, fields) => {
    expect(read(to, { ...envelope, ...fields })).toMatchObject({ ok: true });
  });

  it.each([
    ['a topic of another tree', 'zigbee/x', called, 'TOPIC_INVALID'],
    ['a topic too long', `${topic('caller', 'evt')}/more`, called, 'TOPIC_INVALID'],
    ['a command from a device', `${topic('caller', 'cmd')}/show`, called, 'TOPIC_INVALID'],
    ['a channel its kind does not have', topic('screen', 'evt'), called, 'TOPIC_INVALID'],
    ['an event of another kind', topic('kiosk', 'evt'), called, 'PAYLOAD_INVALID'],
    ['no envelope', topic('caller', 'evt'), { type: 'ticket.called' }, 'PAYLOAD_INVALID'],
    ['an id that is no ULID', topic('caller', 'evt'), { ...called, id: 'x' }, 'PAYLOAD_INVALID'],
    ['a time without a zone', topic('caller', 'evt'), { ...called, ts: '2026-03-09T10:00:00' }, 'PAYLOAD_INVALID'],
    ['NUL in a text', topic('caller', 'evt'), { ...called, no: 'A\u0000' }, 'PAYLOAD_INVALID'],
    ['half a character', topic('caller', 'evt'), { ...called, no: 'A\ud800' }, 'PAYLOAD_INVALID'],
    ['a list', topic('caller', 'evt'), [called], 'PAYLOAD_INVALID'],
  ])('refuses %s', (_what, to, payload, code) => {
    expect(read(to, payload)).toEqual(refused(code));
  });

  it('refuses what is too large, not UTF-8 or not JSON', () => {
    const to = topic('caller', 'evt');
    expect(readMessage(to, Buffer.alloc(64 * 1024 + 1, 0x20))).toEqual(refused('PAYLOAD_TOO_LARGE'));
    expect(readMessage(to, Buffer.from([0x22, 0xff, 0x22]))).toEqual(refused('PAYLOAD_NOT_JSON'));
    expect(readMessage(to, Buffer.from('{'))).toEqual(refused('PAYLOAD_NOT_JSON'));
    expect(readMessage(to, Buffer.alloc(0))).toEqual(refused('PAYLOAD_NOT_JSON'));
  });

  it('takes an empty meta for the end of a service and other empty snapshots for nothing', () => {
    expect(readMessage(topic('caller', 'meta'), Buffer.alloc(0))).toMatchObject({
      message: { channel: 'decommissioned' },
    });
    expect(readMessage(topic('caller', 'state'), Buffer.alloc(0))).toEqual({ ok: true, message: null });
  });

  it('is not brought down by depth', () => {
    const deep = `${'['.repeat(30_000)}"\\u0000"${']'.repeat(30_000)}`;
    const within = JSON.stringify({ ...called, more: 0 }).replace('0}', `${deep}}`);
    expect(readMessage(topic('caller', 'evt'), Buffer.from(deep))).toEqual(refused('PAYLOAD_INVALID'));
    expect(readMessage(topic('caller', 'evt'), Buffer.from(within))).toMatchObject({ ok: true });
  });

  it('survives any topic and any bytes', () => {
    const topics = fc.oneof(fc.string(), fc.constantFrom(topic('caller', 'evt'), topic('sensor', 'tel')));
    const payloads = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((json) => Buffer.from(json)),
    );
    fc.assert(
      fc.property(topics, payloads, (to, payload) => {
        expect(typeof readMessage(to, payload).ok).toBe('boolean');
      }),
    );
  });
});

describe('the time in an envelope', () => {
  it('is a moment wherever the contract accepts it', () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const texts = fc
      .tuple(fc.integer({ min: 0, max: 9_999 }), two(13), two(32), two(25), two(61), two(61), two(25), two(61))
      .map(([year, ...rest]) => {
        const [month, day, hour, minute, second, zoneHour, zoneMinute] = rest;
        return `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}+${zoneHour}:${zoneMinute}`;
      });
    fc.assert(
      fc.property(texts, (ts) => {
        if (Instant.safeParse(ts).success) expect(Date.parse(ts)).not.toBeNaN();
      }),
      { numRuns: 2_000 },
    );
  });
});
