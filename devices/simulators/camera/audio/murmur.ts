import { noiseSource, scatter } from '../picture/random.ts';

export const LOOP_SECONDS = 16;
const CHIME_AT = 5;

/** The sound of a hall: many voices far away, and once in a while the two tones that call a number. Samples are -1..1. */
export function murmur(rate: number): Float32Array {
  const samples = new Float32Array(LOOP_SECONDS * rate);
  const noise = noiseSource(7);
  const random = scatter(11);
  // Syllables: short swells of noise, each in the band of a voice.
  for (let voice = 0; voice < 14; voice++) {
    const pitch = 110 + random() * 160;
    for (let at = random(); at < LOOP_SECONDS - 0.3; at += 0.16 + random() * (random() < 0.2 ? 2.4 : 0.35)) {
      const length = 0.09 + random() * 0.17;
      const loudness = 0.012 + random() * 0.02;
      const glide = 0.9 + random() * 0.25;
      let breath = 0;
      for (let step = 0; step < length * rate; step++) {
        const share = step / (length * rate);
        const turn = 2 * Math.PI * pitch * (1 + (glide - 1) * share) * (step / rate);
        breath += (noise() - breath) * 0.25;
        const tone = Math.sin(turn) + 0.6 * Math.sin(2 * turn) + 0.4 * Math.sin(4.2 * turn) + 1.2 * breath;
        samples[Math.floor(at * rate) + step]! += tone * loudness * Math.sin(Math.PI * share) ** 2;
      }
    }
  }
  for (const [index, frequency] of [880, 659].entries()) {
    for (let step = 0; step < 0.9 * rate; step++) {
      const at = Math.floor((CHIME_AT + index * 0.45) * rate) + step;
      const turn = 2 * Math.PI * frequency * (step / rate);
      samples[at]! += 0.16 * (Math.sin(turn) + 0.25 * Math.sin(3 * turn)) * Math.exp((-4.5 * step) / rate);
    }
  }
  return samples;
}
