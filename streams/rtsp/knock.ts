import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { RtspConnection } from './connection.ts';
import type { RtspMessage } from './message.ts';

/** While there is no answer, a further connection is tried beside the first, as it may have got lost on a dead line. */
export const KNOCK_EVERY_MS = 1500;
/** After this many in vain, nobody is there. */
const KNOCKS = 3;
export const KNOCK_WITHIN_MS = KNOCKS * KNOCK_EVERY_MS;

/** What a knock needs of a connection. */
export type Knockable = Pick<RtspConnection, 'connect' | 'request' | 'destroy'>;

export interface Answered<Connection> {
  connection: Connection;
  /** To OPTIONS, whatever its status. */
  options: RtspMessage;
}

export interface KnockOptions<Connection> {
  open: () => Connection;
  uri: string;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Opens a connection to a camera and hears its first answer. A link that swallows packets swallows a knock without a
 * trace, and TCP would only ask again after seconds; a slow camera on the other hand may take seconds to answer. Knocking
 * anew beside the old knock is right for both: the first connection to be answered is taken, the others are let go.
 * @throws AppError CAMERA_UNREACHABLE, CAMERA_SILENT, CAMERA_PROTOCOL
 */
export async function knock<Connection extends Knockable>({
  open,
  uri,
  clock,
  signal,
}: KnockOptions<Connection>): Promise<Answered<Connection>> {
  const first = Promise.withResolvers<Answered<Connection>>();
  const tried: Connection[] = [];
  let connected = false;
  let failed = 0;
  let cancel: () => void = () => undefined;
  const giveUp = () => {
    const what = `no ${connected ? 'answer' : 'connection'} within ${KNOCK_WITHIN_MS} ms`;
    first.reject(new AppError(connected ? 'CAMERA_SILENT' : 'CAMERA_UNREACHABLE', what));
  };
  const attempt = async (connection: Connection) => {
    await connection.connect();
    connected = true;
    const options = await connection.request('OPTIONS', uri, { 'User-Agent': 'Hallwatch' });
    first.resolve({ connection, options });
  };
  const next = () => {
    const connection = open();
    tried.push(connection);
    attempt(connection).catch((error: unknown) => {
      failed += 1;
      // A camera with room for one connection refuses the second while it still thinks about the first.
      if (failed === tried.length) first.reject(error);
    });
    cancel = clock.after(KNOCK_EVERY_MS, tried.length < KNOCKS ? next : giveUp);
  };
  const stop = () => first.reject(new AppError('CAMERA_UNREACHABLE', 'closed by us'));
  signal.addEventListener('abort', stop);
  next();
  let chosen: Connection | null = null;
  try {
    const answered = await first.promise;
    chosen = answered.connection;
    return answered;
  } finally {
    signal.removeEventListener('abort', stop);
    cancel();
    for (const each of tried) if (each !== chosen) each.destroy(new AppError('CAMERA_UNREACHABLE', 'closed by us'));
  }
}
