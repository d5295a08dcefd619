import type { z } from 'zod';
import type { FloorPlan, PlanPoint } from '#contract/places.ts';

/** One unit is a centimetre. */
const DEPTH = 1800;
const COUNTER_Y = 330;
const WINDOW_PITCH = 220;
const MARGIN = 240;
/** More windows than these stand along two walls that face each other. */
const ONE_WALL = 16;
/** Every hall has these by its door. */
export const KIOSKS = ['k1', 'k2'];
const DOOR_SENSOR = 'door';
/** From the counter to the ceiling camera that looks at one window. */
const CAMERA_BEFORE_COUNTER = 330;

type Plan = z.input<typeof FloorPlan>;
type Shape = Plan['shapes'][number];

export interface DrawnHall {
  plan: Plan;
  windowAt: (index: number) => PlanPoint;
  /** A camera that looks at one window. */
  cameraAt: (index: number) => CameraPlace;
  /** One of so many cameras that look over the hall. */
  overviewAt: (index: number, of: number) => CameraPlace;
}

interface CameraPlace {
  place: PlanPoint;
  bearing: number;
}

const box = (left: number, top: number, right: number, bottom: number): PlanPoint[] => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

/**
 * A hall as most are built: counters along one wall or two, offices behind, chairs in the middle, where all queues wait, the
 * door opposite or aside.
 */
export function drawHall(windows: number, queueIds: string[] = []): DrawnHall {
  const walls = windows > ONE_WALL ? 2 : 1;
  const perWall = Math.ceil(windows / walls);
  const width = 2 * MARGIN + perWall * WINDOW_PITCH;
  const windowAt = (index: number) => ({
    x: MARGIN + ((index % perWall) + 0.5) * WINDOW_PITCH,
    y: index < perWall ? COUNTER_Y : DEPTH - COUNTER_Y,
  });
  const cameraAt = (index: number) => {
    const { x, y } = windowAt(index);
    const isUpper = index < perWall;
    return {
      place: { x, y: y + (isUpper ? CAMERA_BEFORE_COUNTER : -CAMERA_BEFORE_COUNTER) },
      bearing: isUpper ? 0 : 180,
    };
  };
  const overviewAt = (index: number, of: number) => ({
    place: { x: (width * (index + 1)) / (of + 1), y: walls === 1 ? DEPTH - 160 : DEPTH / 2 },
    bearing: index % walls === 0 ? 0 : 180,
  });
  const { shapes, kiosks, door } = walls === 1 ? oneWall(width, queueIds) : twoWalls(width, queueIds);
  const terminals: Plan['terminals'] = [
    ...kiosks.map((at, index) => ({ kind: 'kiosk' as const, deviceId: KIOSKS[index]!, at })),
    { kind: 'sensor', deviceId: DOOR_SENSOR, at: door },
  ];
  const shell: Shape = { kind: 'wall', points: [...box(0, 0, width, DEPTH), { x: 0, y: 0 }], label: null };
  return { windowAt, cameraAt, overviewAt, plan: { width, height: DEPTH, shapes: [shell, ...shapes], terminals } };
}

const office = (points: PlanPoint[]): Shape => ({
  kind: 'room',
  points,
  label: { zh: '后台办公区', en: 'Back office' },
});
const counter = (y: number, width: number): Shape => ({
  kind: 'counter',
  points: box(MARGIN, y - 60, width - MARGIN, y + 60),
  label: null,
});
const chairs = (points: PlanPoint[], queueIds: string[]): Shape => ({
  queueIds,
  kind: 'waiting',
  points,
  label: { zh: '等候区', en: 'Waiting area' },
});
const kiosk = ({ x, y }: PlanPoint): Shape => ({
  kind: 'kiosk',
  points: box(x - 40, y - 30, x + 40, y + 30),
  label: { zh: '取号机', en: 'Ticket kiosk' },
});
const entrance = (points: PlanPoint[]): Shape => ({ kind: 'entrance', points, label: { zh: '入口', en: 'Entrance' } });

/** What stands in a hall, where its kiosks are, and where its people are counted. */
interface Standing {
  shapes: Shape[];
  kiosks: PlanPoint[];
  door: PlanPoint;
}

function oneWall(width: number, queueIds: string[]): Standing {
  const middle = width / 2;
  const kiosks = [-380, 380].map((aside) => ({ x: middle + aside, y: 1550 }));
  const shapes = [
    office(box(0, 0, width, 210)),
    counter(COUNTER_Y, width),
    chairs(box(MARGIN + 60, 760, width - MARGIN - 60, 1300), queueIds),
    ...kiosks.map(kiosk),
    entrance([
      { x: middle - 180, y: DEPTH },
      { x: middle + 180, y: DEPTH },
    ]),
  ];
  return { shapes, kiosks, door: { x: middle + 270, y: DEPTH - 70 } };
}

function twoWalls(width: number, queueIds: string[]): Standing {
  const middle = DEPTH / 2;
  const kiosks = [-220, 220].map((aside) => ({ x: 260, y: middle + aside }));
  const shapes = [
    office(box(0, 0, width, 210)),
    office(box(0, DEPTH - 210, width, DEPTH)),
    counter(COUNTER_Y, width),
    counter(DEPTH - COUNTER_Y, width),
    chairs(box(MARGIN + 420, middle - 170, width - MARGIN - 60, middle + 170), queueIds),
    ...kiosks.map(kiosk),
    entrance([
      { x: 0, y: middle - 180 },
      { x: 0, y: middle + 180 },
    ]),
  ];
  return { shapes, kiosks, door: { x: 70, y: middle + 270 } };
}
