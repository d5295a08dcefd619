import { describe, expect, it } from 'vitest';
import type { CameraCondition } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import type { Terminal } from '#contract/terminals.ts';
import { ofTerminal } from '../../../server/features/alerts/condition.ts';
import type { HallView } from '../../../server/features/alerts/hall-view.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { hallCutOff } from '../../../server/features/alerts/rules/hall-cut-off.ts';
import { outputDead } from '../../../server/features/alerts/rules/output-dead.ts';
import { recordingGap } from '../../../server/features/alerts/rules/recording-gap.ts';
import { terminalOffline } from '../../../server/features/alerts/rules/terminal-offline.ts';
import { terminalSilent } from '../../../server/features/alerts/rules/terminal-silent.ts';
import { terminalSkew } from '../../../server/features/alerts/rules/terminal-skew.ts';
import { at, cameraState, hallView, minutes, TEN, terminalRow } from '../../helpers/hall-fixture.ts';

const timing = { ladder: [{ afterSec: 60, severity: 'blue' as const }], clearAfterSec: 5 };
const view = (...terminals: Partial<Terminal>[]) =>
  hallView({}, { terminals: new Map(terminals.map((row, i) => [`caller/w0${i + 1}`, terminalRow(row)])) });
const lost = { link: 'lost' as const };

describe('terminal offline', () => {
  it('lasts since it was first seen lost, and names when it was heard last', () => {
    const heard = { ...lost, lastHeardAt: at(TEN - minutes(3)) };
    expect(findings(terminalOffline, view(heard, {}, {}), timing, () => TEN - minutes(2))[0]).toEqual({
      subject: ofTerminal('caller/w01', 'w01'),
      condition: { is: 'present', since: TEN - minutes(2), armed: true },
      facts: { terminal: null, lastHeardAt: at(TEN - minutes(3)) },
    });
  });

  it('is nothing of a terminal that is online, or was never heard', () => {
    const found = findings(terminalOffline, view({}, { link: 'never-heard' }), timing, () => null);
    expect(found.map(({ condition }) => condition.is)).toEqual(['absent', 'absent']);
  });

  it('gives way where all are lost: the hall is cut off', () => {
    const all = view(lost, lost, lost, { link: 'never-heard' });
    expect(findings(terminalOffline, all, timing, () => null)[0]!.condition.is).toBe('unknown');
    expect(findings(hallCutOff, all, timing, () => null)).toMatchObject([
      { condition: { is: 'present', since: TEN }, facts: { terminals: 3 } },
    ]);
    expect(findings(hallCutOff, view(lost, lost, {}), timing, () => null)[0]!.condition.is).toBe('absent');
    expect(findings(hallCutOff, view(lost, lost), timing, () => null)[0]!.condition.is).toBe('unknown');
  });
});

describe('output dead', () => {
  const judge = (deadOutputs: HallView['deadOutputs']) =>
    findings(outputDead, hallView({}, { deadOutputs }), timing, () => null)[0]!;

  it('lasts since the first of them failed, and names them', () => {
    const sms = { name: 'sms', since: TEN - minutes(1), code: 'OUTPUT_REFUSED' as const };
    const mail = { name: 'mail', since: TEN - minutes(3), code: 'OUTPUT_UNREACHABLE' as const };
    expect(judge([sms, mail])).toMatchObject({
      condition: { is: 'present', since: TEN - minutes(3) },
      facts: { outputs: 'sms, mail', code: 'OUTPUT_UNREACHABLE' },
    });
    expect(judge([]).condition.is).toBe('absent');
    expect(judge(null).condition.is).toBe('unknown');
  });
});

describe('terminal silent', () => {
  const judge = (row: Partial<Terminal>) =>
    findings(terminalSilent, view(row), { ...timing, silentSec: 180 }, () => null)[0]!.condition;

  it('begins when its word is overdue, and knows that beforehand', () => {
    expect(judge({ lastHeardAt: at(TEN - minutes(1)) })).toMatchObject({ is: 'absent', beginsAt: TEN + minutes(2) });
    expect(judge({ lastHeardAt: at(TEN - minutes(5)) })).toMatchObject({ is: 'present', since: TEN - minutes(2) });
  });

  it('is unknown of a terminal that is lost or was never heard', () => {
    expect(judge({ ...lost, lastHeardAt: at(TEN - minutes(5)) }).is).toBe('unknown');
    expect(judge({ link: 'never-heard', lastHeardAt: null }).is).toBe('unknown');
  });
});

describe('clock skew', () => {
  const judge = (clockSkewMs: number | null, change: Partial<Terminal> = {}) =>
    findings(terminalSkew, view({ clockSkewMs, ...change }), { ...timing, limitSec: 5 }, () => null)[0]!;

  it('is a clock that is off by more than the limit, ahead or behind', () => {
    expect(judge(5_000).condition.is).toBe('absent');
    expect(judge(5_400)).toMatchObject({ condition: { is: 'present', since: TEN }, facts: { skewSec: 5 } });
    expect(judge(-7_000)).toMatchObject({ condition: { is: 'present' }, facts: { skewSec: -7 } });
  });

  it('is unknown where no time was heard, or the terminal is away', () => {
    expect(judge(null).condition.is).toBe('unknown');
    expect(judge(9_000, lost).condition.is).toBe('unknown');
  });
});

describe('recording gap', () => {
  const judge = (
    status: RecordingState['status'] | null,
    camera: Partial<CameraCondition> = {},
    held: number | null = null,
  ) => {
    const { cameraId, condition } = cameraState(camera);
    const recording: RecordingState | null = status && {
      ...{ cameraId, role: 'sub', mode: 'continuous', status, cause: null, code: 'VOLUME_FULL' },
      ...{ since: at(TEN - minutes(2)), fps: null, bytesPerSec: null },
    };
    const cameras = new Map([[cameraId, { cameraId, condition, recording, events: [] }]]);
    return findings(recordingGap, hallView({}, { cameras }), timing, () => held)[0]!;
  };

  it('lasts since a camera that should be recorded is not', () => {
    expect(judge('failed')).toMatchObject({
      condition: { is: 'present', since: TEN - minutes(2) },
      facts: { code: 'VOLUME_FULL' },
    });
    for (const status of ['off', 'waiting', 'recording'] as const) expect(judge(status).condition.is).toBe('absent');
  });

  it('is unknown while the camera has no pictures, and before anything was said', () => {
    expect(judge('failed', { status: 'offline' }).condition.is).toBe('unknown');
    expect(judge(null).condition.is).toBe('unknown');
  });

  it('begins with the pictures of a camera that is back, which are half a second on their way to the disk', () => {
    const back = { since: at(TEN - 300) };
    expect(judge('failed', back).condition).toMatchObject({ is: 'present', since: TEN - 300 });
    expect(judge('failed', back, TEN - minutes(9)).condition).toMatchObject({ since: TEN - minutes(9) });
  });
});
