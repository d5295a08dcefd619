import { beforeEach, describe, expect, it } from 'vitest';
import { PTZ_MOVE_FOR_MS } from '#contract/camera-control.ts';
import { ManualClock } from '#lib/clock.ts';
import { ControlDesk } from '../../../server/features/cameras/control-desk.ts';
import type { CameraControlPort } from '../../../server/features/cameras/ports.ts';

const right = { pan: 1, tilt: 0, zoom: 0 };
const left = { pan: -1, tilt: 0, zoom: 0 };
const up = { pan: 0, tilt: 1, zoom: 0 };
const still = { pan: 0, tilt: 0, zoom: 0 };
/** Lets all that is under way come to its end. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

let clock: ManualClock;
let told: string[];
let moving: boolean[];
let stops: boolean[];
/** While set, the camera answers nothing. */
let gate: Promise<void> | null;
let failing: Set<string>;
let desk: ControlDesk;

function tell(command: string): Promise<void> {
  told.push(command);
  if (failing.has(command.split(' ')[0]!)) return Promise.reject(new Error(command));
  return gate ?? Promise.resolve();
}

beforeEach(() => {
  clock = new ManualClock(0);
  told = [];
  moving = [];
  stops = [];
  gate = null;
  failing = new Set();
  const port = {
    move: ({ pan, tilt, zoom }) => tell(`move ${pan} ${tilt} ${zoom}`),
    stop: () => tell('stop'),
    goToPreset: (token) => tell(`preset ${token}`),
    setRelay: (token) => tell(`relay ${token}`),
    controls: () => tell('controls').then(() => ({ ptz: null, imaging: null, relays: [] })),
  } as Partial<CameraControlPort> as CameraControlPort;
  desk = new ControlDesk({
    clock,
    port,
    onMoving: (now) => moving.push(now),
    onStopped: (worked) => stops.push(worked),
  });
});

describe('movement', () => {
  it('ends by itself when nobody says on', async () => {
    await desk.move(right);
    clock.advance(PTZ_MOVE_FOR_MS - 1);
    await desk.move(right);
    clock.advance(PTZ_MOVE_FOR_MS - 1);
    expect(told).toEqual(['move 1 0 0', 'move 1 0 0']);
    clock.advance(1);
    await settle();
    expect(told).toEqual(['move 1 0 0', 'move 1 0 0', 'stop']);
    expect(stops).toEqual([true]);
  });

  it('is told as long as the picture has not settled', async () => {
    await desk.move(right);
    expect([desk.moving, moving]).toEqual([true, [true]]);
    await desk.move(still);
    clock.advance(2999);
    expect(desk.moving).toBe(true);
    clock.advance(1);
    expect([desk.moving, moving]).toEqual([false, [true, false]]);
  });

  it('goes on moving when told so before it has settled', async () => {
    await desk.move(right);
    await desk.halt();
    clock.advance(2000);
    await desk.move(left);
    clock.advance(1400);
    expect(moving).toEqual([true]);
  });

  it('takes the newest of all moves that wait', async () => {
    let open = () => undefined as void;
    gate = new Promise((resolve) => (open = resolve));
    const all = [desk.move(right), desk.move(left), desk.move(up)];
    await settle();
    const more = [desk.move(left), desk.move(right), desk.halt()];
    open();
    gate = null;
    await Promise.all([...all, ...more]);
    expect(told).toEqual(['move 0 1 0', 'stop']);
  });

  it('is not held up by a question that hangs', async () => {
    let open = () => undefined as void;
    gate = new Promise((resolve) => (open = resolve));
    const relay = desk.run((port) => port.setRelay('r', true));
    await settle();
    gate = null;
    await desk.move(right);
    await desk.halt();
    expect(told).toEqual(['relay r', 'move 1 0 0', 'stop']);
    open();
    await relay;
  });

  it('tries a stop that fails three times', async () => {
    await desk.move(right);
    failing.add('stop');
    for (let n = 0; n < 6; n += 1) {
      clock.advance(PTZ_MOVE_FOR_MS);
      await settle();
    }
    expect(stops).toEqual([false, false, false]);
  });

  it('is over when the camera refuses it', async () => {
    failing.add('move');
    await expect(desk.move(right)).rejects.toThrow('move');
    clock.advance(3000);
    await settle();
    expect([told, moving]).toEqual([['move 1 0 0'], [true, false]]);
  });

  it('to a preset counts as movement for the way there', async () => {
    await desk.travel((port) => port.goToPreset('1'));
    clock.advance(7999);
    expect(desk.moving).toBe(true);
    clock.advance(1);
    expect(moving).toEqual([true, false]);
  });

  it('ends with the desk', async () => {
    await desk.move(right);
    desk.close();
    clock.advance(60_000);
    await settle();
    expect([told, moving]).toEqual([['move 1 0 0'], [true, false]]);
  });
});

it('takes only so many commands at once', async () => {
  let open = () => undefined as void;
  gate = new Promise((resolve) => (open = resolve));
  const relays = Array.from({ length: 8 }, () => desk.run((port) => port.setRelay('r', true)));
  await expect(desk.run((port) => port.setRelay('r', true))).rejects.toMatchObject({ code: 'CAMERA_BUSY' });
  open();
  gate = null;
  await Promise.all(relays);
  await desk.run((port) => port.setRelay('r', true));
});

it('asks once for all who want to know the same', async () => {
  const all = Array.from({ length: 20 }, () => desk.controls());
  expect(await Promise.all(all)).toHaveLength(20);
  await desk.controls();
  expect(told).toEqual(['controls', 'controls']);
});
