import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import {
  CONFIRM_MS,
  deadlineOf,
  GRACE_MS,
  nextLink,
  REPORT_MS,
  type Link,
  type LinkInput,
} from '../../../server/features/terminals/link.ts';

const T = 1_000_000;
const status = (online: boolean, sid: string): LinkInput => ({ type: 'status', online, sid });
const heard = (sid: string): LinkInput => ({ type: 'heard', sid });
const time: LinkInput = { type: 'time' };

describe('the link of a terminal', () => {
  it('is online with its status, and with any message of a terminal that sends none', () => {
    expect(nextLink({ is: 'never-heard' }, status(true, 'a'), T)).toEqual({ is: 'online', sid: 'a' });
    expect(nextLink({ is: 'never-heard' }, heard('a'), T)).toEqual({ is: 'online', sid: 'a' });
  });

  it('is lost 10 s after the will, and reported 60 s after it', () => {
    const leaving = nextLink({ is: 'online', sid: 'a' }, status(false, 'a'), T);
    expect(leaving).toEqual({ is: 'leaving', sid: 'a', since: T });
    expect(deadlineOf(leaving)).toBe(T + GRACE_MS);
    expect(nextLink(leaving, time, T + GRACE_MS - 1)).toBe(leaving);
    const lost = nextLink(leaving, time, T + GRACE_MS);
    expect(lost).toEqual({ is: 'lost', sid: 'a', since: T, reported: false });
    expect(deadlineOf(lost)).toBe(T + REPORT_MS);
    const reported = nextLink(lost, time, T + REPORT_MS);
    expect(reported).toMatchObject({ is: 'lost', reported: true });
    expect(deadlineOf(reported)).toBeNull();
  });

  it('is not lost when a new session begins within the grace', () => {
    const leaving = nextLink({ is: 'online', sid: 'a' }, status(false, 'a'), T);
    expect(nextLink(leaving, status(true, 'b'), T + 3_000)).toEqual({ is: 'online', sid: 'b' });
  });

  it('keeps a newer session when the will of an older one comes late', () => {
    const newer: Link = { is: 'online', sid: 'b' };
    expect(nextLink(newer, status(false, 'a'), T)).toBe(newer);
  });

  it('keeps the session that the status named when a buffered event of the one before arrives', () => {
    const current: Link = { is: 'online', sid: 'b' };
    expect(nextLink(current, heard('a'), T)).toBe(current);
    expect(nextLink(nextLink(current, heard('a'), T), status(false, 'b'), T)).toMatchObject({ is: 'leaving' });
  });

  it('does not revive a dead session by what it sent before its death', () => {
    const lost: Link = { is: 'lost', sid: 'a', since: T, reported: false };
    expect(nextLink(lost, heard('a'), T + 1)).toBe(lost);
    expect(nextLink(lost, heard('b'), T + 1)).toEqual({ is: 'online', sid: 'b' });
  });

  it('gives terminals that were online before our restart time to show themselves', () => {
    const unconfirmed: Link = { is: 'unconfirmed', sid: 'a', since: T };
    expect(nextLink(unconfirmed, status(true, 'b'), T + 1)).toEqual({ is: 'online', sid: 'b' });
    expect(nextLink(unconfirmed, time, T + CONFIRM_MS)).toMatchObject({ is: 'lost', since: T });
    // The will that an outside broker kept while we were away.
    expect(nextLink(unconfirmed, status(false, 'a'), T + 1)).toMatchObject({ is: 'leaving' });
    expect(nextLink(unconfirmed, status(false, 'old'), T + 1)).toBe(unconfirmed);
  });

  it('forgets a terminal that was taken out of service', () => {
    const lost: Link = { is: 'lost', sid: 'a', since: T, reported: true };
    expect(nextLink(lost, { type: 'decommissioned' }, T)).toEqual({ is: 'never-heard' });
  });

  it('never loses a session by wills of others, whatever else happens', () => {
    const inputs = fc.array(
      fc.oneof(
        fc.constantFrom('a', 'b', 'c').map((sid) => status(false, sid)),
        fc.constantFrom('a', 'b', 'c', 'now').map(heard),
        fc.constant(time),
      ),
    );
    fc.assert(
      fc.property(inputs, (sequence) => {
        let link: Link = nextLink({ is: 'never-heard' }, status(true, 'now'), T);
        sequence.forEach((input, i) => (link = nextLink(link, input, T + i * 20_000)));
        expect(link).toEqual({ is: 'online', sid: 'now' });
      }),
    );
  });
});
