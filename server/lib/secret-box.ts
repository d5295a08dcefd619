import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from './app-error.ts';

const SECRET_BYTES = 32;
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The secret of this installation, made at the first start: 32 random bytes, readable by the owner only. The file
 * appears whole or not at all, and of two starts at the same time both get the same one. Its folder must exist.
 * Throws CONFIG_INVALID where the file is damaged: making a new one would silently lose every stored password.
 */
export async function loadSecret(path: string): Promise<Buffer> {
  const known = await readSecret(path);
  if (known) return known;
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(SECRET_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
    // link, unlike rename, fails where another start was quicker
    await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncFolder(dirname(path));
  } finally {
    await unlink(fresh).catch(() => undefined);
  }
  return (await readSecret(path))!;
}

/** What was named in it is there after a power cut as well. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}

/** Null where there is none. Throws CONFIG_INVALID where it is damaged. */
export async function readSecret(path: string): Promise<Buffer | null> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes && bytes.length !== SECRET_BYTES) {
    throw new AppError('CONFIG_INVALID', `the key file ${path} is damaged: ${bytes.length} bytes, not ${SECRET_BYTES}`);
  }
  return bytes;
}

/** What is sealed; where each is kept stands in server/db/sealed-columns.ts. No key serves two of them. */
export type SealPurpose =
  | 'alert outputs'
  | 'camera passwords'
  | 'contact of a citizen'
  | 'exchange key'
  | 'footage stores'
  | 'identity errand'
  | 'identity provider'
  | 'second factor';

/** A key for one purpose out of the secret (HKDF, RFC 5869), so that no key serves two. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `hallwatch ${purpose}`, 32));
}

/**
 * Seals short texts for storage with AES-256-GCM (NIST SP 800-38D): version, nonce, tag, ciphertext. The context, e.g.
 * the id of the row, is authenticated with it, so that a sealed text moved to another row does not open.
 */
export class SecretBox {
  readonly #key: Buffer;

  constructor(secret: Buffer, purpose: SealPurpose) {
    this.#key = deriveKey(secret, purpose);
  }

  seal(text: string, context: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    cipher.setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), body]);
  }

  /** Null where it was sealed under another secret or context, or was altered. */
  open(sealed: Buffer, context: string): string | null {
    const head = 1 + IV_BYTES + TAG_BYTES;
    if (sealed.length < head || sealed[0] !== VERSION) return null;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.subarray(1, 1 + IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, head));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}
