import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { z } from 'zod';
import type { App } from './app-type.ts';

/** Names in here carry a hash of their content (vite), so a browser never needs to ask for them twice. */
const HASHED = 'assets/';
/** Paths of the server: never answered with the client's page. */
const ours = /^(api|live|socket\.io)(\/|$)/;

/**
 * Serves the built client: files as they are, and its one page under every address without a file extension, because
 * the router lives in the browser. The page itself is asked for anew each time: it names the hashed files.
 */
export async function clientFiles(app: App, clientDir: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: clientDir,
    serve: false,
    index: false,
    dotfiles: 'ignore',
    suppressWarning: true,
  });

  app.get(
    '/*',
    { config: { public: true }, schema: { hide: true, params: z.object({ '*': z.string() }) } },
    async (request, reply) => {
      const path = request.params['*'];
      if (ours.test(path)) return reply.callNotFound();
      if (extname(path) !== '') {
        const hashed = path.startsWith(HASHED);
        return reply.sendFile(path, { maxAge: hashed ? '365d' : '1h', immutable: hashed });
      }
      const page = await readFile(join(clientDir, 'index.html')).catch(() => null);
      if (page === null) return reply.callNotFound();
      return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
    },
  );
}
