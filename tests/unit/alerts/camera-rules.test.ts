import { describe, expect, it } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import { cameraEvent } from '../../../server/features/alerts/rules/camera-event.ts';
import { cameraOffline } from '../../../server/features/alerts/rules/camera-offline.ts';
import type { HallView } from '../../../server/features/alerts/hall-view.ts';
import { ofCamera } from '../../../server/features/alerts/condition.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { pictureFault } from '../../../server/features/alerts/rules/picture-fault.ts';
import { at, cameraState, hallView, minutes, tamper, TEN } from '../../helpers/hall-fixture.ts';

const ladder = [{ afterSec: 15, severity: 'yellow' as const }];
const view = (condition: Partial<CameraCondition>, events: CameraEvent[] = []): HallView => {
  const { cameraId, condition: whole } = cameraState(condition);
  return hallView({}, { cameras: new Map([[cameraId, { cameraId, condition: whole, recording: null, events }]]) });
};
const silent = { code: 'CAMERA_SILENT' as const, detail: 'no picture for 3 s' };
const covered = { code: 'CAMERA_PICTURE_FAULT' as const, detail: 'covered, blurred' };

describe('camera offline', () => {
  const judge = (condition: Partial<CameraCondition>, held: number | null = null) =>
    findings(cameraOffline, view(condition), { ladder, clearAfterSec: 5 }, () => held)[0];

  it('lasts since the pictures stopped, and says why', () => {
    expect(judge({ status: 'offline', since: at(TEN - 4000), reasons: [silent] })).toEqual({
      subject: ofCamera('cam-1'),
      condition: { is: 'present', since: TEN - 4000, armed: true },
      facts: { code: 'CAMERA_SILENT', detail: 'no picture for 3 s' },
    });
  });

  it('keeps its beginning when the camera is a new one to a program that started anew', () => {
    expect(judge({ status: 'offline', since: at(TEN), reasons: [silent] }, TEN - minutes(9))?.condition).toMatchObject({
      since: TEN - minutes(9),
    });
  });

  it.each(['live', 'degraded'] as const)('is over when the camera is %s, since then', (status) => {
    const found = judge({ status, since: at(TEN - 2000), reasons: status === 'live' ? [] : [covered] });
    expect(found).toMatchObject({
      condition: { is: 'absent', since: TEN - 2000 },
      facts: { code: null, detail: null },
    });
  });

  it('is unknown before the first picture or failure', () => {
    expect(judge({ status: 'connecting' })?.condition).toEqual({ is: 'unknown' });
  });

  it('does not concern a camera that is switched off', () => {
    expect(judge({ status: 'off' })).toBeUndefined();
  });
});

describe('picture fault', () => {
  const judge = (condition: Partial<CameraCondition>, held: number | null = null) =>
    findings(pictureFault, view(condition), { ladder, clearAfterSec: 30 }, () => held)[0];

  it('lasts since it was first seen, among other reasons, and names the faults', () => {
    const reasons = [{ code: 'CAMERA_LOSSY' as const, detail: '3 %' }, covered];
    const condition = { status: 'degraded' as const, since: at(TEN - minutes(9)), reasons };
    expect(judge(condition)).toMatchObject({
      condition: { is: 'present', since: TEN, armed: true },
      facts: { faults: 'covered, blurred' },
    });
    expect(judge(condition, TEN - 30_000)?.condition).toMatchObject({ since: TEN - 30_000 });
  });

  it('is over when the picture is in order, whatever else is wrong', () => {
    expect(judge({})?.condition).toMatchObject({ is: 'absent' });
    const lossy = [{ code: 'CAMERA_LOSSY' as const, detail: null }];
    expect(judge({ status: 'degraded', reasons: lossy })?.condition).toMatchObject({ is: 'absent' });
  });

  it.each(['offline', 'connecting'] as const)('is unknown while the camera is %s', (status) => {
    expect(judge({ status })?.condition).toEqual({ is: 'unknown' });
  });

  it('does not concern a camera that is switched off', () => {
    expect(judge({ status: 'off' })).toBeUndefined();
  });
});

describe('camera event', () => {
  const params = { kinds: ['tamper' as const], ladder, clearAfterSec: 10, holdSec: 30 };
  const judge = (events: CameraEvent[], held: number | null = null, more: Partial<typeof params> = {}) =>
    findings(cameraEvent, view({}, events), { ...params, ...more }, () => held)[0]!;

  it('lasts from when the camera says so until it says that it is over', () => {
    expect(judge([tamper({ at: at(TEN - 5000) })])).toEqual({
      subject: ofCamera('cam-1'),
      condition: { is: 'present', since: TEN - 5000, armed: true },
      facts: { event: 'tamper', source: 'VideoSource_1' },
    });
    expect(judge([tamper({ active: false, at: at(TEN - 1000) })]).condition).toEqual({
      is: 'absent',
      since: TEN - 1000,
      beginsAt: null,
    });
  });

  it('holds for a time what has no duration, and knows when that ends', () => {
    expect(judge([tamper({ active: null, at: at(TEN - 10_000) })]).condition).toEqual({
      is: 'present',
      since: TEN - 10_000,
      armed: true,
      endsAt: TEN + 20_000,
    });
    expect(judge([tamper({ active: null, at: at(TEN - 30_000) })]).condition).toMatchObject({
      is: 'absent',
      since: TEN,
    });
  });

  it('keeps its beginning when it is repeated', () => {
    const held = judge([tamper({ active: null, at: at(TEN - 1000) })], TEN - 20_000);
    expect(held.condition).toMatchObject({ since: TEN - 20_000, endsAt: TEN + 29_000 });
  });

  it('lasts as long as any of its sources says so, since the first', () => {
    const events = [
      tamper({ source: 'a', at: at(TEN - 3000) }),
      tamper({ source: 'b', active: false, at: at(TEN - 1000) }),
      tamper({ source: 'c', active: null, at: at(TEN - 5000) }),
    ];
    const found = judge(events);
    expect(found.condition).toEqual({ is: 'present', since: TEN - 5000, armed: true });
    expect(found.facts).toEqual({ event: 'tamper', source: 'c' });
  });

  it('listens to the kinds that it is told, and needs no source', () => {
    const motion = tamper({ kind: 'motion', source: '' });
    expect(judge([motion]).condition).toEqual({ is: 'absent', since: null, beginsAt: null });
    expect(judge([motion], null, { kinds: ['motion' as never] })).toMatchObject({
      condition: { is: 'present' },
      facts: { event: 'motion', source: null },
    });
  });

  it('is unknown of a camera without pictures, and asks nothing of one that is switched off', () => {
    const offline = findings(cameraEvent, view({ status: 'offline' }, [tamper()]), params, () => null);
    expect(offline[0]!.condition.is).toBe('unknown');
    expect(findings(cameraEvent, view({ status: 'off' }, [tamper()]), params, () => null)).toEqual([]);
  });
});
