declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  export default class Provider {
    constructor(
      issuer: string,
      configuration: {
        clients: {
          client_id: string;
          client_secret: string;
          redirect_uris: string[];
          post_logout_redirect_uris: string[];
        }[];
        claims: Record<string, string[]>;
        findAccount: (context: unknown, id: string) => { accountId: string; claims: () => Record<string, string> };
        pkce: { required: () => boolean };
        cookies: { keys: string[] };
      },
    );
    callback(): RequestListener;
  }
}
