import * as oidc from 'openid-client';
import type { IdentityProvider, IdentityProviderFound } from '#contract/identity.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { providerFetch } from './provider-fetch.ts';

/** What a provider says of itself is believed so long. Its keys are read anew for each sign-in: a changed one counts at once. */
const DISCOVERED_MS = 10 * 60_000;
const TIMEOUT_S = 10;
/** Whoever confirms that it is he signs in at the provider now, not some time ago. */
const CONFIRMED_S = 60;

type ProviderFields = Pick<IdentityProvider, 'issuer' | 'clientId' | 'scope' | 'acr'>;

export interface ProviderOptions {
  settings: ProviderFields;
  secret: string | null;
  networks: CameraNetworks;
  clock: Clock;
}

/** What must hold of an answer. */
export interface Expected {
  state: string;
  nonce: string;
  verifier: string;
  /** Whoever comes back must have signed in just now. */
  anew: boolean;
}

/** Whom the provider vouches for. */
export interface Vouched {
  subject: string;
  /** A claim of the ID token, or of the user info; undefined where there is none. */
  claim: (name: string) => Promise<unknown>;
}

/** One identity provider, asked by the authorisation code flow with PKCE (OpenID Connect Core, RFC 7636). */
export class Provider {
  readonly #options: ProviderOptions;
  #discovered: { metadata: oidc.ServerMetadata; until: number } | null = null;

  constructor(options: ProviderOptions) {
    this.#options = options;
  }

  /** Throws IDENTITY_PROVIDER_UNREACHABLE. */
  async look(): Promise<IdentityProviderFound> {
    this.#discovered = null;
    const { authorization_endpoint, end_session_endpoint } = (await this.#configuration()).serverMetadata();
    if (!authorization_endpoint) throw unreachable('it names no authorization_endpoint');
    return { authorizationEndpoint: authorization_endpoint, endsSessions: end_session_endpoint !== undefined };
  }

  /** Where the browser goes. Throws IDENTITY_PROVIDER_UNREACHABLE. */
  async away({ state, nonce, verifier, anew }: Expected, redirectUri: string): Promise<string> {
    const { scope, acr } = this.#options.settings;
    const url = oidc.buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: redirectUri,
      scope: `openid ${scope}`.trim(),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
      ...(anew && { prompt: 'login', max_age: String(CONFIRMED_S) }),
      ...(acr !== null && { acr_values: acr }),
    });
    return url.href;
  }

  /**
   * Takes the code that the browser brought back to `url` to the provider. Checked are state, nonce and PKCE, and of the ID
   * token its signature by the provider's keys, issuer, audience and times. Throws IDENTITY_REFUSED, IDENTITY_PROVIDER_UNREACHABLE.
   */
  async vouch(url: URL, { state, nonce, verifier, anew }: Expected): Promise<Vouched> {
    const configuration = await this.#configuration();
    const tokens = await oidc
      .authorizationCodeGrant(configuration, url, {
        ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
        ...(anew && { maxAge: CONFIRMED_S }),
      })
      .catch((error: unknown) => {
        throw isNetwork(error) ? unreachable(reasonOf(error), error) : refused(reasonOf(error), error);
      });
    const claims = tokens.claims()!;
    const { acr } = this.#options.settings;
    if (acr !== null && claims.acr !== acr) throw refused(`acr is ${claims.acr ?? 'missing'}`);
    const claim = async (name: string) => {
      if (name in claims) return claims[name];
      if (configuration.serverMetadata().userinfo_endpoint === undefined) return undefined;
      const info = oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return (
        await info.catch((error: unknown) => {
          throw refused(reasonOf(error), error);
        })
      )[name];
    };
    return { subject: claims.sub, claim };
  }

  /** Where the browser ends its session with the provider; null where that has no such page. */
  async signOut(returnTo: string): Promise<string | null> {
    const configuration = await this.#configuration();
    if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return oidc.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
  }

  async #configuration(): Promise<oidc.Configuration> {
    const { settings, secret, networks, clock } = this.#options;
    const issuer = new URL(settings.issuer);
    const fetch = providerFetch(networks);
    const isPlain = issuer.protocol === 'http:';
    const now = clock.now();
    if (this.#discovered === null || this.#discovered.until <= now) {
      const found = await oidc
        .discovery(issuer, settings.clientId, undefined, undefined, {
          ...{ timeout: TIMEOUT_S, [oidc.customFetch]: fetch },
          ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
        })
        .catch((error: unknown) => {
          throw unreachable(reasonOf(error), error);
        });
      this.#discovered = { metadata: found.serverMetadata(), until: now + DISCOVERED_MS };
    }
    // one for each question, as it would keep the keys that it has seen; it asks the machine for the time
    const metadata = { [oidc.clockSkew]: Math.round((now - systemClock.now()) / 1000), [oidc.clockTolerance]: 30 };
    const auth = secret === null ? oidc.None() : authentication(this.#discovered.metadata, secret);
    const configuration = new oidc.Configuration(this.#discovered.metadata, settings.clientId, metadata, auth);
    configuration.timeout = TIMEOUT_S;
    configuration[oidc.customFetch] = fetch;
    if (isPlain) oidc.allowInsecureRequests(configuration);
    oidc.enableNonRepudiationChecks(configuration);
    return configuration;
  }
}

/** As the provider takes it; basic where it does not say (OpenID Connect Discovery, 3). */
function authentication({ token_endpoint_auth_methods_supported: methods }: oidc.ServerMetadata, secret: string) {
  const isPosted = methods !== undefined && !methods.includes('client_secret_basic');
  return isPosted ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
}

function unreachable(detail: string, cause?: unknown): AppError {
  return new AppError('IDENTITY_PROVIDER_UNREACHABLE', detail, { cause });
}

/** Why stays in the log: whoever comes with a forged answer shall not learn what was wrong with it. */
function refused(why: string, cause?: unknown): AppError {
  return new AppError('IDENTITY_REFUSED', undefined, { cause: cause ?? new Error(why) });
}

function isNetwork(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const codes = [code, cause?.code];
  return codes.some(
    (each) => typeof each === 'string' && /^(OAUTH_TIMEOUT|E(?!RR_)[A-Z_]+|CAMERA_ADDRESS_FORBIDDEN)$/.test(each),
  );
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  if (error instanceof AppError) return 'its address is in no network of HALLWATCH_IDENTITY_NETWORKS';
  if (cause instanceof AppError) return reasonOf(cause);
  return cause instanceof Error ? `${messageOf(error)}: ${messageOf(cause)}` : messageOf(error);
}
