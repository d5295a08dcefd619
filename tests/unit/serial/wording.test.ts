import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CallerState } from '#contract/mqtt.ts';
import { stateAfter } from '../../../devices/serial/caller-state.ts';
import { Frames } from '../../../devices/serial/frames.ts';
import { GatewaySettings, Wording } from '../../../devices/serial/wording.ts';

const NOON = Date.parse('2026-03-09T12:00:00+08:00');
const settings = (changes: object = {}) =>
  GatewaySettings.parse({
    line: { path: '/dev/ttyUSB0', speed: 9600, begins: '\u0002', ends: '\u0003' },
    ...{ broker: 'mqtt://127.0.0.1:1883', region: 'yunzhou', hall: 'zhongxin' },
    callers: { '01': { device: 'w01', window: 'w01' }, '02': { device: 'w02', window: 'w02' } },
    tables: { queues: { S: 'soc', '*': 'all' } },
    hears: [
      {
        frame: '{caller},CALL,{no},{queue}',
        event: { type: 'ticket.called', tid: '{day}-{no}', no: '{no}', queue: '{queue|queues}' },
      },
      { frame: '{caller},PAUSE,{min}', event: { type: 'window.paused', reason: '', plannedMin: '{min}' } },
    ],
    says: { 'call-next': '{caller},NEXT' },
    answer: '{caller},OK',
    ...changes,
  });

describe('what callers of a serial line say', () => {
  const wording = new Wording(settings());

  it('is read by frames with places, day by day, through tables', () => {
    expect(wording.read('01,CALL,A012,S', NOON)).toEqual({
      ok: true,
      caller: '01',
      event: { type: 'ticket.called', window: 'w01', tid: '2026-03-09-A012', no: 'A012', queue: 'soc' },
    });
    expect(wording.read('02,CALL,A012,X', NOON)).toMatchObject({ event: { window: 'w02', queue: 'all' } });
    expect(wording.read('01,PAUSE,15', NOON)).toMatchObject({ event: { plannedMin: 15 } });
  });

  it('is refused with a reason where it says nothing that we know', () => {
    const reasonOf = (frame: string) => wording.read(frame, NOON);
    expect(reasonOf('hello')).toEqual({ ok: false, reason: 'no frame of ours' });
    expect(reasonOf('09,CALL,A012,S')).toEqual({ ok: false, reason: 'no caller has the address 09' });
    expect(reasonOf('__proto__,CALL,A012,S')).toMatchObject({ ok: false });
    expect(reasonOf('01,PAUSE,soon')).toMatchObject({ ok: false, reason: expect.stringContaining('plannedMin') });
    expect(reasonOf(`01,CALL,${'9'.repeat(40)},S`)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no:'),
    });
  });

  it('is told back in its frames, and only what there are words for', () => {
    expect(wording.command('call-next', '02')).toBe('\u000202,NEXT\u0003');
    expect(wording.command('restart', '02')).toBeNull();
    expect(wording.command('toString', '02')).toBeNull();
    expect(wording.answer('01')).toBe('\u000201,OK\u0003');
  });

  it.each([
    ['a frame that says nobody', { hears: [{ frame: 'CALL,{no}', event: { type: 'x' } }] }, 'which {caller}'],
    ['a place that is not there', { hears: [{ frame: '{caller}', event: { no: '{no}' } }] }, 'has no {no}'],
    ['a table that is not there', { hears: [{ frame: '{caller}', event: { no: '{caller|t}' } }] }, 'no table t'],
  ])('refuses settings with %s', (_what, changes, words) => {
    expect(() => new Wording(settings(changes))).toThrow(words);
  });
});

it('the example of docs/serial-callers.md is one', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/serial-callers.md'), 'utf8');
  const example = GatewaySettings.parse(JSON.parse(/```json\n(.*?)```/s.exec(page)![1]!));
  expect(new Wording(example).read('01,CALL,A012,S', NOON)).toMatchObject({ ok: true, event: { queue: 'soc' } });
});

it('frames are cut out of whatever comes, in whatever pieces', () => {
  const frames = new Frames({ begins: '\u0002', ends: '\u0003' });
  expect(frames.add('noise\u0002one')).toEqual([]);
  expect(frames.add('\u0003\u0002half \u0002two\u0003no beginning\u0003')).toEqual(['one', 'two']);
  expect(frames.add('x'.repeat(1_000_000))).toEqual([]);
  expect(frames.add('\u0003\u0002three\u0003')).toEqual(['three']);
  frames.add('\u0002four');
  frames.reset();
  expect(frames.add('\u0003')).toEqual([]);
  expect(new Frames({ begins: '', ends: '\n' }).add('a\r\n\r\nb\r\n')).toEqual(['a', 'b']);
});

it('a caller is as it told last', () => {
  const ticket = { window: 'w01', tid: 't', no: 'A1', queue: 'q' };
  const at = (minute: number) => `2026-03-09T10:0${minute}:00.000Z`;
  let state: CallerState | null = null;
  const tell = (event: Parameters<typeof stateAfter>[1], minute: number) =>
    (state = stateAfter(state, event, at(minute)));
  expect(tell({ type: 'staff.login', window: 'w01', staff: 'u1' }, 0)).toMatchObject({ state: 'idle', staff: 'u1' });
  expect(tell({ type: 'ticket.called', ...ticket }, 1)).toMatchObject({ state: 'calling', no: 'A1', staff: 'u1' });
  expect(tell({ type: 'ticket.recalled', ...ticket }, 2)).toMatchObject({ state: 'calling', since: at(1) });
  expect(tell({ type: 'ticket.started', ...ticket }, 3)).toMatchObject({ state: 'serving', since: at(3) });
  expect(tell({ type: 'ticket.completed', ...ticket }, 4)).toMatchObject({ state: 'idle', no: null, staff: 'u1' });
  expect(tell({ type: 'staff.logout', window: 'w01', staff: 'u1' }, 5)).toMatchObject({ state: 'closed', staff: null });
});
