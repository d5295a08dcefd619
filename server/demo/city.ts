import type { CameraInput } from '#contract/cameras.ts';
import type { HallInput } from '#contract/places.ts';
import type { SeatRegion } from '#contract/seats.ts';
import type { SimulatedCameraPlan, SimulatedCity, SimulatedHall } from '../../devices/simulators/city.ts';
import { drawHall, KIOSKS } from './floor-plan.ts';
import type { DemoHall } from './halls.ts';

/** What an administrator would enter, once discovery has found its address. */
export type DemoCameraInput = Omit<CameraInput, 'onvifUrl' | 'username' | 'password'> & { id: string };

/** A city twice: as an administrator would enter it, and as the simulators are told to be it. */
export interface DemoCity {
  halls: HallInput[];
  cameras: DemoCameraInput[];
  /** Where a camera sees the seat of its window. */
  seats: { cameraId: string; seat: SeatRegion }[];
  simulated: SimulatedCity;
}

/** Draws a whole city from its halls. */
export function demoCity(halls: readonly DemoHall[], credentials: { username: string; password: string }): DemoCity {
  const cameras = halls.flatMap(camerasOf);
  return {
    halls: halls.map(enteredHall),
    cameras: cameras.map(({ input }) => input),
    seats: cameras.flatMap(({ simulated: { id: cameraId, windowId, seed, sameAs } }) =>
      windowId === null || sameAs !== null ? [] : [{ cameraId, seat: { windowId, region: seatRegion(seed) } }],
    ),
    simulated: {
      halls: halls.map(simulatedHall),
      cameras: cameras.map(({ simulated }) => simulated),
      cameraUsername: credentials.username,
      cameraPassword: credentials.password,
    },
  };
}

/** Simulated windows come in so many rooms (`WINDOW_ROOMS`), in each of which the camera hangs further to the right. */
const ROOMS = 6;

/** Head and shoulders of the clerk in the picture of such a window, above what a visitor who sits there hides. */
function seatRegion(seed: number): SeatRegion['region'] {
  const place = (seed * 5) % ROOMS;
  return { x: 0.464 + 0.007 * place, y: 0.36, width: 0.04, height: 0.11 };
}

/** A quarter of an hour as the demo city lives it, six times as fast as ours. */
const PROMISE_SEC = 150;

const label = (index: number) => String(index + 1).padStart(2, '0');
const windowId = (index: number) => `w${label(index)}`;

function enteredHall(hall: DemoHall): HallInput {
  const { id, region, name, address, longitude, latitude, capacity } = hall;
  const { plan, windowAt } = drawHall(
    hall.windows.length,
    hall.queues.map((queue) => queue.id),
  );
  return {
    ...{ id, regionId: region, name, address, longitude, latitude, capacity, floorPlan: plan },
    queues: hall.queues.map((queue) => ({ id: queue.id, name: queue.name, targetWaitSec: PROMISE_SEC })),
    windows: hall.windows.map((queueIds, index) => ({
      id: windowId(index),
      label: label(index),
      name: hall.queues.find((queue) => queue.id === queueIds[0])!.name,
      queueIds,
      place: windowAt(index),
    })),
  };
}

/** In a plain hall every so-manieth window has a rater and a seat sensor. */
const EXTRAS_EVERY = 4;

function simulatedHall(hall: DemoHall, hallIndex: number): SimulatedHall {
  const isByHand = (index: number) => hall.lastByHand && index === hall.windows.length - 1;
  const extrasAt = (index: number): ('rater' | 'seat')[] => {
    if (hall.plain && index % EXTRAS_EVERY > 0) return [];
    return hall.seatsByCamera.includes(index + 1) ? ['rater'] : ['rater', 'seat'];
  };
  return {
    id: hall.id,
    region: hall.region,
    seed: 20_261 + hallIndex,
    queues: hall.queues.map(({ id, prefix, arrivalsPerHour, meanServiceMin }) => ({
      ...{ id, prefix, arrivalsPerHour, meanServiceMin },
    })),
    windows: hall.windows.map((queueIds, index) => ({
      id: windowId(index),
      label: label(index),
      queueIds,
      staff: isByHand(index) ? null : `u${1000 + hallIndex * 100 + index + 1}`,
      extras: extrasAt(index),
    })),
    kiosks: KIOSKS,
  };
}

/** It can be moved and hears, as larger halls have one over the counters. */
const DOME = 'zhongxin-hall-1';
/** Its main stream is H.265, as newer cameras have it. */
const NEWER = 'linjiang-w02';

interface DemoCamera {
  simulated: SimulatedCameraPlan;
  input: DemoCameraInput;
}

function camerasOf(hall: DemoHall, hallIndex: number): DemoCamera[] {
  const overviews = Array.from({ length: hall.overviews }, (_, i) => overview(hall, hallIndex, i));
  const atWindows = hall.watched.map((number) => windowCamera(hall, hallIndex, number - 1));
  if (hall.plain) for (const alike of [overviews, atWindows]) shareScene(alike);
  return [...overviews, ...atWindows];
}

function shareScene([first, ...others]: DemoCamera[]): void {
  for (const { simulated } of others) simulated.sameAs = first!.simulated.id;
}

function overview(hall: DemoHall, hallIndex: number, i: number): DemoCamera {
  const id = `${hall.id}-hall-${i + 1}`;
  return {
    simulated: plannedCamera(id, hall.id, hallIndex * 100 + i, null, `HALL ${i + 1}`),
    input: {
      id,
      hallId: hall.id,
      name: hall.overviews === 1 ? '大厅全景' : `大厅全景 ${i + 1}`,
      purpose: 'public-area',
      windowIds: hall.windows.map((_, index) => windowId(index)),
      ...drawHall(hall.windows.length).overviewAt(i, hall.overviews),
    },
  };
}

function windowCamera(hall: DemoHall, hallIndex: number, index: number): DemoCamera {
  const id = `${hall.id}-${windowId(index)}`;
  return {
    simulated: plannedCamera(id, hall.id, hallIndex * 100 + 11 + index, windowId(index), `WINDOW ${label(index)}`),
    input: {
      id,
      hallId: hall.id,
      name: `${label(index)} 号窗口`,
      purpose: 'window',
      windowIds: [windowId(index)],
      ...drawHall(hall.windows.length).cameraAt(index),
    },
  };
}

function plannedCamera(
  id: string,
  hallId: string,
  seed: number,
  window: string | null,
  name: string,
): SimulatedCameraPlan {
  const model = window === null ? 'HV-4K10F' : 'HV-2M36C';
  return {
    id,
    hallId,
    name,
    model,
    serial: `0${String(86_000_000_000_000_000n + BigInt(seed))}`,
    seed,
    windowId: window,
    codec: id === NEWER ? 'h265' : 'h264',
    audio: id === DOME ? 'pcma' : null,
    ptz: id === DOME,
    sameAs: null,
  };
}
