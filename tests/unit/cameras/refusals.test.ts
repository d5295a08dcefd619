import { beforeEach, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { Refusals, SAME_AGAIN_AFTER_MS } from '../../../server/features/cameras/onboarding/refusals.ts';

const address = 'http://192.168.1.64/onvif/device_service';
const wrong = { username: 'admin', password: 'wrong' };
const right = { username: 'admin', password: 'right' };

let clock: ManualClock;
let refusals: Refusals;
let asked: number;

beforeEach(() => {
  clock = new ManualClock(1_000_000);
  refusals = new Refusals({ clock, secret: Buffer.alloc(32, 7) });
  asked = 0;
});

const refuse = () => {
  asked += 1;
  return Promise.reject(new AppError('CAMERA_UNAUTHORIZED', 'Sender not authorized'));
};
const accept = () => {
  asked += 1;
  return Promise.resolve('described');
};
const refused = { code: 'CAMERA_UNAUTHORIZED', details: expect.stringContaining('Sender not authorized') as string };

it('answers the same from memory for a minute, with the words of the camera', async () => {
  await expect(refusals.guard(address, wrong, refuse)).rejects.toMatchObject(refused);
  clock.advance(12_000);
  const again = refusals.guard(`${address}?x=1`, wrong, accept);
  await expect(again).rejects.toMatchObject({ ...refused, details: expect.stringContaining('12 s ago') as string });
  expect(asked).toBe(1);
  clock.advance(SAME_AGAIN_AFTER_MS);
  expect(await refusals.guard(address, wrong, accept)).toBe('described');
});

it('asks with another password at once, and of another camera', async () => {
  await expect(refusals.guard(address, wrong, refuse)).rejects.toMatchObject(refused);
  expect(await refusals.guard('http://192.168.1.65/onvif/device_service', wrong, accept)).toBe('described');
  expect(await refusals.guard(address, right, accept)).toBe('described');
});

it('takes nobody for refused who gave no name, nor other failures for refusals', async () => {
  const anonymous = { username: '', password: '' };
  await expect(refusals.guard(address, anonymous, refuse)).rejects.toMatchObject(refused);
  expect(await refusals.guard(address, anonymous, accept)).toBe('described');
  const away = () => Promise.reject(new AppError('CAMERA_UNREACHABLE'));
  await expect(refusals.guard(address, wrong, away)).rejects.toMatchObject({ code: 'CAMERA_UNREACHABLE' });
  expect(await refusals.guard(address, wrong, accept)).toBe('described');
});
