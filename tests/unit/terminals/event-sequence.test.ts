import { describe, expect, it } from 'vitest';
import { EventSequence } from '../../../server/features/terminals/event-sequence.ts';
import { Speakers } from '../../../server/features/terminals/speakers.ts';

function heard(...events: [sid: string, seq: number][]): EventSequence {
  const sequence = new EventSequence();
  for (const [sid, seq] of events) sequence.add(sid, seq);
  return sequence;
}

describe('the numbers of a device’s events', () => {
  it('miss nothing from wherever we began to listen', () => {
    expect(heard(['a', 41], ['a', 42], ['b', 43]).missing).toBe(0);
  });

  it('show what was left out, until it comes late', () => {
    const sequence = heard(['a', 1], ['a', 4]);
    expect(sequence.missing).toBe(2);
    sequence.add('a', 3);
    expect(sequence.missing).toBe(1);
    sequence.add('a', 2);
    expect(sequence.missing).toBe(0);
  });

  it('are not upset by what is said twice, in this session or the one before', () => {
    expect(heard(['a', 1], ['a', 2], ['a', 2], ['b', 3], ['a', 2], ['b', 3]).missing).toBe(0);
  });

  it('begin anew with a device that was switched on again; what it lost before stays lost', () => {
    const sequence = heard(['a', 7], ['a', 9], ['b', 0], ['b', 1]);
    expect(sequence.missing).toBe(1);
    sequence.add('b', 3);
    expect(sequence.missing).toBe(2);
  });

  it('take a bounded memory, whatever a device counts', () => {
    const sequence = heard(['a', 1], ['a', 2 ** 40], ['a', 2 ** 40 + 2]);
    expect(sequence.missing).toBe(2 ** 40 - 2 + 1);
    sequence.add('a', 2 ** 40 + 1);
    expect(sequence.missing).toBe(2 ** 40 - 2);
  });
});

describe('who speaks under an id', () => {
  function takingTurns(turns: number, everyMs: number): Speakers {
    const speakers = new Speakers();
    for (let turn = 0; turn <= turns; turn += 1) speakers.heard(turn % 2 === 0 ? 'a' : 'b', turn * everyMs);
    return speakers;
  }

  it('is one device where it comes back and brings what it kept', () => {
    const speakers = new Speakers();
    for (const [at, sid] of ['a', 'b', 'a', 'b'].entries()) speakers.heard(sid, at);
    expect(speakers.areTwo).toBe(false);
  });

  it('are two where sessions take turns, until it has been quiet for a minute', () => {
    const speakers = takingTurns(6, 1000);
    expect(speakers.areTwo).toBe(true);
    speakers.heard('a', 6000 + 59_000);
    expect(speakers.areTwo).toBe(false);
  });

  it('is one device that loses its connection every half minute', () => {
    expect(takingTurns(40, 30_000).areTwo).toBe(false);
  });
});
