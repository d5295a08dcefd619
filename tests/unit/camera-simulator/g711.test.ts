import { describe, expect, it } from 'vitest';
import { aLaw, muLaw } from '../../../devices/simulators/camera/audio/g711.ts';

/** Words of ITU-T G.711 (tables 1 and 2) for silence, full scale and values between. */
describe('G.711', () => {
  it.each([
    [0, 0xff, 0xd5],
    [0.999, 0x80, 0xaa],
    [-0.999, 0x00, 0x2a],
    [0.25, 0x9f, 0xb5],
    [-0.02, 0x57, 0x71],
  ])('%f', (sample, mu, a) => {
    expect([muLaw(sample), aLaw(sample)]).toEqual([mu, a]);
  });
});
