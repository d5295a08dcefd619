import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { TlsListener } from './embedded-broker.ts';

/** Reads certificate and key from their files. @throws AppError CONFIG_INVALID, with the file that cannot be read. */
export async function withCertificate(paths: TlsListener & { cert: string; key: string }): Promise<TlsListener> {
  const read = (path: string) =>
    readFile(path).catch((error: unknown) => {
      throw new AppError('CONFIG_INVALID', `${path}: ${messageOf(error)}`, { cause: error });
    });
  return { ...paths, cert: await read(paths.cert), key: await read(paths.key) };
}
