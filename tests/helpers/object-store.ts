import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import S3rver from '@20minutes/s3rver';

/** The only key that it knows. */
export const ACCESS = { region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
const BUCKET = 'footage';
const OBJECT = '._S3rver_object';

/** An S3 server on this machine, which checks signatures, with one bucket. */
export async function openObjectStore() {
  const directory = await mkdtemp(join(tmpdir(), 'hallwatch-store-'));
  const listen = async (port: number) => {
    const buckets = { configureBuckets: [{ name: BUCKET }] };
    const server = new S3rver({ directory, address: '127.0.0.1', port, silent: true, ...buckets });
    return { server, port: (await server.run()).port };
  };
  let { server, port } = await listen(0);
  const stop = () => server.close();
  return {
    address: `http://127.0.0.1:${port}/${BUCKET}`,
    stop,
    async start() {
      ({ server, port } = await listen(port));
    },
    /** Names of the objects below a folder in the bucket, sorted. */
    async objects(folder: string): Promise<string[]> {
      const all = await readdir(join(directory, BUCKET, folder), { recursive: true }).catch(() => []);
      return all.flatMap((name) => (name.endsWith(OBJECT) ? [name.slice(0, -OBJECT.length)] : [])).sort();
    },
    /** Behind the back of the server. */
    async spoil(name: string, content: string) {
      await writeFile(join(directory, BUCKET, name + OBJECT), content);
    },
    async lose(name: string) {
      await rm(join(directory, BUCKET, name + OBJECT));
    },
    async close() {
      await stop().catch(() => undefined);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * The same server with a full bucket, as a process of its own: where its pages go on it tells by a cipher that Node has only
 * when it is asked for at the start.
 */
export async function openFullStore(folder: string, names: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'hallwatch-store-'));
  const path = join(directory, BUCKET, folder);
  await mkdir(path, { recursive: true });
  await Promise.all(names.map((name) => writeFile(join(path, name + OBJECT), name)));
  const options = JSON.stringify({ directory, address: '127.0.0.1', port: 0, silent: true });
  const script = `new (require('@20minutes/s3rver'))(${options}).run().then(({ port }) => console.log(port))`;
  const server = spawn(process.execPath, ['--openssl-legacy-provider', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(createInterface(server.stdout), 'line')) as [string];
  return {
    address: `http://127.0.0.1:${port}/${BUCKET}`,
    async close() {
      server.kill();
      await once(server, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type TestObjectStore = Awaited<ReturnType<typeof openObjectStore>>;
