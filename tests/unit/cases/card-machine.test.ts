import { describe, expect, it } from 'vitest';
import { proposed, step, type CardEvent, type CardLife } from '../../../server/features/cases/cards/card-machine.ts';

const by = (act: CardEvent['act'], who = 'li', more: Partial<CardEvent> = {}): CardEvent => ({
  act,
  by: who,
  at: 10,
  ...more,
});

function after(...events: CardEvent[]): CardLife | string {
  let life = proposed;
  for (const event of events) {
    const stepped = step(life, event);
    if (!stepped.ok) return stepped.code;
    life = stepped.life;
  }
  return life;
}

describe('the life of a card', () => {
  it('is issued, answered, returned, answered again and closed', () => {
    const answered = [by('issue'), by('supervise'), by('feedback', 'wang')];
    expect(after(...answered)).toMatchObject({ state: 'supervised', feedback: 'given' });
    expect(after(...answered, by('return'))).toMatchObject({ feedback: 'returned' });
    expect(after(...answered, by('return'), by('feedback', 'wang'), by('accept'))).toMatchObject({
      state: 'closed',
      feedback: 'accepted',
    });
  });

  it('is revoked by two people, and an appeal is upheld thereby', () => {
    const asked = [by('issue'), by('appeal', 'wang'), by('revoke', 'li')];
    expect(after(...asked)).toMatchObject({ state: 'issued', appeal: 'lodged', revokeBy: 'li' });
    expect(after(...asked, by('confirm-revoke', 'li'))).toBe('CARD_SECOND_PERSON');
    expect(after(...asked, by('confirm-revoke', 'zhao'))).toMatchObject({ state: 'revoked', appeal: 'upheld' });
    expect(after(...asked, by('decline-revoke', 'zhao'))).toMatchObject({ state: 'issued', revokeBy: null });
    expect(after(by('issue'), by('appeal'), by('reject-appeal'))).toMatchObject({
      state: 'issued',
      appeal: 'rejected',
    });
  });

  it('is not issued where something may excuse it and nobody says why', () => {
    expect(after(by('issue', 'li', { excused: true }))).toBe('CARD_EXCUSED');
    expect(after(by('issue', 'li', { excused: false }))).toMatchObject({ state: 'issued' });
  });

  it('hears no appeal after its time', () => {
    expect(after(by('issue'), by('appeal', 'wang', { appealUntil: 10 }))).toMatchObject({ appeal: 'lodged' });
    expect(after(by('issue'), by('appeal', 'wang', { appealUntil: 9 }))).toBe('CARD_ACT_REFUSED');
  });

  it('goes to the level above once it is rejected, where alone it is decided then', () => {
    const above = { above: true };
    const asked = [by('issue'), by('appeal', 'wang'), by('reject-appeal'), by('escalate-appeal', 'wang')];
    expect(after(...asked)).toMatchObject({ state: 'issued', appeal: 'escalated' });
    for (const act of ['reject-appeal', 'revoke'] as const) expect(after(...asked, by(act))).toBe('CARD_ACT_REFUSED');
    expect(after(...asked, by('reject-appeal', 'mayor', above))).toMatchObject({
      state: 'issued',
      appeal: 'dismissed',
    });
    const revoked = [by('revoke', 'mayor', above), by('confirm-revoke', 'deputy', above)];
    expect(after(...asked, ...revoked)).toMatchObject({ state: 'revoked', appeal: 'upheld' });
    expect(after(...asked.slice(0, 3), by('escalate-appeal', 'wang', { appealUntil: 9 }))).toBe('CARD_ACT_REFUSED');
  });

  it.each([
    [[by('feedback')]],
    [[by('supervise')]],
    [[by('appeal')]],
    [[by('revoke')]],
    [[by('issue'), by('issue')]],
    [[by('issue'), by('cancel')]],
    [[by('issue'), by('accept')]],
    [[by('issue'), by('confirm-revoke')]],
    [[by('cancel'), by('issue')]],
    [[by('issue'), by('feedback'), by('feedback')]],
    [[by('issue'), by('appeal'), by('appeal')]],
    [[by('issue'), by('revoke', 'li'), by('confirm-revoke', 'zhao'), by('feedback')]],
  ])('refuses what cannot happen: %j', (events) => {
    expect(after(...events)).toBe('CARD_ACT_REFUSED');
  });
});
