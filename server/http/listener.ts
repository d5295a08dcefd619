import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#lib/app-error.ts';
import type { App } from './app-type.ts';

export interface Listening {
  host: string;
  /** 0 takes a free one. */
  port: number;
}

/** Says early, before anything slow is started, that the address cannot be had. Throws as `listen`. */
export async function checkAddress(where: Listening): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusalOf(error, where)));
    server.listen(where, () => server.close(() => resolve()));
  });
}

/** Opens the port and gives the address to type into a browser. Throws PORT_TAKEN, or CONFIG_INVALID for an address that is not ours. */
export async function listen(app: App, where: Listening, isTls = false): Promise<string> {
  try {
    await app.listen(where);
  } catch (error) {
    throw refusalOf(error, where);
  }
  const { port } = app.server.address() as AddressInfo;
  return `${isTls ? 'https' : 'http'}://${nameOf(where.host)}:${port}`;
}

function refusalOf(error: unknown, { host, port }: Listening): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new AppError('PORT_TAKEN', `port ${port} on ${host}, HALLWATCH_PORT`, { cause: error });
    case 'EACCES':
      return new AppError('CONFIG_INVALID', `HALLWATCH_PORT ${port} may be used by root only`, { cause: error });
    case 'EADDRNOTAVAIL':
      return new AppError('CONFIG_INVALID', `HALLWATCH_BIND ${host} is not an address of this machine`, {
        cause: error,
      });
    default:
      return error;
  }
}

/** An address that means "all of them" is no address to go to. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
