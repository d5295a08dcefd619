import type { CameraInput } from '#contract/cameras.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { HallInput } from '#contract/places.ts';
import type { SimulatedCameraPlan, SimulatedCity, SimulatedHall } from '../../devices/simulators/city.ts';
import { drawHall } from './floor-plan.ts';

interface DemoQueue {
  id: string;
  prefix: string;
  name: Bilingual;
  arrivalsPerHour: number;
  meanServiceMin: number;
}

interface DemoHall {
  id: string;
  region: string;
  name: Bilingual;
  address: string;
  longitude: number;
  latitude: number;
  capacity: number;
  queues: DemoQueue[];
  /** What each window serves, in the order of their numbers. */
  windows: string[][];
  /** Windows with a camera of their own; two more look over the hall, or one in a small hall. */
  watched: number[];
  overviews: number;
  /** The last window is left to whoever wants to play it by hand. */
  lastByHand: boolean;
}

const soc = { id: 'soc', prefix: 'A', name: { zh: '社保医保', en: 'Social security' }, meanServiceMin: 6 };
const tax = { id: 'tax', prefix: 'B', name: { zh: '税务', en: 'Tax' }, meanServiceMin: 6 };
const biz = { id: 'biz', prefix: 'C', name: { zh: '企业登记', en: 'Business registration' }, meanServiceMin: 11 };
const civ = { id: 'civ', prefix: 'D', name: { zh: '户政婚姻', en: 'Civil affairs' }, meanServiceMin: 7 };
const gen = { id: 'gen', prefix: 'E', name: { zh: '综合受理', en: 'General' }, meanServiceMin: 6 };

const halls: DemoHall[] = [
  {
    id: 'zhongxin',
    region: 'yunzhou',
    name: { zh: '云州市政务服务中心', en: 'Yunzhou Service Center' },
    address: '云州市城东区行政路 1 号',
    longitude: 106.115,
    latitude: 33.075,
    capacity: 260,
    queues: [
      { ...soc, arrivalsPerHour: 34 },
      { ...tax, arrivalsPerHour: 17 },
      { ...biz, arrivalsPerHour: 10 },
      { ...civ, arrivalsPerHour: 15 },
      { ...gen, arrivalsPerHour: 11 },
    ],
    windows: [
      ['soc'],
      ['soc'],
      ['soc'],
      ['tax'],
      ['tax'],
      ['biz'],
      ['biz'],
      ['civ'],
      ['civ'],
      ['gen', 'soc'],
      ['gen', 'soc'],
      ['gen'],
    ],
    watched: [1, 3, 4, 6, 8, 10],
    overviews: 2,
    lastByHand: true,
  },
  {
    id: 'linjiang',
    region: 'linjiang',
    name: { zh: '临江区便民服务大厅', en: 'Linjiang District Hall' },
    address: '临江区滨河西路 88 号',
    longitude: 105.985,
    latitude: 33.03,
    capacity: 120,
    queues: [
      { ...soc, arrivalsPerHour: 20 },
      { ...civ, arrivalsPerHour: 12 },
      { ...gen, arrivalsPerHour: 10 },
    ],
    windows: [['soc'], ['soc'], ['civ'], ['civ'], ['gen'], ['gen', 'soc']],
    watched: [2],
    overviews: 1,
    lastByHand: false,
  },
  {
    id: 'qingshan',
    region: 'qingshan',
    name: { zh: '青山县政务服务大厅', en: 'Qingshan County Hall' },
    address: '青山县人民路 16 号',
    longitude: 106.185,
    latitude: 32.955,
    capacity: 90,
    queues: [
      { ...soc, arrivalsPerHour: 18 },
      { ...tax, arrivalsPerHour: 9 },
      { ...gen, arrivalsPerHour: 9 },
    ],
    windows: [['soc'], ['soc'], ['tax'], ['tax'], ['gen'], ['gen']],
    watched: [1],
    overviews: 1,
    lastByHand: false,
  },
];

