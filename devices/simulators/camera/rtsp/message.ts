/** What arrives on an RTSP connection (RFC 2326). */
export type RtspItem =
  | { type: 'request'; request: RtspRequest }
  /** RTP or RTCP between the requests (10.12). */
  | { type: 'interleaved'; channel: number; data: Buffer }
  /** Not RTSP; nothing after it can be read. */
  | { type: 'malformed' };

export interface RtspRequest {
  method: string;
  url: string;
  /** Header names in lower case. */
  headers: ReadonlyMap<string, string>;
}

const DOLLAR = 0x24;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 16 * 1024;

/** Cuts the bytes of one connection into requests and interleaved packets. */
export class RtspReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): RtspItem[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const items: RtspItem[] = [];
    for (let item = this.#next(); item; item = this.#next()) {
      items.push(item);
      if (item.type === 'malformed') break;
    }
    return items;
  }

  #next(): RtspItem | null {
    const bytes = this.#bytes;
    if (bytes.length === 0) return null;
    if (bytes[0] === DOLLAR) {
      if (bytes.length < 4) return null;
      const end = 4 + bytes.readUInt16BE(2);
      if (bytes.length < end) return null;
      this.#bytes = bytes.subarray(end);
      return { type: 'interleaved', channel: bytes[1]!, data: bytes.subarray(4, end) };
    }
    const headEnd = bytes.indexOf('\r\n\r\n');
    if (headEnd < 0) return bytes.length > MAX_HEADER_BYTES ? { type: 'malformed' } : null;
    const request = readHead(bytes.toString('utf8', 0, headEnd));
    const bodyBytes = Number(request?.headers.get('content-length') ?? 0);
    if (!request || !Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
      return { type: 'malformed' };
    }
    const end = headEnd + 4 + bodyBytes;
    if (bytes.length < end) return null;
    this.#bytes = bytes.subarray(end);
    return { type: 'request', request };
  }
}

function readHead(head: string): RtspRequest | null {
  const [first = '', ...lines] = head.replace(/^(\r\n)+/, '').split('\r\n');
  const [, method, url] = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(first) ?? [];
  if (!method || !url) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return null;
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method, url, headers };
}

const reasons = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  551: 'Option not supported',
} as const;

export type RtspStatus = keyof typeof reasons;

export interface RtspAnswer {
  status: RtspStatus;
  headers?: Readonly<Record<string, string>>;
  body?: { type: string; text: string };
}

export function formatAnswer({ status, headers = {}, body }: RtspAnswer, cseq: string | undefined): string {
  const lines = [`RTSP/1.0 ${status} ${reasons[status]}`];
  if (cseq !== undefined) lines.push(`CSeq: ${cseq}`);
  lines.push('Server: IPCamera');
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body) lines.push(`Content-Type: ${body.type}`, `Content-Length: ${Buffer.byteLength(body.text)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body?.text ?? ''}`;
}
