import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import { ActRequest, type ActRequestInput } from '#contract/alert-acts.ts';
import { at, minutes, TEN } from '../../helpers/hall-fixture.ts';
import { useAlertsStage } from './stage.ts';

describe('handling of alerts', () => {
  const stage = useAlertsStage();
  const act = (id: string, request: ActRequestInput, who = 'li') =>
    stage.alerts.act(id, ActRequest.parse(request), who);

  it('goes from hand to hand to its verdict, each step with who, when and note', async () => {
    const { id } = await stage.raised();
    await act(id, { act: 'acknowledge', revision: 1 });
    await act(id, { act: 'comment', note: 'called the hall' }, 'wang');
    await act(id, { act: 'assign', revision: 3, to: 'zhao', note: 'please look' });
    await act(id, { act: 'handle', revision: 4, note: 'clerk is back' }, 'wang');
    stage.comeBack();
    stage.clock.advance(15_000);
    // over by itself, it waits for whoever has it in hand
    expect(stage.alerts.open()).toMatchObject([{ id, status: 'handled', outcome: 'cleared', closedAt: null }]);
    const closed = await act(id, { act: 'close', revision: 6, verdict: 'confirmed' });
    expect(closed).toMatchObject({ status: 'closed', verdict: 'confirmed', acknowledgedBy: 'li' });
    const { alert, acts } = await stage.alerts.story(id);
    expect(alert).toEqual(closed);
    expect(acts.map(({ act, by, note }) => [act, by, note])).toEqual([
      ['raise', null, null],
      ['acknowledge', 'li', null],
      ['comment', 'wang', 'called the hall'],
      ['assign', 'li', 'please look'],
      ['handle', 'wang', 'clerk is back'],
      ['end', null, null],
      ['close', 'li', null],
    ]);
    expect(stage.alerts.open()).toEqual([]);
  });

  it('tells the second of two supervisors who did what', async () => {
    const { id } = await stage.raised();
    const first = act(id, { act: 'acknowledge', revision: 1 }, 'li');
    await expect(act(id, { act: 'handle', revision: 1 }, 'wang')).rejects.toMatchObject({
      code: 'ALERT_CHANGED',
      details: { act: 'acknowledge', by: 'li', at: at(TEN + minutes(5)) },
    });
    expect(await first).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'li' });
    await stage.alerts.stop();
    expect(await stage.base.db.query('SELECT act FROM alert_act ORDER BY revision')).toEqual([
      { act: 'raise' },
      { act: 'acknowledge' },
    ]);
  });

  it('stays closed while its condition lasts, over a kill, and is open again when it gets graver', async () => {
    const { id } = await stage.raised();
    await act(id, { act: 'close', revision: 1, verdict: 'confirmed', note: 'clerk is ill' });
    await stage.alerts.stop();
    stage.alerts = await stage.boot();
    expect(stage.alerts.open()).toEqual([]);
    stage.clock.advance(minutes(4));
    expect(stage.heard).toHaveLength(2);
    stage.clock.advance(minutes(1));
    expect(stage.alerts.open()).toMatchObject([
      { id, status: 'open', severity: 'yellow', verdict: null, closedAt: null },
    ]);
    expect(await stage.rows()).toHaveLength(1);
  });

  it('of a false alarm stays closed however long it lasts; what comes afterwards is a new one', async () => {
    const { id } = await stage.raised();
    await act(id, { act: 'close', revision: 1, verdict: 'false-alarm' });
    stage.clock.advance(minutes(14));
    expect(stage.alerts.open()).toEqual([]);
    stage.comeBack();
    stage.clock.advance(15_000);
    const again = await stage.raised();
    expect(again.id).not.toBe(id);
    expect((await stage.alerts.story(id)).alert).toMatchObject({ verdict: 'false-alarm', outcome: 'cleared' });
    expect(await stage.rows()).toMatchObject([{ id }, { id: again.id, status: 'open' }]);
  });

  it('is the same alert when its condition comes back while someone has it in hand', async () => {
    const { id } = await stage.raised();
    await act(id, { act: 'assign', revision: 1, to: 'zhao' });
    stage.comeBack();
    stage.clock.advance(15_000);
    expect(await stage.raised()).toMatchObject({ id, status: 'open', outcome: null, assignedTo: 'zhao' });
    expect(await act(id, { act: 'acknowledge', revision: 4 })).toMatchObject({
      status: 'assigned',
      assignedTo: 'zhao',
    });
    expect(await stage.rows()).toHaveLength(1);
  });

  it('judges what is long over, the one after the other', async () => {
    const { id } = await stage.raised();
    stage.comeBack();
    stage.clock.advance(15_000);
    expect(stage.alerts.open()).toEqual([]);
    const judge = (verdict: 'confirmed' | 'false-alarm') => act(id, { act: 'close', revision: 2, verdict });
    const [judged, late] = await Promise.allSettled([judge('false-alarm'), judge('confirmed')]);
    expect(judged).toMatchObject({ value: { verdict: 'false-alarm', revision: 3, acknowledgedBy: null } });
    expect(late).toMatchObject({ reason: { code: 'ALERT_CHANGED', details: { act: 'close', by: 'li' } } });
    expect(await stage.rows()).toMatchObject([{ id, status: 'closed', outcome: 'cleared' }]);
  });

  it('answers over REST, and refuses what is nobody, nothing, or no step', async () => {
    const { id } = await stage.raised();
    const post = async (request: object, alertId = id) =>
      (await stage.send('POST', `/api/alerts/${alertId}/acts`, request)).json();
    expect((await post({ act: 'assign', revision: 1, to: 'he' })).error.code).toBe('REQUEST_INVALID');
    expect((await post({ act: 'comment', note: ' ' })).error.code).toBe('REQUEST_INVALID');
    expect((await post({ act: 'comment', note: 'x' }, '01ARZ3NDEKTSV4RRFFQ69G5FAV')).error.code).toBe('NOT_FOUND');
    const handled = await post({ act: 'handle', revision: 1 });
    expect(handled).toMatchObject({ status: 'handled', lastAct: { act: 'handle', by: 'administrator' } });
    expect((await post({ act: 'acknowledge', revision: 2 })).error).toMatchObject({
      code: 'ALERT_CHANGED',
      details: { act: 'handle', by: 'administrator' },
    });
    const story = (await stage.send('GET', `/api/alerts/${id}`)).json();
    expect(story).toMatchObject({ alert: handled, acts: [{ act: 'raise' }, { act: 'handle' }] });
    expect((await stage.send('GET', '/api/alert-assignees')).json()).toEqual([{ username: 'zhao', displayName: '赵' }]);
  });

  it('never changes an act', async () => {
    await stage.raised();
    await stage.alerts.stop();
    await expect(stage.base.db.query(`UPDATE alert_act SET by = 'li'`)).rejects.toThrow('never changed');
  });

  it('pages through its history, newest first, by state, grade, hall, rule and time', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      ids.unshift((await stage.raised()).id);
      stage.comeBack();
      stage.clock.advance(15_000);
    }
    const last = await stage.raised();
    const page = async (query: string) => (await stage.send('GET', `/api/alerts?${query}`)).json();
    const idsOf = async (query: string) => (await page(query)).alerts.map(({ id }: Alert) => id);
    const first = await page('limit=3');
    expect(first.alerts.map(({ id }: Alert) => id)).toEqual([last.id, ids[0], ids[1]]);
    expect(await page(`limit=3&before=${first.next}`)).toMatchObject({ alerts: [{ id: ids[2] }], next: null });
    expect(await idsOf('status=open,handled')).toEqual([last.id]);
    expect(await idsOf('status=closed&severity=blue&hallId=hall-a&ruleId=window-unattended')).toEqual(ids);
    expect(await idsOf('severity=red')).toEqual([]);
    expect(await idsOf('hallId=elsewhere')).toEqual([]);
    expect(await idsOf(`until=${last.raisedAt}&from=${at(Date.parse(last.raisedAt) - minutes(6))}`)).toEqual([ids[0]]);
    expect((await page('status=none')).error.code).toBe('REQUEST_INVALID');
  });
});
