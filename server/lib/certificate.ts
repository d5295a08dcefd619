import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { AppError, messageOf } from './app-error.ts';

/** Reads certificate and key (PEM) from their files. @throws AppError CONFIG_INVALID, with the file that cannot be read or used. */
export async function readCertificate(paths: { cert: string; key: string }): Promise<{ cert: Buffer; key: Buffer }> {
  const read = (path: string) => readFile(path).catch((error: unknown) => Promise.reject(unusable(path, error)));
  const pem = { cert: await read(paths.cert), key: await read(paths.key) };
  try {
    createSecureContext(pem);
  } catch (error) {
    throw unusable(`${paths.cert}, ${paths.key}`, error);
  }
  return pem;
}

function unusable(what: string, error: unknown): AppError {
  return new AppError('CONFIG_INVALID', `${what}: ${messageOf(error)}`, { cause: error });
}
