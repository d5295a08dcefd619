import { describe, expect, it } from 'vitest';
import { AlertLoad } from '#contract/alert-load.ts';
import { at, minutes, tamper, TEN } from '../../helpers/hall-fixture.ts';
import { useAlertsStage } from './stage.ts';

describe('what alerts ask of people', () => {
  const stage = useAlertsStage();
  const load = (from: number, until: number) => stage.alerts.load({ from: at(from), until: at(until) }, null);

  it('is counted from what happened, each figure once', async () => {
    const note = null;
    // raised at 10:05, seen after a minute, over at 10:07
    const first = await stage.raised();
    stage.clock.advance(minutes(1));
    await stage.alerts.act(first.id, { act: 'acknowledge', revision: 1, note }, 'li');
    stage.clock.advance(minutes(1));
    stage.comeBack();
    stage.clock.advance(15_000);
    await stage.alerts.act(first.id, { act: 'close', revision: 3, verdict: 'false-alarm', note }, 'wang');
    // tampering that is over after seconds, twice: fleeting, and the second one chattering
    for (let i = 0; i < 2; i++) {
      stage.cameraHeard.emit(tamper({ at: at(stage.clock.now()) }));
      stage.clock.advance(4000);
      stage.cameraHeard.emit(tamper({ at: at(stage.clock.now()), active: false }));
      stage.clock.advance(10_000);
    }
    // one that was silenced calls nobody
    const until = at(stage.clock.now() + minutes(30));
    const scope = { kind: null, ruleId: null, hallId: 'hall-a', windowId: null, queueId: null, cameraId: null };
    await stage.alerts.silences.add({ scope, until, reason: 'drill' }, 'li');
    await stage.raised();

    const seen = await load(TEN, TEN + minutes(100));
    expect(AlertLoad.parse(seen)).toEqual(seen);
    const span = { from: at(TEN), until: at(TEN + minutes(100)) };
    expect(await stage.alerts.load(span, ['hall-a'])).toEqual(seen);
    expect(await stage.alerts.load(span, ['hall-b'])).toMatchObject({ calls: 0, operators: [], rules: [] });
    expect(seen).toMatchObject({
      ...{ calls: 3, callsPerTenMinutes: 3 / 10 / 2, floodShare: 0, unseen: 2, fleeting: 2, chattering: 1, stale: 0 },
      ...{ raised: { blue: 2, yellow: 2, red: 0 }, acknowledgeSec: { median: 60, p90: 60 } },
      operators: [
        { username: 'li', acts: 1, acknowledged: 1, medianAcknowledgeSec: 60 },
        { username: 'wang', acts: 1, acknowledged: 0, medianAcknowledgeSec: null },
      ],
      rules: [
        { ruleId: 'camera-event', calls: 2, share: 2 / 3, judged: 0, falseShare: null },
        { ruleId: 'window-unattended', calls: 1, share: 1 / 3, judged: 1, falseShare: 1 },
      ],
    });
    // of 2 min, 1 s and 1 s
    expect(seen.clearSec.median).toBe(1);
    expect(await load(TEN + minutes(60), TEN + minutes(100))).toMatchObject({ calls: 0, rules: [], operators: [] });
    expect((await load(TEN + minutes(60 * 30), TEN + minutes(60 * 40))).stale).toBe(1);
  });

  it('tells a flood: more than ten calls in ten minutes', async () => {
    for (let i = 0; i < 11; i++) {
      stage.cameraHeard.emit(tamper({ at: at(stage.clock.now()) }));
      stage.clock.advance(4000);
      stage.cameraHeard.emit(tamper({ at: at(stage.clock.now()), active: false }));
      stage.clock.advance(10_000);
    }
    expect(await load(TEN, TEN + minutes(100))).toMatchObject({ calls: 11, floodShare: 0.1 });
  });

  it('is asked for over REST, 92 days at most; a shift hands over what is open, and the first takes it', async () => {
    const query = (days: number) => `from=${at(TEN)}&until=${at(TEN + days * minutes(1440))}`;
    expect((await stage.send('GET', `/api/alert-load?${query(1)}`)).json()).toMatchObject({ calls: 0 });
    expect((await stage.send('GET', `/api/alert-load?${query(93)}`)).json().error.code).toBe('REQUEST_INVALID');

    const { id } = await stage.raised();
    const handed = (await stage.send('POST', '/api/handovers', { note: 'w01 is to be watched' })).json();
    expect(handed).toMatchObject({ by: 'administrator', alerts: [{ id, status: 'open' }], takenBy: null });
    await stage.alerts.act(id, { act: 'close', revision: 1, verdict: 'confirmed', note: null }, 'li');
    const take = async (role: 'administrator' | 'supervisor') =>
      (await stage.send('POST', `/api/handovers/${handed.id}/take`, {}, role)).json();
    expect(await take('supervisor')).toMatchObject({ takenBy: 'supervisor', alerts: [{ id, status: 'open' }] });
    expect(await take('administrator')).toMatchObject({ takenBy: 'supervisor' });
    expect((await stage.send('GET', '/api/handovers?limit=1')).json()).toMatchObject([{ id: handed.id }]);
    expect((await stage.send('POST', '/api/handovers', { note: ' ' })).json().error.code).toBe('REQUEST_INVALID');
  });
});