const label = (index: number) => String(index + 1).padStart(2, '0');
const windowId = (index: number) => `w${label(index)}`;

/** The halls as an administrator would enter them. */
export const hallInputs: HallInput[] = halls.map((hall) => {
  const { plan, windowAt } = drawHall(hall.windows.length);
  return {
    id: hall.id,
    regionId: hall.region,
    name: hall.name,
    address: hall.address,
    longitude: hall.longitude,
    latitude: hall.latitude,
    capacity: hall.capacity,
    floorPlan: plan,
    queues: hall.queues.map(({ id, name }) => ({ id, name, targetWaitSec: 900 })),
    windows: hall.windows.map((queueIds, index) => ({
      id: windowId(index),
      label: label(index),
      name: hall.queues.find(({ id }) => id === queueIds[0])!.name,
      queueIds,
      place: windowAt(index),
    })),
  };
});

const simulatedHalls: SimulatedHall[] = halls.map((hall, hallIndex) => ({
  id: hall.id,
  region: hall.region,
  seed: 20_261 + hallIndex,
  queues: hall.queues.map(({ id, prefix, arrivalsPerHour, meanServiceMin }) => ({
    id,
    prefix,
    arrivalsPerHour,
    meanServiceMin,
  })),
  windows: hall.windows.map((queueIds, index) => ({
    id: windowId(index),
    label: label(index),
    queueIds,
    staff: hall.lastByHand && index === hall.windows.length - 1 ? null : `u${1000 + hallIndex * 100 + index + 1}`,
  })),
  kiosks: ['k1', 'k2'],
}));

const DOME = 'zhongxin-hall-1';
/** Its main stream is H.265, as newer cameras have it. */
const NEWER = 'linjiang-w02';

interface DemoCamera {
  simulated: SimulatedCameraPlan;
  input: Omit<CameraInput, 'onvifUrl' | 'username' | 'password'> & { id: string };
}

const cameras: DemoCamera[] = halls.flatMap((hall, hallIndex) => {
  const { plan, windowAt } = drawHall(hall.windows.length);
  const overviews = Array.from({ length: hall.overviews }, (_, i): DemoCamera => {
    const id = `${hall.id}-hall-${i + 1}`;
    const x = (plan.width * (i + 1)) / (hall.overviews + 1);
    return {
      simulated: plannedCamera(id, hall.id, hallIndex * 100 + i, null, `HALL ${i + 1}`),
      input: {
        id,
        hallId: hall.id,
        name: hall.overviews === 1 ? '大厅全景' : `大厅全景 ${i + 1}`,
        purpose: 'public-area',
        windowIds: hall.windows.map((_, index) => windowId(index)),
        place: { x, y: plan.height - 160 },
        bearing: 0,
      },
    };
  });
  const atWindows = hall.watched.map((number): DemoCamera => {
    const index = number - 1;
    const id = `${hall.id}-${windowId(index)}`;
    return {
      simulated: plannedCamera(id, hall.id, hallIndex * 100 + 10 + number, windowId(index), `WINDOW ${label(index)}`),
      input: {
        id,
        hallId: hall.id,
        name: `${label(index)} 号窗口`,
        purpose: 'window',
        windowIds: [windowId(index)],
        place: { x: windowAt(index).x, y: windowAt(index).y + 330 },
        bearing: 0,
      },
    };
  });
  return [...overviews, ...atWindows];
});

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
    // One camera that can be moved and hears, as larger halls have it over the counters.
    audio: id === DOME ? 'pcma' : null,
    ptz: id === DOME,
  };
}

/** The cameras as an administrator would enter them, once discovery has found their addresses. */
export const cameraInputs = cameras.map(({ input }) => input);

/** What the simulators are told to be. */
export function simulatedCity(credentials: { username: string; password: string }): SimulatedCity {
  return {
    halls: simulatedHalls,
    cameras: cameras.map(({ simulated }) => simulated),
    cameraUsername: credentials.username,
    cameraPassword: credentials.password,
  };
}
