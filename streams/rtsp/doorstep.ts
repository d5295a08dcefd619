import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import type { SourceCode } from '../source.ts';
import { parseRtspAddress } from './address.ts';
import { RtspConnection } from './connection.ts';
import { knock, KNOCK_WITHIN_MS } from './knock.ts';

const RTSPS_PORT = 322;

export interface DoorstepOptions {
  uri: string;
  clock: Clock;
  networks?: CameraNetworks | undefined;
  signal: AbortSignal;
}

/**
 * Whether anybody is there at all: asked before a process is started for it, as a dead camera is tried over and over.
 * Answers null, or that nobody is. What the camera answers is not judged, and behind TLS it need not answer.
 */
export async function nobodyThere({ uri, clock, networks, signal }: DoorstepOptions): Promise<{
  code: SourceCode;
  detail: string;
} | null> {
  const plain = parseRtspAddress(uri);
  const address = plain ?? parseRtspAddress(uri.replace(/^rtsps:/i, 'rtsp:'));
  if (!address) return null;
  const { host } = address;
  const port = plain || /:\d+$/.test(URL.parse(uri)?.host ?? '') ? address.port : RTSPS_PORT;
  const open = () =>
    new RtspConnection({ host, port, networks, clock, timeoutMs: KNOCK_WITHIN_MS, interleaved: () => undefined });
  try {
    const connection = plain ? (await knock({ open, uri: address.uri, clock, signal })).connection : open();
    if (!plain) await connect(connection, signal);
    await connection.close(null);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, details } = error;
    const nobody = code === 'CAMERA_UNREACHABLE' || code === 'CAMERA_SILENT' || code === 'CAMERA_ADDRESS_FORBIDDEN';
    return nobody ? { code, detail: String(details) } : null;
  }
}

async function connect(connection: RtspConnection, signal: AbortSignal): Promise<void> {
  const stop = () => connection.destroy(new AppError('CAMERA_UNREACHABLE', 'closed by us'));
  signal.addEventListener('abort', stop);
  await connection.connect().finally(() => signal.removeEventListener('abort', stop));
}
