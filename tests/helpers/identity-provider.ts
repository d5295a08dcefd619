import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { CLIENT } from './scripted-provider.ts';

/**
 * A certified OpenID provider with pages of its own, where whoever types a name is it. At another host than Hallwatch, so that
 * a browser takes the two for two sites.
 */
export async function startIdentityProvider(returnsTo: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [`${returnsTo}/sign-in/provider`] },
        post_logout_redirect_uris: [`${returnsTo}/sign-in`],
      },
    ],
    claims: { openid: ['sub'], profile: ['employee'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, employee: id }) }),
    pkce: { required: () => true },
    cookies: { keys: ['a test'] },
  });
  server.on('request', provider.callback());
  return { issuer, close: () => closed(server) };
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
