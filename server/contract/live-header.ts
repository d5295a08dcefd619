/** The header before each access unit (see live.ts). Apart from the schemas, so that a decoding worker need not load them. */
export const LIVE_HEADER_BYTES = 17;
/** Bit 0 of the flags: a key frame. */
export const LIVE_FLAG_KEY = 1;
/** Bit 1 of the flags: sound, not a picture. */
export const LIVE_FLAG_SOUND = 2;
