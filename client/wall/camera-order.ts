import type { Camera } from '#contract/cameras.ts';

const purposes: readonly Camera['purpose'][] = ['public-area', 'window', 'back-office'];
const collator = new Intl.Collator('en', { numeric: true });

/** Where cameras hang on the wall: views over the hall, then windows, then back offices, each by name. The same every day. */
export function byPlace(a: Camera, b: Camera): number {
  const purpose = purposes.indexOf(a.purpose) - purposes.indexOf(b.purpose);
  return purpose || collator.compare(a.name, b.name) || collator.compare(a.id, b.id);
}
