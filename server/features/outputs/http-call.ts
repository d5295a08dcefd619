import http from 'node:http';
import https from 'node:https';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';

const TIMEOUT_MS = 10_000;
/** Of an answer nothing but its status and a word of success is of interest. */
const MOST_BYTES = 64 * 1024;

export interface HttpCall {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

export interface CallDeps {
  clock: Clock;
  networks: CameraNetworks;
}

/**
 * One HTTP exchange on a connection of its own, which ends in time and goes only to addresses that are allowed; a redirection
 * is not followed, for it could lead elsewhere. Resolves with the text of an answer of 2xx. Throws OUTPUT_UNREACHABLE,
 * OUTPUT_REFUSED, OUTPUT_ADDRESS_FORBIDDEN.
 */
export async function httpCall({ clock, networks }: CallDeps, call: HttpCall, signal: AbortSignal): Promise<string> {
  const url = new URL(call.url);
  networks.check(url.hostname);
  const ended = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => ended.abort(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
  try {
    const answer = await open(url, call, networks, AbortSignal.any([signal, ended.signal]));
    const text = await textOf(answer);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw new AppError('OUTPUT_REFUSED', `${status} ${text.slice(0, 200)}`.trim());
    return text;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = ended.signal.aborted ? (ended.signal.reason as Error) : error;
    throw new AppError('OUTPUT_UNREACHABLE', messageOf(reason), { cause: error });
  } finally {
    cancel();
  }
}

function open(
  url: URL,
  { method, headers, body }: HttpCall,
  networks: CameraNetworks,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const library = url.protocol === 'https:' ? https : http;
    const request = library.request(url, { method, headers, agent: false, lookup: networks.lookup, signal });
    request.on('response', resolve);
    request.on('error', reject);
    if (body !== null) request.setHeader('content-length', Buffer.byteLength(body));
    request.end(body);
  });
}

async function textOf(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
