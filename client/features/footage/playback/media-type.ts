const SOUND = /^(mp4a|opus|ac-3|ec-3|alaw|ulaw|flac)/i;

/** The same type without its sound: `video/mp4; codecs="avc1.4d401f,mp4a.40.2"` becomes `video/mp4; codecs="avc1.4d401f"`. */
export function mutedType(type: string): string {
  return type.replace(/codecs="([^"]*)"/, (_, list: string) => {
    const pictures = list.split(',').filter((codec) => !SOUND.test(codec.trim()));
    return `codecs="${pictures.join(',')}"`;
  });
}
