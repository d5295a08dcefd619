import { describe, expect, it } from 'vitest';
import { SilenceInput } from '#contract/alert-silences.ts';
import { at, minutes, tamper, TEN } from '../../helpers/hall-fixture.ts';
import { useAlertsStage } from './stage.ts';

describe('silences', () => {
  const stage = useAlertsStage();
  const silence = (scope: object, forMinutes = 30) =>
    stage.alerts.silences.add(
      SilenceInput.parse({ scope, until: at(stage.clock.now() + minutes(forMinutes)), reason: 'training' }),
      'li',
    );
  const lastOf = (id: string) => stage.heard.findLast((alert) => alert.id === id)!;

  it('keep an alert quiet that is raised meanwhile, until they end by themselves', async () => {
    const made = await silence({ hallId: 'hall-a', windowId: 'w01' });
    const { id } = await stage.raised();
    expect(lastOf(id)).toMatchObject({ status: 'open', silenceId: made.id });
    stage.clock.advance(minutes(24));
    expect(lastOf(id)).toMatchObject({ severity: 'yellow', silenceId: made.id, escalatedAt: null });
    stage.clock.advance(minutes(1));
    expect(lastOf(id)).toMatchObject({ silenceId: null, openSince: at(TEN + minutes(30)) });
    expect(stage.alerts.silences.list()).toEqual([]);
    // nobody could be expected to acknowledge it before
    stage.clock.advance(minutes(10));
    expect(lastOf(id)).toMatchObject({ escalatedAt: at(TEN + minutes(40)) });
    expect((await stage.alerts.story(id)).acts.map(({ act, note }) => [act, note])).toEqual([
      ['raise', 'training'],
      ['climb', null],
      ['unsilence', null],
      ['escalate', null],
    ]);
  });

  it('quieten what is open already, and only what they name', async () => {
    const { id } = await stage.raised();
    stage.cameraHeard.emit(tamper());
    stage.clock.advance(3000);
    const made = await silence({ kind: 'window-unattended' });
    expect(stage.alerts.open().map(({ kind, silenceId }) => [kind, silenceId])).toEqual([
      ['window-unattended', made.id],
      ['camera-event', null],
    ]);
    await stage.alerts.silences.lift(made.id, 'wang');
    expect(lastOf(id)).toMatchObject({ silenceId: null, lastAct: { act: 'unsilence' } });
    expect(await stage.alerts.silences.past(10)).toMatchObject([{ id: made.id, liftedBy: 'wang' }]);
  });

  it('hold and end over a kill', async () => {
    const made = await silence({ hallId: 'hall-a' });
    const { id } = await stage.raised();
    await stage.alerts.stop();
    stage.alerts = await stage.boot();
    expect(stage.alerts.silences.list()).toEqual([made]);
    await stage.alerts.stop();
    stage.clock.advance(minutes(30));
    stage.alerts = await stage.boot();
    expect(stage.alerts.silences.list()).toEqual([]);
    expect(lastOf(id)).toMatchObject({ silenceId: null });
    expect((await stage.rows()).filter((row) => row.id === id)).toHaveLength(1);
  });

  it('need a scope, an end ahead and a reason, over REST', async () => {
    const post = async (body: object) => (await stage.send('POST', '/api/silences', body)).json();
    const until = at(TEN + minutes(5));
    const scope = { ruleId: 'camera-event' };
    for (const wrong of [
      { scope: {}, until, reason: 'x' },
      { scope: { windowId: 'w01' }, until, reason: 'x' },
      { scope, until, reason: ' ' },
      { scope, reason: 'x' },
      { scope, until: at(TEN), reason: 'x' },
      { scope, until: at(TEN + minutes(60 * 24 * 32)), reason: 'x' },
    ])
      expect((await post(wrong)).error.code).toBe('REQUEST_INVALID');
    const made = await post({ scope, until, reason: 'lens is cleaned' });
    expect(made).toMatchObject({ madeBy: 'administrator', reason: 'lens is cleaned', liftedAt: null });
    expect((await stage.send('GET', '/api/silences')).json()).toEqual([made]);
    expect((await stage.send('DELETE', `/api/silences/${made.id}`)).json()).toMatchObject({ liftedAt: at(TEN) });
    expect((await stage.send('DELETE', `/api/silences/${made.id}`)).json().error.code).toBe('NOT_FOUND');
    expect((await stage.send('GET', '/api/silences?past=true')).json()).toMatchObject([{ id: made.id }]);
  });
});
