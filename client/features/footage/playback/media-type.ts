const G711 = /^[au]law$/;
const SOUND = /^(mp4a|opus|ac-3|ec-3|alaw|ulaw|flac)/i;

/** Whether its sound is one that no browser takes in MP4, and is made into FLAC. */
export function hasG711(type: string): boolean {
  return codecsOf(type).some((codec) => G711.test(codec));
}

/** The type that a decoder is told: G.711 comes as FLAC. */
export function heardType(type: string): string {
  return withCodecs(type, (codec) => (G711.test(codec) ? 'flac' : codec));
}

/** The same type without its sound: `video/mp4; codecs="avc1.4d401f,mp4a.40.2"` becomes `video/mp4; codecs="avc1.4d401f"`. */
export function mutedType(type: string): string {
  return withCodecs(type, (codec) => (SOUND.test(codec) ? null : codec));
}

/** What the server makes of H.265 for a browser that does not decode it, with the sound as it is heard. */
export function convertedType(type: string): string {
  return withCodecs(heardType(type), (codec) => (SOUND.test(codec) ? codec : 'avc1.42c028'));
}

const CODECS = /codecs="([^"]*)"/;
const codecsOf = (type: string) => (CODECS.exec(type)?.[1] ?? '').split(',').map((codec) => codec.trim());

function withCodecs(type: string, to: (codec: string) => string | null): string {
  const codecs = codecsOf(type).flatMap((codec) => to(codec) ?? []);
  return type.replace(CODECS, `codecs="${codecs.join(',')}"`);
}
