import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#lib/app-error.ts';

const PRIVATE = 'seal.key';
const PUBLIC = /^seal-([0-9a-f]{16})\.pub$/;

/** What signs; its public half is among those that verify. */
export interface SealKey {
  keyId: string;
  sign(text: string): Buffer;
}

/**
 * The keys of seals (Ed25519, RFC 8032), in a folder outside the database: `seal.key` signs and is readable by the owner
 * alone, a `seal-ID.pub` each verifies. Taking `seal.key` away has a new one made; the old public ones stay.
 */
export class SealKeys {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The key that signs, made where there is none. Throws CONFIG_INVALID for a file that is no Ed25519 key. */
  async signing(): Promise<SealKey> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, PRIVATE);
    const key = (await readKey(path)) ?? (await this.#make(path));
    const open = createPublicKey(key);
    const keyId = keyIdOf(open);
    const pem = open.export({ type: 'spki', format: 'pem' });
    await writeFile(join(this.#folder, `seal-${keyId}.pub`), pem, { flag: 'wx', mode: 0o644 }).catch(unlessThere);
    return { keyId, sign: (text) => sign(null, Buffer.from(text), key) };
  }

  /** Every public key in the folder that is what its name says, by its id. */
  async known(): Promise<ReadonlyMap<string, KeyObject>> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const keys = new Map<string, KeyObject>();
    for (const name of names) {
      const id = PUBLIC.exec(name)?.[1];
      if (id === undefined) continue;
      const key = createPublicKey(await readFile(join(this.#folder, name)));
      if (keyIdOf(key) === id) keys.set(id, key);
    }
    return keys;
  }

  /** Whole or not at all, and never over another. */
  async #make(path: string): Promise<KeyObject> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeFile(path, pem, { flag: 'wx', mode: 0o600, flush: true });
    return privateKey;
  }
}

export function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

function keyIdOf(key: KeyObject): string {
  return hash('sha256', key.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

async function readKey(path: string): Promise<KeyObject | null> {
  const pem = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (pem === null) return null;
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // told below, like a key of another kind
  }
  throw new AppError('CONFIG_INVALID', `${path} is no Ed25519 key`);
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
