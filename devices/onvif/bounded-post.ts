import http from 'node:http';
import https from 'node:https';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { OnvifFailure, type FailureKind } from './failure.ts';
import { decodeText } from './xml-text.ts';

export interface PostRequest {
  secure: boolean;
  hostname: string;
  port: number;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** For the whole exchange: connecting, sending, the last byte of the answer. */
  timeoutMs: number;
  maxBytes: number;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock: Clock;
  signal: AbortSignal;
}

export interface PostAnswer {
  status: number;
  contentType: string;
  /** Names and values in turn, as they came: a camera may send several challenges. */
  rawHeaders: string[];
  text: string;
}

/**
 * One HTTP POST on its own connection that always ends: in time, within its size, when the signal is aborted, and when
 * the camera hangs up in the middle of an answer. Rejects with OnvifFailure, CAMERA_ADDRESS_FORBIDDEN, or the signal's reason.
 */
export function boundedPost(request: PostRequest): Promise<PostAnswer> {
  const { secure, hostname, port, path, headers, body, timeoutMs, maxBytes, networks, clock, signal } = request;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    networks?.check(hostname);
    const library = secure ? https : http;
    // Cameras make their own certificates. The password is never sent, only digests of it, so a certificate that nobody
    // vouches for still beats no encryption.
    const call = library.request({
      hostname,
      port,
      path,
      method: 'POST',
      agent: false,
      rejectUnauthorized: false,
      ...(networks ? { lookup: networks.lookup } : {}),
    });
    for (const [name, value] of Object.entries(headers)) call.setHeader(name, value);
    call.setHeader('Content-Length', Buffer.byteLength(body));

    const settle = (done: () => void) => {
      stopTimer();
      signal.removeEventListener('abort', onAbort);
      call.destroy();
      done();
    };
    const fail = (kind: FailureKind, words: string) => settle(() => reject(new OnvifFailure(kind, words)));
    const onAbort = () => settle(() => reject(signal.reason as Error));
    const stopTimer = clock.after(timeoutMs, () => fail('unreachable', `no answer within ${Math.round(timeoutMs)} ms`));
    signal.addEventListener('abort', onAbort, { once: true });

    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof AppError) settle(() => reject(error));
      else fail(kindOf(error), messageOf(error));
    });
    call.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) fail('foreign', `the answer is larger than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      answer.on('error', () => fail('hung-up', 'the camera hung up within its answer'));
      answer.on('end', () =>
        settle(() =>
          resolve({
            status: answer.statusCode ?? 0,
            contentType: answer.headers['content-type'] ?? '',
            rawHeaders: answer.rawHeaders,
            text: decodeText(Buffer.concat(chunks), answer.headers['content-type'] ?? ''),
          }),
        ),
      );
    });
    call.end(body);
  });
}

function kindOf({ code = '' }: NodeJS.ErrnoException): FailureKind {
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'hung-up';
  // something listens, but speaks no HTTP, or no TLS
  if (/^(HPE_|EPROTO|ERR_SSL_|ERR_TLS_)/.test(code)) return 'foreign';
  return 'unreachable';
}
