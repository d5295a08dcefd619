/** One `m=` section of a session description (RFC 8866), as far as RTSP uses it. */
export interface SdpMedia {
  kind: string;
  payloadTypes: number[];
  control: string | null;
  framerate: number | null;
  /** The camera takes and does not give: a loudspeaker (ONVIF Streaming, 5.3). */
  backchannel: boolean;
  /** By payload type: encoding name in upper case, clock rate, and channels of sound. */
  encodings: Map<number, { name: string; clockRate: number; channels: number }>;
  /** By payload type: the fmtp parameters by lower-case name. */
  parameters: Map<number, Map<string, string>>;
}

export interface Sdp {
  /** The control address of the whole session (RFC 2326, C.1.1). */
  control: string | null;
  media: SdpMedia[];
}

const MAX_MEDIA = 32;

/** Reads a session description. Lines it does not know or cannot read are passed over, as cameras write all sorts. */
export function parseSdp(text: string): Sdp {
  const sdp: Sdp = { control: null, media: [] };
  let media: SdpMedia | null = null;
  for (const line of text.split(/\r?\n|\r/)) {
    if (line.startsWith('m=')) {
      if (sdp.media.length === MAX_MEDIA) break;
      media = parseMedia(line.slice(2));
      sdp.media.push(media);
    } else if (line.startsWith('a=')) {
      readAttribute(line.slice(2), sdp, media);
    }
  }
  return sdp;
}

function parseMedia(value: string): SdpMedia {
  const [kind = '', , , ...formats] = value.trim().split(/\s+/);
  return {
    kind: kind.toLowerCase(),
    payloadTypes: formats.map(Number).filter((type) => Number.isInteger(type) && type >= 0 && type < 128),
    control: null,
    framerate: null,
    backchannel: false,
    encodings: new Map(),
    parameters: new Map(),
  };
}

function readAttribute(attribute: string, sdp: Sdp, media: SdpMedia | null): void {
  const colon = attribute.indexOf(':');
  if (media && attribute.trim() === 'sendonly') media.backchannel = true;
  if (colon < 0) return;
  const name = attribute.slice(0, colon).toLowerCase();
  const value = attribute.slice(colon + 1).trim();
  if (name === 'control') (media ?? sdp).control = value;
  if (!media) return;
  if (name === 'framerate') media.framerate = Number(value) || null;
  const format = /^(\d{1,3})\s+(.+)$/.exec(value);
  if (!format) return;
  const payloadType = Number(format[1]);
  if (name === 'fmtp') media.parameters.set(payloadType, parseParameters(format[2]!));
  const encoding = name === 'rtpmap' && /^([^/\s]+)\s*\/\s*(\d{1,7})(?:\s*\/\s*(\d{1,2}))?/.exec(format[2]!);
  if (encoding) {
    media.encodings.set(payloadType, {
      name: encoding[1]!.toUpperCase(),
      clockRate: Number(encoding[2]),
      channels: Number(encoding[3] ?? 1),
    });
  }
}

function parseParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name) parameters.set(name, equals < 0 ? '' : part.slice(equals + 1).trim());
  }
  return parameters;
}
