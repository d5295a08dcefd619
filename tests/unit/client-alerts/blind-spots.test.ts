import { expect, it } from 'vitest';
import type { Camera, CameraState } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import { blindSpots, type Seen } from '../../../client/features/alerts/blind-spots.ts';
import { cameraState, hall, terminalRow } from '../../helpers/hall-fixture.ts';
import { shippedRules } from '../../helpers/shipped-rules.ts';

const other: Hall = { ...hall, id: 'hall-b' };
const camera = (id: string, windowIds: string[], enabled = true) =>
  ({ id, name: id, hallId: hall.id, windowIds, enabled }) as Camera;
const states = (...known: CameraState[]) => new Map(known.map((state) => [state.cameraId, state]));
const seen = (change: Partial<Seen>): Seen => ({
  ...{ regions: [], halls: [other, hall], cameras: [], states: new Map(), terminals: [], rules: [] },
  ...{ recordings: [], depth: null, calendarUntil: undefined, now: Date.parse('2026-11-27') },
  ...change,
});
const names = {
  rule: ({ id }: { id: string }) => id,
  terminal: ({ kind, deviceId }: { kind: string; deviceId: string }) => `${kind} ${deviceId}`,
  calendar: (until: string | null) => `until ${until}`,
  depth: ({ holdsDays }: { holdsDays: number | null }) => `${holdsDays} days`,
};
const spotsOf = (change: Partial<Seen>) => blindSpots(seen(change), names).find(({ hallId }) => hallId === hall.id)!;

it('names windows that no camera looks at, and those whose cameras show nothing', () => {
  const fault = { status: 'degraded' as const, reasons: [{ code: 'CAMERA_PICTURE_FAULT' as const, detail: 'black' }] };
  const { spots } = spotsOf({
    cameras: [camera('one', ['w01']), camera('off', ['w02'], false)],
    states: states(cameraState(fault, 'one')),
  });
  expect(spots).toMatchObject({ 'no-picture': ['one'], 'window-blind': ['01'], 'window-uncovered': ['02'] });
});

it('takes a window for seen while one of its cameras shows something, be it with losses', () => {
  const lossy = { status: 'degraded' as const, reasons: [{ code: 'CAMERA_LOSSY' as const, detail: '3 %' }] };
  const { spots } = spotsOf({
    cameras: [camera('one', ['w01', 'w02']), camera('two', ['w01'])],
    states: states(cameraState(lossy, 'one'), cameraState({ status: 'offline' }, 'two')),
  });
  expect(spots).toMatchObject({ 'no-picture': ['two'], 'window-blind': [], 'window-uncovered': [] });
});

it('names terminals that are lost or were never heard, and rules that are off where they would hold', () => {
  const [first, second] = shippedRules;
  const { spots, count } = spotsOf({
    cameras: [camera('one', ['w01', 'w02'])],
    states: states(cameraState({}, 'one')),
    terminals: [terminalRow({ link: 'lost' }), terminalRow({ deviceId: 'w02', link: 'never-heard' }), terminalRow()],
    rules: [
      { ...first!, enabled: false },
      { ...second!, enabled: false, places: [{ of: 'hall', hallId: 'hall-b' }] },
    ],
  });
  expect(spots).toMatchObject({
    ...{ 'terminal-lost': ['caller w01'], 'terminal-never-heard': ['caller w02'], 'rule-off': [first!.id] },
  });
  expect(count).toBe(3);
});

it('puts the hall that sees least first', () => {
  const dark = camera('one', ['w01', 'w02']);
  const rows = blindSpots(seen({ halls: [other, { ...hall }], cameras: [dark] }), names);
  expect(rows.map(({ hallId }) => hallId)).toEqual(['hall-a', 'hall-b']);
});

it('names cameras that should be recorded and are not, a calendar that ends, and disks that hold too little', () => {
  const recording = { cameraId: 'one', role: 'main', status: 'failed' } as Seen['recordings'][number];
  const known = { cameras: [camera('one', ['w01', 'w02'])], states: states(cameraState({}, 'one')) };
  const { spots } = spotsOf({
    ...{ ...known, recordings: [recording, { ...recording, cameraId: 'two', status: 'recording' }] },
    ...{ calendarUntil: '2026-12-05', depth: { holdsDays: 12.5, minimumDays: 30 } },
  });
  expect(spots).toMatchObject({
    ...{ 'not-recorded': ['one'], 'calendar-missing': ['until 2026-12-05'], 'depth-short': ['12.5 days'] },
  });
  const covered = spotsOf({ ...known, calendarUntil: '2026-12-31', depth: { holdsDays: 31, minimumDays: 30 } });
  expect(covered.count).toBe(0);
  expect(spotsOf({ ...known, calendarUntil: null }).spots['calendar-missing']).toEqual(['until null']);
});
