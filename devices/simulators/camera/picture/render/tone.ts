/** What the sensor makes of light: soft in the highlights, then the display's gamma. */
const EXPOSURE = 2.5;
const STEPS = 4096;
const LIMIT = 16;

/** By the square root of the light, because dark tones need the finer steps. */
const curve = Float32Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = (step / STEPS) ** 2 * LIMIT;
  const value = 1 - Math.exp(-light * EXPOSURE);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
});

/** Light to tone, 0..1. */
export function exposed(light: number): number {
  return curve[Math.min(STEPS, Math.round(Math.sqrt(Math.max(0, light) / LIMIT) * STEPS))]!;
}
