import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraEvent } from '#contract/camera-events.ts';
import { ManualClock } from '#lib/clock.ts';
import { subscribeEvents, type EventsState } from '../../../devices/onvif/events.ts';
import { EventCamera } from '../../helpers/event-camera.ts';
import { hangUp } from '../../helpers/onvif-responder.ts';

let camera: EventCamera;
let clock: ManualClock;
let events: Omit<CameraEvent, 'cameraId'>[];
let states: EventsState[];
let ending: AbortController;
let running: Promise<void>;

beforeEach(() => {
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  events = [];
  states = [];
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await running;
  await camera.odd.stop();
});

async function listenTo(odd: EventCamera): Promise<void> {
  camera = odd;
  await camera.odd.start();
  running = subscribeEvents({
    onvifUrl: camera.odd.onvifUrl,
    username: 'admin',
    password: 'right',
    signal: ending.signal,
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
}
const waits = (action: string, times: number) =>
  vi.waitFor(() => expect(camera.odd.asked.filter((asked) => asked === action).length).toBeGreaterThanOrEqual(times));
const status = () => states.map((state) => state.status).join(' ');
const pulls = () => camera.odd.asked.filter((asked) => asked === 'PullMessages').length;

describe('a subscription', () => {
  it('hears states that hold and what changes, and is given back', async () => {
    await listenTo(new EventCamera({ username: 'admin', password: 'right', auth: 'digest-sha256' }));
    await waits('PullMessages', 1);
    camera.say('tns1:VideoSource/MotionAlarm', false, 'Initialized');
    await vi.waitFor(() => expect(events).toHaveLength(1));
    clock.advance(1000);
    await waits('PullMessages', 2);
    camera.say('tns1:VideoSource/MotionAlarm', true);
    await vi.waitFor(() => expect(events).toHaveLength(2));
    expect(events).toEqual([
      {
        kind: 'motion',
        topic: 'tns1:VideoSource/MotionAlarm',
        source: 'V0',
        active: false,
        at: '2026-01-01T00:00:00.000Z',
        initial: true,
      },
      {
        kind: 'motion',
        topic: 'tns1:VideoSource/MotionAlarm',
        source: 'V0',
        active: true,
        at: '2026-01-01T00:00:01.000Z',
        initial: false,
      },
    ]);
    expect(status()).toBe('connecting live');
    expect([...camera.open]).toEqual([1]);
    ending.abort();
    await running;
    expect([...camera.open]).toEqual([]);
    expect(camera.odd.wrongProofs).toBe(0);
  });

  it('is renewed when half of what the camera gave is over, by its own clock', async () => {
    const odd = new EventCamera();
    odd.leaseSec = 20;
    odd.eager = true;
    await listenTo(odd);
    for (let second = 1; second <= 12; second += 1) {
      await waits('PullMessages', second);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1000);
      await vi.waitFor(() => expect(pulls()).toBeGreaterThan(second));
    }
    expect(camera.renewed).toBe(1);
    expect(camera.created).toBe(1);
  });

  it('does not hurry a camera that answers at once with nothing', async () => {
    const odd = new EventCamera();
    odd.eager = true;
    await listenTo(odd);
    await waits('PullMessages', 1);
    // real time passes, the clock stands: whoever spins asks on
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(pulls()).toBe(1);
  });

  it('that a restarted camera has forgotten is taken up again, and what was known before is no news', async () => {
    await listenTo(new EventCamera());
    await waits('PullMessages', 1);
    camera.say('tns1:Device/Trigger/DigitalInput', true, 'Initialized', '1');
    await vi.waitFor(() => expect(events).toHaveLength(1));
    clock.advance(1000);
    await waits('PullMessages', 2);
    camera.forget();
    await vi.waitFor(() => expect(status()).toBe('connecting live lost'));
    expect(states.at(-1)).toMatchObject({ code: 'CAMERA_COMMAND_REFUSED' });
    clock.advance(2000);
    await waits('PullMessages', 3);
    camera.say('tns1:Device/Trigger/DigitalInput', true, 'Initialized', '1');
    camera.say('tns1:Device/Trigger/DigitalInput', false, 'Changed', '1');
    await vi.waitFor(() => {
      clock.advance(1000);
      expect(events).toHaveLength(2);
    });
    expect(events[1]).toMatchObject({ active: false, initial: false });
    expect(camera.created).toBe(2);
  });

  it('at a camera that hangs up on every question is tried ever more rarely', async () => {
    await listenTo(new EventCamera({ instead: { PullMessages: hangUp } }));
    for (const [round, pause] of [2000, 4000, 8000].entries()) {
      await vi.waitFor(() => expect(status().match(/lost/g)).toHaveLength(round + 1));
      expect(states.at(-1)).toMatchObject({ code: 'CAMERA_UNREACHABLE' });
      expect(camera.created).toBe(round + 1);
      clock.advance(pause - 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(status()).toMatch(/lost$/);
      clock.advance(1);
      await vi.waitFor(() => expect(camera.created).toBe(round + 2));
    }
  });

  it('is refused once with a wrong password, and not asked for again', async () => {
    await listenTo(new EventCamera({ username: 'admin', password: 'other', auth: 'digest' }));
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ status: 'lost', code: 'CAMERA_CREDENTIALS_REFUSED' }));
    clock.advance(24 * 3600_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(camera.odd.wrongProofs).toBe(1);
  });

  it('is said to be unsupported where the camera has no events', async () => {
    await listenTo(new EventCamera({ services: [] }));
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ status: 'lost', code: 'CAMERA_UNSUPPORTED' }));
  });
});
