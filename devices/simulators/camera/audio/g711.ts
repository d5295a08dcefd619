/** ITU-T G.711: one byte a sample, the way telephones have it. Samples are -1..1. */
export function muLaw(sample: number): number {
  const bias = 33;
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(8158, Math.round(Math.abs(sample) * 8159)) + bias;
  const segment = Math.max(0, 31 - Math.clz32(magnitude) - 5);
  const step = (magnitude >> (segment + 1)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

export function aLaw(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(4095, Math.floor(Math.abs(sample) * 4096));
  const segment = Math.max(0, 31 - Math.clz32(magnitude) - 4);
  const step = segment < 2 ? (magnitude >> 1) & 0x0f : (magnitude >> segment) & 0x0f;
  return (sign | (segment << 4) | step) ^ 0x55;
}
