/** A message from the camera: the answer to a request, or (rarely) a request of its own. */
export interface RtspMessage {
  /** 0 for a request of the camera. */
  status: number;
  /** The camera's own words: "Not Found", or the request line. */
  phrase: string;
  headers: RtspHeaders;
  body: Buffer;
}

/** Headers by lower-case name, in the order they came; WWW-Authenticate comes several times. */
export class RtspHeaders {
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    const key = name.toLowerCase();
    const values = this.#values.get(key);
    if (values) values.push(value);
    else this.#values.set(key, [value]);
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  all(name: string): string[] {
    return this.#values.get(name) ?? [];
  }
}

/** The start line and headers of a message (RFC 2326, 6 and 7); null where it is none. */
export function parseHead(head: string): Omit<RtspMessage, 'body'> | null {
  const [startLine = '', ...lines] = head.split(/\r?\n/);
  const answer = /^RTSP\/\d\.\d +(\d{3})(?: (.*))?$/i.exec(startLine);
  if (!answer && !/^[A-Z_]+ \S+ RTSP\/\d\.\d$/.test(startLine)) return null;
  const headers = new RtspHeaders();
  let last: { name: string; value: string } | null = null;
  for (const line of lines) {
    const folded = /^[ \t]+(.*)$/.exec(line);
    if (folded && last) {
      last.value += ` ${folded[1]}`;
      continue;
    }
    if (last) headers.add(last.name, last.value.trim());
    const colon = line.indexOf(':');
    last = colon > 0 ? { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() } : null;
  }
  if (last) headers.add(last.name, last.value.trim());
  return { status: Number(answer?.[1] ?? 0), phrase: answer ? (answer[2] ?? '').trim() : startLine, headers };
}
