import type { SourceKind } from '#contract/cameras.ts';
import type { LiveMessage } from '#contract/live.ts';

/** What the gateway has said about the stream itself. */
export interface StreamFacts {
  /** RFC 6381; null before the first picture. */
  codec: string | null;
  source: SourceKind | null;
  /** Converted on the way, because this browser cannot decode what the camera sends. */
  transcoded: boolean;
}

export const noFacts: StreamFacts = { codec: null, source: null, transcoded: false };

/** The same object where a message says nothing new. */
export function learn(facts: StreamFacts, message: LiveMessage): StreamFacts {
  if (message.type === 'config') return { ...facts, codec: message.codec };
  if (message.type !== 'state') return facts;
  return { ...facts, source: message.source, transcoded: message.transcoded ?? false };
}

const families: [RegExp, string][] = [
  [/^avc[13]/, 'H.264'],
  [/^(hvc1|hev1)/, 'H.265'],
];

/** `H.264 (avc1.42c01f)`: the name that people use, and the one that says what exactly. */
export function codecName(codec: string): string {
  const known = families.find(([pattern]) => pattern.test(codec));
  return known ? `${known[1]} (${codec})` : codec;
}
