import type { FloorPlan, PlanPoint } from '#contract/places.ts';

/** One unit is a centimetre. */
const DEPTH = 1800;
const COUNTER_Y = 330;
const WINDOW_PITCH = 220;
const MARGIN = 240;

const box = (left: number, top: number, right: number, bottom: number): PlanPoint[] => [
  { x: left, y: top },
  { x: right, y: top },
  { x: right, y: bottom },
  { x: left, y: bottom },
];

/** A hall as most are built: counters along one wall, offices behind, chairs in the middle, the door opposite. */
export function drawHall(windows: number): { plan: FloorPlan; windowAt: (index: number) => PlanPoint } {
  const width = 2 * MARGIN + windows * WINDOW_PITCH;
  const middle = width / 2;
  return {
    windowAt: (index) => ({ x: MARGIN + (index + 0.5) * WINDOW_PITCH, y: COUNTER_Y }),
    plan: {
      width,
      height: DEPTH,
      shapes: [
        { kind: 'wall', points: [...box(0, 0, width, DEPTH), { x: 0, y: 0 }], label: null },
        { kind: 'room', points: box(0, 0, width, 210), label: { zh: '后台办公区', en: 'Back office' } },
        { kind: 'counter', points: box(MARGIN, COUNTER_Y - 60, width - MARGIN, COUNTER_Y + 60), label: null },
        {
          kind: 'waiting',
          points: box(MARGIN + 60, 760, width - MARGIN - 60, 1300),
          label: { zh: '等候区', en: 'Waiting area' },
        },
        {
          kind: 'kiosk',
          points: box(middle - 420, 1520, middle - 340, 1580),
          label: { zh: '取号机', en: 'Ticket kiosk' },
        },
        {
          kind: 'kiosk',
          points: box(middle + 340, 1520, middle + 420, 1580),
          label: { zh: '取号机', en: 'Ticket kiosk' },
        },
        {
          kind: 'entrance',
          points: [
            { x: middle - 180, y: DEPTH },
            { x: middle + 180, y: DEPTH },
          ],
          label: { zh: '入口', en: 'Entrance' },
        },
      ],
    },
  };
}
