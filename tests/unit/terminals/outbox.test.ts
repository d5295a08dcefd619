import { describe, expect, it } from 'vitest';
import { Outbox, type Outgoing } from '../../../devices/terminals/outbox.ts';

const message = (payload: string, slot: string | null = null): Outgoing => ({
  topic: 't',
  payload,
  options: { qos: 1, retain: false },
  slot,
});

/** A connection that acknowledges when told to. */
function line() {
  const sent: { payload: string; acknowledge: () => void }[] = [];
  const send = ({ payload }: Outgoing) => new Promise<void>((resolve) => sent.push({ payload, acknowledge: resolve }));
  return { send, sent, payloads: () => sent.map(({ payload }) => payload) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the outbox of a terminal', () => {
  it('keeps what is said offline, in order, and sends so many at a time', async () => {
    const outbox = new Outbox({ limit: 10, window: 2 });
    for (const payload of ['1', '2', '3']) outbox.push(message(payload));
    const { send, sent, payloads } = line();
    outbox.attach(send);
    expect(payloads()).toEqual(['1', '2']);
    sent[0]!.acknowledge();
    await settled();
    expect(payloads()).toEqual(['1', '2', '3']);
  });

  it('sends everything unacknowledged again over the next connection', async () => {
    const outbox = new Outbox({ limit: 10, window: 5 });
    for (const payload of ['1', '2', '3']) outbox.push(message(payload));
    const first = line();
    outbox.attach(first.send);
    first.sent[0]!.acknowledge();
    await settled();
    outbox.detach();
    const second = line();
    outbox.attach(second.send);
    expect(second.payloads()).toEqual(['2', '3']);
    second.sent.forEach(({ acknowledge }) => acknowledge());
    await outbox.drained();
    expect(outbox.size).toBe(0);
  });

  it('refuses the newest when it is full', () => {
    const outbox = new Outbox({ limit: 2, window: 1 });
    expect(['1', '2', '3'].map((payload) => outbox.push(message(payload)))).toEqual([true, true, false]);
    const { send, payloads } = line();
    outbox.attach(send);
    expect(payloads()).toEqual(['1']);
  });

  it('sends only the newest snapshot, in its place after what was said before it', async () => {
    const outbox = new Outbox({ limit: 10, window: 10 });
    outbox.push(message('old state', 'state'));
    outbox.push(message('event'));
    outbox.push(message('new state', 'state'));
    const { send, payloads } = line();
    outbox.attach(send);
    expect(payloads()).toEqual(['event', 'new state']);
  });
});
