import { Readable } from 'node:stream';
import { AwsClient } from 'aws4fetch';
import { AppError, messageOf } from '#lib/app-error.ts';
import { readPage, type ObjectPage, type StoredObject } from './object-page.ts';

/** Longer than the largest file of footage takes over a poor line; a store that hangs does not hold a move for ever. */
const ANSWER_WITHIN_MS = 5 * 60_000;

export interface StoreAddress {
  /** Of the bucket, and of a folder in it: `https://host/bucket/folder`, or `https://bucket.host/folder`. */
  address: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface PutFacts {
  bytes: number;
  /** Signed with the request: the store refuses other bytes. */
  sha256: Buffer;
}

/** Where a bucket is asked what it holds, and the folder of it that is ours; empty, or with `/` at its end. */
interface Bucket {
  address: string;
  folder: string;
}

/**
 * What we need of an S3-compatible store: put, get, remove, list. Every call throws STORE_AWAY where it does not answer, STORE_REFUSED
 * where it says no; neither ever tells a key.
 */
export class ObjectStore {
  readonly #client: AwsClient;
  readonly #address: string;
  #bucket: Bucket | null = null;

  constructor({ address, region, accessKeyId, secretAccessKey }: StoreAddress) {
    this.#address = address.replace(/\/+$/, '');
    // who moves footage tries again by itself
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 0 });
  }

  /** Null where there is no such object. */
  async get(name: string, signal?: AbortSignal): Promise<Readable | null> {
    const response = await this.#ask(name, { method: 'GET' }, signal);
    if (response.status === 404 && (await codeOf(response)) !== 'NoSuchBucket') return null;
    await refuse(response);
    return response.body ? Readable.fromWeb(response.body) : Readable.from([]);
  }

  /** An object appears whole or not at all. */
  async put(
    name: string,
    content: Readable | Buffer,
    { bytes, sha256 }: PutFacts,
    signal?: AbortSignal,
  ): Promise<void> {
    const headers = { 'content-length': String(bytes), 'x-amz-content-sha256': sha256.toString('hex') };
    const body = content instanceof Readable ? Readable.toWeb(content) : new Uint8Array(content);
    await refuse(await this.#ask(name, { method: 'PUT', headers, body, duplex: 'half' }, signal));
  }

  /** One that is not there is removed already. */
  async remove(name: string, signal?: AbortSignal): Promise<void> {
    const response = await this.#ask(name, { method: 'DELETE' }, signal);
    if (response.status === 404 && (await codeOf(response)) !== 'NoSuchBucket') return;
    await refuse(response);
  }

  /** Objects below a folder, from a name in it on, named from our own folder on; needs the right to list. */
  async *list(folder: string, from: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    this.#bucket ??= await this.#findBucket(signal);
    const { address, folder: ours } = this.#bucket;
    const prefix = ours + folder;
    let query: Record<string, string> = { prefix, 'start-after': prefix + from };
    for (;;) {
      const page = await this.#page(address, query, signal);
      if (!page) throw new AppError('STORE_REFUSED', 'it does not list');
      for (const { name, bytes } of page.objects) yield { name: name.slice(ours.length), bytes };
      if (page.next === null) return;
      if (page.next === query['continuation-token']) throw new AppError('STORE_REFUSED', 'its pages do not end');
      query = { prefix, 'continuation-token': page.next };
    }
  }

  /** Its name stands first in the path, or in the name of the host: an address does not tell, but the store does. */
  async #findBucket(signal?: AbortSignal): Promise<Bucket> {
    const { origin, pathname } = new URL(this.#address);
    const [first, ...rest] = pathname.split('/').filter(Boolean);
    const folderOf = (parts: string[]) => parts.map((part) => `${part}/`).join('');
    if (first === undefined) return { address: origin, folder: '' };
    const byPath = { address: `${origin}/${first}`, folder: folderOf(rest) };
    const page = await this.#page(byPath.address, { prefix: byPath.folder }, signal).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'STORE_REFUSED') return null;
      throw error;
    });
    return page ? byPath : { address: origin, folder: folderOf([first, ...rest]) };
  }

  /** Null where the answer is not that of a bucket. */
  async #page(address: string, query: Record<string, string>, signal?: AbortSignal): Promise<ObjectPage | null> {
    const url = `${address}?${new URLSearchParams({ 'list-type': '2', ...query })}`;
    const response = await this.#fetch(url, { method: 'GET' }, signal);
    await refuse(response);
    return readPage(await response.text());
  }

  #ask(name: string, init: RequestInit & { duplex?: 'half' }, signal?: AbortSignal): Promise<Response> {
    return this.#fetch(`${this.#address}/${name}`, init, signal);
  }

  async #fetch(url: string, init: RequestInit & { duplex?: 'half' }, signal?: AbortSignal): Promise<Response> {
    const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const ends = signal ? AbortSignal.any([signal, limit]) : limit;
    try {
      // a redirect means another region: followed, it would carry the signature to somebody else
      return await this.#client.fetch(url, { ...init, signal: ends, redirect: 'manual' });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const cause = (error as Error).cause ?? error;
      throw new AppError('STORE_AWAY', messageOf(cause), { cause: error });
    }
  }
}

async function refuse(response: Response): Promise<void> {
  if (response.ok) return;
  const code = await codeOf(response);
  const detail = [response.status, code].filter(Boolean).join(' ');
  throw new AppError(response.status >= 500 ? 'STORE_AWAY' : 'STORE_REFUSED', detail);
}

/** The code of an error of S3; the rest of its body may repeat who asked. */
async function codeOf(response: Response): Promise<string | null> {
  const text = await response
    .clone()
    .text()
    .catch(() => '');
  return /<Code>([A-Za-z0-9._-]{1,64})<\/Code>/.exec(text)?.[1] ?? null;
}
