import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition, CameraState } from '#contract/cameras.ts';
import type { HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { HallView } from '../../server/features/alerts/hall-view.ts';
import { HallJournal } from '../../server/features/queues/hall-journal.ts';

/** Monday 9 March 2026, 10:00 in Shanghai. */
export const TEN = Date.parse('2026-03-09T10:00:00+08:00');
export const minutes = (count: number) => count * 60_000;
export const at = (epochMs: number) => new Date(epochMs).toISOString();

const name = { zh: '测试', en: 'test' };

/** A hall with two windows that share queue `soc`; the second also serves `tax`. */
export const hall: Hall = {
  id: 'hall-a',
  regionId: 'region-a',
  name,
  address: '',
  longitude: null,
  latitude: null,
  capacity: 200,
  timeZone: 'Asia/Shanghai',
  floorPlan: null,
  queues: [
    { id: 'soc', name, targetWaitSec: 900 },
    { id: 'tax', name, targetWaitSec: 900 },
  ],
  windows: [
    { id: 'w01', label: '01', name, queueIds: ['soc'], place: null },
    { id: 'w02', label: '02', name, queueIds: ['soc', 'tax'], place: null },
  ],
};

/** A window that works: open since nine, seat taken since nine. */
export function windowRow(change: Partial<WindowLive> = {}): WindowLive {
  return {
    windowId: 'w01',
    state: 'idle',
    since: at(TEN - minutes(60)),
    staff: 'u1',
    ticketNo: null,
    pauseReason: null,
    pausePlannedMin: null,
    seat: 'occupied',
    seatSince: at(TEN - minutes(60)),
    stale: false,
    heardAt: at(TEN),
    ...change,
  };
}

/** A queue in which no one waits. */
export function queueRow(change: Partial<QueueLive> = {}): QueueLive {
  return {
    queueId: 'soc',
    waiting: 0,
    longestSince: null,
    meanIssuedAt: null,
    staffedWindows: 1,
    servedWaitSec: null,
    issuedToday: 0,
    calledToday: 0,
    completedToday: 0,
    ...change,
  };
}

export function hallLive(change: Partial<HallLive> = {}): HallLive {
  return {
    hallId: hall.id,
    revision: 1,
    at: at(TEN),
    windows: [windowRow(), windowRow({ windowId: 'w02' })],
    queues: [queueRow(), queueRow({ queueId: 'tax' })],
    inside: null,
    terminals: { total: 0, online: 0, lost: 0 },
    ...change,
  };
}

/** A camera of the hall that has given pictures since nine. */
export function cameraState(condition: Partial<CameraCondition> = {}, cameraId = 'cam-1'): CameraState {
  const since = at(TEN - minutes(60));
  return { cameraId, hallId: hall.id, condition: { status: 'live', since, reasons: [], ...condition }, streams: [] };
}

/** A camera that says now that it is being covered. */
export function tamper(change: Partial<CameraEvent> = {}): CameraEvent {
  return {
    cameraId: 'cam-1',
    kind: 'tamper',
    topic: 'tns1:VideoSource/GlobalSceneChange/ImagingService',
    source: 'VideoSource_1',
    active: true,
    at: at(TEN),
    initial: false,
    ...change,
  };
}

/** A caller of the hall that was heard just now. */
export function terminalRow(change: Partial<Terminal> = {}): Terminal {
  return {
    ...{ hallId: hall.id, kind: 'caller', deviceId: 'w01', windowId: 'w01', name: '', model: '', firmware: '' },
    ...{ link: 'online', lastHeardAt: at(TEN), clockSkewMs: 0, missingEvents: 0, keyIssuedAt: null },
    ...change,
  };
}

/** What rules see of the hall at ten: its rows, without cameras and terminals, with nobody having said when it is open. */
export function hallView(live: Partial<HallLive> = {}, change: Partial<HallView> = {}): HallView {
  const { windows, queues, inside } = hallLive(live);
  return {
    hall,
    windows: new Map(windows.map((row) => [row.windowId, row])),
    queues: new Map(queues.map((row) => [row.queueId, row])),
    inside,
    cameras: new Map(),
    terminals: new Map(),
    deadOutputs: [],
    journal: new HallJournal(),
    hours: null,
    now: TEN,
    ...change,
  };
}
