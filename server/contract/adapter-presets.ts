import type { AdapterDefinition } from './adapters.ts';

/** A definition to begin with: what is the hall's own (hall, device, values) is then put in its place. */
export interface AdapterPreset {
  key: string;
  definition: AdapterDefinition;
  /** A message to try it with. */
  sample: { topic: string; payload: string };
}

/** `frigate/events`: people whom one of its zones sees, as a sensor that counts who is inside. */
const frigate: AdapterPreset = {
  key: 'frigate',
  definition: {
    ...{ name: 'Frigate', enabled: true, topic: 'frigate/events', format: 'json', hall: `'hall-1'`, tables: [] },
    rules: [
      {
        when: ['$.after.label | is person'],
        ...{ kind: 'sensor', device: `'zone-waiting'`, channel: 'tel' },
        // an event is told again and again while it lasts, by the picture of which it was told
        ...{ ts: '$.after.frame_time | unix', id: null, fields: [] },
        count: {
          field: 'inside',
          key: '$.after.id',
          where: ['$.after.current_zones | has waiting', '$.type | isnt end', '$.after.false_positive | isnt true'],
          forgetMin: 30,
        },
      },
    ],
  },
  sample: {
    topic: 'frigate/events',
    payload: JSON.stringify({
      type: 'new',
      before: { id: '1773021600.1-abc', current_zones: [] },
      after: {
        ...{ id: '1773021600.1-abc', camera: 'lobby', label: 'person', false_positive: false },
        ...{ frame_time: 1773021600.25, current_zones: ['waiting'], start_time: 1773021600.1, end_time: null },
      },
    }),
  },
};

/** A caller that says `{"cmd":"CALL","num":"A012",...}` under a topic of its own. */
const caller: AdapterPreset = {
  key: 'caller',
  definition: {
    ...{ name: 'QMS caller', enabled: true, topic: 'qms/counter/{no}/event', format: 'json', hall: `'hall-1'` },
    tables: [
      {
        name: 'events',
        rows: [
          { from: 'CALL', to: 'ticket.called' },
          { from: 'RECALL', to: 'ticket.recalled' },
          { from: 'BEGIN', to: 'ticket.started' },
          { from: 'MISS', to: 'ticket.skipped' },
          { from: 'END', to: 'ticket.completed' },
          { from: 'LOGIN', to: 'staff.login' },
          { from: 'LOGOUT', to: 'staff.logout' },
          { from: 'PAUSE', to: 'window.paused' },
          { from: 'RESUME', to: 'window.resumed' },
          { from: 'BEAT', to: '' },
        ],
      },
      {
        name: 'queues',
        rows: [
          { from: 'S1', to: 'soc' },
          { from: 'S2', to: 'tax' },
        ],
      },
    ],
    rules: [
      {
        ...{ when: [], kind: 'caller', device: '{no} | pad 2 | before w', channel: 'evt' },
        ...{ ts: '$.at | local', id: null, count: null },
        fields: [
          { name: 'type', value: '$.cmd | table events' },
          { name: 'window', value: '{no} | pad 2 | before w' },
          { name: 'tid', value: '$.num | dated | optional' },
          { name: 'no', value: '$.num | optional' },
          { name: 'queue', value: '$.svc | table queues | optional' },
          { name: 'staff', value: '$.op | optional' },
          { name: 'reason', value: `$.why | or ''` },
        ],
      },
    ],
  },
  sample: {
    topic: 'qms/counter/7/event',
    payload: '{"cmd":"CALL","num":"A012","svc":"S1","op":"u1023","at":"2026-03-09 10:00:00"}',
  },
};

export const adapterPresets: readonly AdapterPreset[] = [frigate, caller];
