import type { LiveFormat } from '#contract/live.ts';

/** H.265 Main at 1080p: a browser that decodes this decodes what cameras send; the rest shows when it comes. */
const H265 = { codec: 'hvc1.1.6.L120.B0', codedWidth: 1920, codedHeight: 1080 };

async function asks(format: LiveFormat): Promise<boolean> {
  if (format === 'fmp4') return globalThis.MediaSource?.isTypeSupported(`video/mp4; codecs="${H265.codec}"`) ?? false;
  if (!('VideoDecoder' in globalThis)) return false;
  const { supported } = await VideoDecoder.isConfigSupported(H265).catch(() => ({ supported: false }));
  return supported ?? false;
}

const answers = new Map<LiveFormat, Promise<boolean>>();

/** Whether this browser shows H.265 in this form; the server converts for those that do not. Asked once a page. */
export function decodesH265(format: LiveFormat): Promise<boolean> {
  const known = answers.get(format) ?? asks(format);
  answers.set(format, known);
  return known;
}
