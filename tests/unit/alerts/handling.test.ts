import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { ActRequest, type PersonAct } from '#contract/alert-acts.ts';
import { rankOf } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import { actOf, mayMove, moved, type Move } from '../../../server/features/alerts/handling.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const AT = '2026-03-09T02:00:00.000Z';
const grade = (severity: Alert['severity']) => ({ ruleVersion: 2, severity, facts: {}, cameraIds: [] });
const request = (alert: Alert, act: PersonAct): ActRequest =>
  ActRequest.parse({ act, revision: alert.revision, to: 'zhao', verdict: 'confirmed', note: 'seen' });
const after = (alert: Alert, ...acts: PersonAct[]) =>
  acts.reduce((now, act) => moved(now, request(now, act), AT, 'li'), alert);

describe('handling of an alert', () => {
  it('goes step by step, or several at once', () => {
    const open = alertOf();
    expect(after(open, 'acknowledge')).toMatchObject({
      status: 'acknowledged',
      acknowledgedBy: 'li',
      acknowledgedAt: AT,
    });
    expect(after(open, 'acknowledge', 'assign', 'handle')).toMatchObject({ status: 'handled', assignedTo: 'zhao' });
    expect(after(open, 'close')).toMatchObject({ status: 'closed', acknowledgedBy: 'li', closedAt: AT });
    expect(after(open, 'handle', 'assign')).toMatchObject({ status: 'assigned' });
  });

  it('lets nobody go backwards, or act on what he has not seen', () => {
    const open = alertOf();
    const may = (alert: Alert, act: PersonAct) => mayMove(alert, request(alert, act));
    expect(may(after(open, 'acknowledge'), 'acknowledge')).toBe(false);
    expect(may(after(open, 'handle'), 'handle')).toBe(false);
    expect(may(after(open, 'close'), 'assign')).toBe(false);
    expect(may(after(open, 'close'), 'close')).toBe(true);
    expect(mayMove(after(open, 'comment'), request(open, 'acknowledge'))).toBe(false);
    expect(mayMove(after(open, 'acknowledge'), request(open, 'comment'))).toBe(true);
  });

  it('closes by itself only what nobody has in hand', () => {
    const ended = (alert: Alert) => moved(alert, { act: 'end', outcome: 'cleared', clearedAt: AT }, AT, null);
    expect(ended(alertOf())).toMatchObject({ status: 'closed', acknowledgedBy: null, closedAt: AT, verdict: null });
    expect(ended(after(alertOf(), 'acknowledge'))).toMatchObject({ status: 'closed' });
    expect(ended(after(alertOf(), 'assign'))).toMatchObject({ status: 'assigned', outcome: 'cleared', closedAt: null });
    expect(ended(after(alertOf(), 'handle'))).toMatchObject({ status: 'handled' });
    expect(after(ended(alertOf()), 'close')).toMatchObject({ verdict: 'confirmed', acknowledgedBy: null });
  });

  it('opens again what gets graver, but no false alarm', () => {
    const climbed = (alert: Alert) => moved(alert, { act: 'climb', grade: grade('red') }, AT, null);
    expect(climbed(after(alertOf(), 'assign'))).toMatchObject({ status: 'open', severity: 'red', assignedTo: 'zhao' });
    expect(climbed(after(alertOf(), 'close'))).toMatchObject({ status: 'open', verdict: null, acknowledgedBy: null });
    const falsely = moved(alertOf(), { act: 'close', verdict: 'false-alarm', revision: 1, note: null }, AT, 'li');
    expect(climbed(falsely)).toMatchObject({ status: 'closed', severity: 'red', verdict: 'false-alarm' });
  });

  it('holds together whatever happens in whatever order', () => {
    const severities = fc.constantFrom('blue', 'yellow', 'red');
    const step = fc.oneof(
      severities.map((severity): Move => ({ act: 'climb', grade: grade(severity) })),
      severities.map((severity): Move => ({ act: 'return', grade: grade(severity) })),
      fc.constant<Move>({ act: 'end', outcome: 'cleared', clearedAt: AT }),
      fc.constantFrom<PersonAct[]>('acknowledge', 'assign', 'handle', 'close', 'comment'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (course) => {
        let alert = alertOf();
        for (const each of course) {
          const byPerson = typeof each === 'string';
          const move = byPerson ? request(alert, each) : each;
          if (byPerson && !mayMove(alert, move as ActRequest)) continue;
          // the engine climbs and ends what it follows, and brings back what it let go
          if (!byPerson && (move.act === 'return') !== (alert.outcome !== null && alert.status !== 'closed')) continue;
          if (!byPerson && move.act !== 'return' && alert.outcome !== null) continue;
          const before = structuredClone(alert);
          const next = moved(alert, move, AT, byPerson ? 'li' : null);
          expect(alert).toEqual(before);
          expect(next.revision).toBe(alert.revision + 1);
          expect(next.status === 'closed').toBe(next.closedAt !== null);
          expect(next.verdict === null || next.status === 'closed').toBe(true);
          expect(next.acknowledgedBy !== null).toBe(next.acknowledgedAt !== null);
          if (next.status === 'open') expect(next.acknowledgedBy).toBeNull();
          else if (next.status !== 'closed') expect(next.acknowledgedBy).not.toBeNull();
          if (next.status === 'assigned') expect(next.assignedTo).toBe('zhao');
          expect(rankOf(next.severity)).toBeGreaterThanOrEqual(rankOf(alert.severity));
          expect(actOf(next, 'seen')).toMatchObject({
            ...{ alertId: next.id, revision: next.revision, act: move.act, by: byPerson ? 'li' : null },
            ...{ status: next.status, severity: next.severity, assignedTo: next.assignedTo, verdict: next.verdict },
          });
          alert = next;
        }
      }),
      { numRuns: 60 },
    );
  });
});
