import { readCertificate } from '#lib/certificate.ts';
import type { TlsListener } from './embedded-broker.ts';

/** Reads certificate and key from their files. @throws AppError CONFIG_INVALID, with the file that cannot be read. */
export async function withCertificate(paths: TlsListener & { cert: string; key: string }): Promise<TlsListener> {
  return { ...paths, ...(await readCertificate(paths)) };
}
