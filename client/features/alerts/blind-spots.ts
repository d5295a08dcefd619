import type { AlertRule } from '#contract/alert-rules.ts';
import type { Camera, CameraState } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import { regionsAbove, type Hall, type Region } from '#contract/places.ts';
import { placesIn } from '#contract/rule-places.ts';
import type { StorageForecast } from '#contract/storage.ts';
import type { Terminal } from '#contract/terminals.ts';

/** Why something is not seen, worst first: where nothing is raised, although nobody knows that all is well. */
export const BLIND_KINDS = [
  'no-picture',
  'window-blind',
  'not-recorded',
  'window-uncovered',
  'terminal-lost',
  'terminal-never-heard',
  'calendar-missing',
  'depth-short',
  'rule-off',
] as const;
export type BlindKind = (typeof BLIND_KINDS)[number];

/** What one hall does not see: by kind, the names of what is concerned. */
export interface BlindHall {
  hallId: string;
  spots: Record<BlindKind, string[]>;
  count: number;
}

export interface Seen {
  regions: readonly Region[];
  halls: readonly Hall[];
  cameras: readonly Camera[];
  states: ReadonlyMap<string, CameraState>;
  terminals: readonly Terminal[];
  rules: readonly AlertRule[];
  recordings: readonly RecordingState[];
  /** How long the disks last; null where whoever looks may not know. */
  depth: Pick<StorageForecast, 'holdsDays' | 'minimumDays'> | null;
  /** The last day of the calendar that a notice covers, null without any; undefined while it is not known. */
  calendarUntil: string | null | undefined;
  now: number;
}

/** Limits are reckoned so far ahead that a calendar which ends sooner is missing already. */
const CALENDAR_AHEAD_MS = 14 * 86_400_000;

/** Whether a camera shows anything that can be trusted. */
function shows(state: CameraState | undefined): boolean {
  if (!state) return false;
  const { status, reasons } = state.condition;
  if (status === 'degraded') return !reasons.some(({ code }) => code === 'CAMERA_PICTURE_FAULT');
  return status === 'live';
}

export interface BlindNames {
  rule(rule: AlertRule): string;
  terminal(terminal: Terminal): string;
  calendar(until: string | null): string;
  depth(depth: NonNullable<Seen['depth']>): string;
}

/**
 * What each hall does not see, most first. A camera that is switched off covers nothing; a window is blind where cameras
 * look at it and none of them shows anything. A rule that is switched off is named where it would hold.
 */
export function blindSpots(seen: Seen, nameOf: BlindNames): BlindHall[] {
  const { regions, halls, cameras, states, terminals, rules, recordings, depth, calendarUntil, now } = seen;
  const unrecorded = new Set(recordings.flatMap(({ status, cameraId }) => (status === 'failed' ? cameraId : [])));
  const calendarEnds =
    calendarUntil !== undefined && Date.parse(calendarUntil ?? '1970-01-01') < now + CALENDAR_AHEAD_MS;
  const isShort = depth !== null && depth.holdsDays !== null && depth.holdsDays < depth.minimumDays;
  const on = cameras.filter(({ enabled }) => enabled);
  const parents = new Map(regions.map(({ id, parentId }) => [id, parentId]));
  const blind = halls.map(({ id, windows, regionId }): BlindHall => {
    const here = on.filter(({ hallId }) => hallId === id);
    const seeing = (windowId: string) => here.filter(({ windowIds }) => windowIds.includes(windowId));
    const ofHall = terminals.filter(({ hallId }) => hallId === id);
    const linked = (link: Terminal['link']) => ofHall.filter((terminal) => terminal.link === link).map(nameOf.terminal);
    const labels = (choose: (seen: Camera[]) => boolean) =>
      windows.filter((window) => choose(seeing(window.id))).map(({ label }) => label);
    const place = { hallId: id, regionIds: regionsAbove(regionId, (each) => parents.get(each)) };
    const isOffHere = ({ enabled, places }: AlertRule) => !enabled && placesIn(places, place)?.length !== 0;
    const spots: BlindHall['spots'] = {
      'no-picture': here.filter((camera) => !shows(states.get(camera.id))).map(({ name }) => name),
      'window-blind': labels((seen) => seen.length > 0 && !seen.some((camera) => shows(states.get(camera.id)))),
      'not-recorded': here.filter((camera) => unrecorded.has(camera.id)).map(({ name }) => name),
      'window-uncovered': labels((seen) => seen.length === 0),
      'terminal-lost': linked('lost'),
      'terminal-never-heard': linked('never-heard'),
      // of the whole house: every hall has it
      'calendar-missing': calendarEnds ? [nameOf.calendar(calendarUntil ?? null)] : [],
      'depth-short': isShort ? [nameOf.depth(depth)] : [],
      'rule-off': rules.filter(isOffHere).map(nameOf.rule),
    };
    return { hallId: id, spots, count: Object.values(spots).reduce((sum, names) => sum + names.length, 0) };
  });
  return blind.toSorted(
    (a, b) => BLIND_KINDS.map((kind) => b.spots[kind].length - a.spots[kind].length).find(Boolean) ?? 0,
  );
}
