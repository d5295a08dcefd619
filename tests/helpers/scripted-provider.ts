import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';

type Claims = Record<string, unknown>;

/** What a test wants otherwise than an honest provider has it. */
export interface ProviderOddities {
  claims?: Claims;
  header?: Record<string, string>;
  /** Signs with a key that it never told of. */
  foreignKey?: true;
  unsigned?: true;
  discovery?: Claims;
  /** Claims that are told by the user info alone. */
  userInfo?: Claims;
}

interface Given {
  redirectUri: string;
  challenge: string;
  nonce: string;
  claims: Claims;
}

export const CLIENT = { id: 'hallwatch', secret: 'client-secret:with%odd characters' };
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An identity provider of a few endpoints that can lie (OpenID Connect Core 3.1, Discovery, RFC 7636). */
export class ScriptedProvider {
  oddities: ProviderOddities = {};
  /** Epoch s, as its clock has it. */
  now: () => number = () => Math.floor(Date.now() / 1000);
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #codes = new Map<string, Given>();
  readonly #userInfo = new Map<string, Claims>();
  #key = makeKey();

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  stop(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on another key signs, and the old one is no longer told. */
  rotate(): void {
    this.#key = makeKey();
  }

  /** Somebody signs in where the browser was sent: the query that it brings back. */
  comeBack(away: string, claims: Claims & { sub: string }): string {
    const asked = new URL(away).searchParams;
    const code = randomBytes(16).toString('hex');
    const [redirectUri, challenge, nonce] = ['redirect_uri', 'code_challenge', 'nonce'].map((name) => asked.get(name)!);
    this.#codes.set(code, { redirectUri: redirectUri!, challenge: challenge!, nonce: nonce!, claims });
    return new URLSearchParams({ code, state: asked.get('state')!, iss: this.issuer }).toString();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await this.#route(request);
    response.writeHead(body === null ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
  }

  async #route(request: IncomingMessage): Promise<unknown> {
    const { issuer, oddities } = this;
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return {
          ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
          ...{ jwks_uri: `${issuer}/jwks`, userinfo_endpoint: `${issuer}/me`, response_types_supported: ['code'] },
          ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] },
          ...{ end_session_endpoint: `${issuer}/end`, authorization_response_iss_parameter_supported: true },
          ...oddities.discovery,
        };
      case '/jwks':
        return {
          keys: [{ ...this.#key.public.export({ format: 'jwk' }), kid: this.#key.kid, use: 'sig', alg: 'ES256' }],
        };
      case '/me':
        return this.#userInfo.get(request.headers.authorization ?? '') ?? null;
      case '/token':
        return this.#tokens(request.headers.authorization, new URLSearchParams(await textOf(request)));
      default:
        return null;
    }
  }

  /** A code is good once, for whoever has its verifier, and for our client alone. */
  #tokens(authorization: string | undefined, form: URLSearchParams): unknown {
    const given = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const [id = '', secret = ''] = Buffer.from(authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':');
    const plain = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
    const knowsUs = plain(id) === CLIENT.id && plain(secret) === CLIENT.secret;
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!given || !knowsUs || challenge !== given.challenge) return null;
    if (form.get('redirect_uri') !== given.redirectUri) return null;
    const token = randomBytes(16).toString('hex');
    this.#userInfo.set(`Bearer ${token}`, { sub: given.claims['sub'], ...this.oddities.userInfo });
    return { access_token: token, token_type: 'Bearer', id_token: this.#idToken(given) };
  }

  #idToken({ nonce, claims }: Given): string {
    const now = this.now();
    const { oddities } = this;
    const body = {
      ...{ iss: this.issuer, aud: CLIENT.id, iat: now, exp: now + 300, auth_time: now, nonce },
      ...claims,
      ...oddities.claims,
    };
    const header = { alg: oddities.unsigned ? 'none' : 'ES256', kid: this.#key.kid, typ: 'JWT', ...oddities.header };
    const text = `${base64url(header)}.${base64url(body)}`;
    if (oddities.unsigned) return `${text}.`;
    const key = oddities.foreignKey ? makeKey().private : this.#key.private;
    return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }
}

function makeKey(): { kid: string; private: KeyObject; public: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid: randomBytes(8).toString('hex'), private: privateKey, public: publicKey };
}
