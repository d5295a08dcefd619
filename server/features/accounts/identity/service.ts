import { Username } from '#contract/accounts.ts';
import {
  IdentityProvider,
  type IdentityProviderInput,
  type IdentityErrand,
  type IdentityLink,
  type IdentityOffer,
  type IdentityProviderFound,
} from '#contract/identity.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { SecretBox } from '#lib/secret-box.ts';
import type { Database } from '../../../db/database.ts';
import type { AccountsService, SignedIn } from '../service.ts';
import type { SignInPlace } from '../sessions.ts';
import { Errands, type Errand } from './errands.ts';
import { IdentityLinks } from './links.ts';
import { Provider, type Vouched } from './provider.ts';

export interface IdentityDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  /** Seals the client's secret, and what browsers keep meanwhile. */
  secret: Buffer;
  /** Where providers may be. */
  networks: CameraNetworks;
  accounts: AccountsService;
}

/** Either he is in, or the code of his second factor is wanted, for which this is to be shown again. */
export type Entered = { in: SignedIn; next: string } | { waits: string };

interface Stored {
  settings: Omit<IdentityProvider, 'hasSecret'>;
  secret_sealed: Buffer | null;
}

const SECRET = 'identity provider';

/** Signing in by an identity provider of the house 统一身份认证, and who at that provider each account belongs to. */
export class IdentityService {
  readonly links: IdentityLinks;
  readonly #deps: IdentityDeps;
  readonly #errands: Errands;
  readonly #box: SecretBox;
  #settings: IdentityProvider | null = null;
  #provider: Provider | null = null;

  constructor(deps: IdentityDeps) {
    this.#deps = deps;
    this.links = new IdentityLinks(deps);
    this.#errands = new Errands(deps);
    this.#box = new SecretBox(deps.secret, SECRET);
  }

  async start(): Promise<void> {
    const [row] = await this.#deps.db.query<Stored>('SELECT settings, secret_sealed FROM identity_provider');
    this.#use(row ?? null);
  }

  get settings(): IdentityProvider | null {
    return this.#settings;
  }

  get offer(): IdentityOffer {
    const { name, enabled } = this.#settings ?? { name: null, enabled: false };
    return { provider: enabled && name ? { name } : null };
  }

  /** Links stay with the issuer that they are of. */
  async save({ secret, ...settings }: IdentityProviderInput): Promise<IdentityProvider> {
    const sealed = secret === undefined ? null : this.#box.seal(secret, SECRET);
    const [row] = await this.#deps.db.query<Stored>(
      `INSERT INTO identity_provider (settings, secret_sealed) VALUES ($1, $2)
       ON CONFLICT (one) DO UPDATE SET settings = $1,
         secret_sealed = coalesce($2, CASE WHEN identity_provider.settings->>'issuer' = $1::jsonb->>'issuer'
           THEN identity_provider.secret_sealed END)
       RETURNING settings, secret_sealed`,
      [JSON.stringify(settings), sealed],
    );
    this.#use(row!);
    return this.#settings!;
  }

  async remove(): Promise<void> {
    await this.#deps.db.query('DELETE FROM identity_provider');
    this.#use(null);
  }

  /** Whether there is a provider where these settings say. Throws IDENTITY_PROVIDER_UNREACHABLE. */
  look(settings: IdentityProviderInput): Promise<IdentityProviderFound> {
    return new Provider({ ...this.#deps, settings, secret: null }).look();
  }

  /** Sends a browser to the provider. Throws NOT_FOUND where there is none, IDENTITY_PROVIDER_UNREACHABLE. */
  async begin(errand: Pick<Errand, 'errand' | 'redirectUri' | 'sessionId' | 'next'>) {
    const { provider } = this.#enabled();
    const begun = this.#errands.begin(errand);
    const anew = errand.errand === 'confirmation';
    return { url: await provider.away({ ...begun.errand, anew }, errand.redirectUri), sealed: begun.sealed };
  }

  /** Throws IDENTITY_REFUSED, IDENTITY_UNKNOWN where the subject is nobody's. */
  async enter(sealed: string | undefined, query: string, from: SignInPlace): Promise<Entered> {
    const { settings } = this.#enabled();
    const { accounts } = this.#deps;
    const { vouched, errand } = await this.#back(sealed, 'sign-in', query, null);
    const username = await this.#accountOf(vouched);
    await this.links.used(settings.issuer, vouched.subject);
    const wantsCode = settings.secondFactor === 'here' && (await accounts.secondFactor.isOn(username));
    if (wantsCode) return { waits: this.#errands.wait({ username, next: errand.next }) };
    return { in: await accounts.signInAs(username, from), next: errand.next };
  }

  /** Whose code is awaited; null: nobody's, or it took too long. */
  waitsFor(sealed: string | undefined): string | null {
    return this.#errands.openWaiting(sealed)?.username ?? null;
  }

  /** The second factor of whom the provider has vouched for. Throws IDENTITY_REFUSED, SECOND_FACTOR_WRONG. */
  async enterByCode(sealed: string | undefined, code: string, from: SignInPlace): Promise<SignedIn & { next: string }> {
    const waiting = this.#errands.openWaiting(sealed);
    if (!waiting) throw new AppError('IDENTITY_REFUSED');
    const { accounts } = this.#deps;
    if (!(await accounts.secondFactor.opens(waiting.username, code))) throw new AppError('SECOND_FACTOR_WRONG');
    return { ...(await accounts.signInAs(waiting.username, from)), next: waiting.next };
  }

  /** Binds one's own account to whom the provider vouches for. Throws IDENTITY_REFUSED, CONFLICT where either is bound already. */
  async link(sealed: string | undefined, query: string, own: { username: string; sessionId: string }): Promise<void> {
    const { issuer } = this.#enabled().settings;
    const { vouched } = await this.#back(sealed, 'link', query, own.sessionId);
    await this.links.add(own.username, { issuer, subject: vouched.subject, by: own.username });
  }

  /** An administrator names the subject. Throws NOT_FOUND where there is no provider or account, CONFLICT as `link`. */
  async linkFor(username: string, subject: string, by: string): Promise<IdentityLink> {
    const { issuer } = this.#known();
    await this.links.remove(username);
    await this.links.add(username, { issuer, subject, by });
    return (await this.links.of(username, issuer))!;
  }

  async linkOf(username: string): Promise<IdentityLink | null> {
    return this.#settings && this.links.of(username, this.#settings.issuer);
  }

  /** Takes a sign-in at the provider just now for a sign that it is still he. Throws IDENTITY_REFUSED. */
  async confirm(sealed: string | undefined, query: string, own: { username: string; sessionId: string }) {
    const { issuer } = this.#enabled().settings;
    const { vouched } = await this.#back(sealed, 'confirmation', query, own.sessionId);
    if ((await this.links.whose(issuer, vouched.subject)) !== own.username) throw new AppError('IDENTITY_REFUSED');
    await this.#deps.accounts.sessions.confirm(own.sessionId);
  }

  /** Where a browser ends its session with the provider as well; null where the house does not want that, or it cannot. */
  async signOut(returnTo: string): Promise<string | null> {
    if (!this.#provider || !this.#settings?.signsOut) return null;
    return this.#provider.signOut(returnTo).catch(() => null);
  }

  /** The answer that a browser brought back, once everything about it is right. */
  async #back(sealed: string | undefined, kind: IdentityErrand, query: string, sessionId: string | null) {
    const { provider } = this.#enabled();
    const errand = this.#errands.open(sealed, kind);
    if (!errand || errand.sessionId !== sessionId)
      throw this.#refused(new AppError('IDENTITY_REFUSED'), 'not begun here');
    const url = new URL(errand.redirectUri);
    url.search = query;
    try {
      const vouched = await provider.vouch(url, { ...errand, anew: kind === 'confirmation' });
      return { vouched, errand };
    } catch (error) {
      throw this.#refused(error, messageOf((error as { cause?: unknown }).cause));
    }
  }

  /** By its link, or else by the rule, which binds it for good. */
  async #accountOf({ subject, claim }: Vouched): Promise<string> {
    const { issuer, linking } = this.#enabled().settings;
    const linked = await this.links.whose(issuer, subject);
    if (linked !== null) return linked;
    const unknown = new AppError('IDENTITY_UNKNOWN', { subject });
    if (linking.by === 'hand') throw this.#refused(unknown, 'no link');
    const named = Username.safeParse(await claim(linking.claim));
    if (!named.success) throw this.#refused(unknown, `${linking.claim} is no username`);
    const username = named.data;
    // whoever keeps the provider shall not become who keeps this house
    const mayBeLinked = (await this.#deps.accounts.exists(username)) && !this.#deps.accounts.managesAll(username);
    if (!mayBeLinked) throw this.#refused(unknown, `${username} is nobody whom the rule may link`);
    try {
      await this.links.add(username, { issuer, subject, by: null });
    } catch (error) {
      // the account belongs to another subject, or two came at once
      if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error;
      if ((await this.links.whose(issuer, subject)) !== username) throw this.#refused(unknown, `${username} is taken`);
    }
    this.#deps.log.info({ username, issuer, subject }, 'account linked by the rule');
    return username;
  }

  #refused<E>(error: E, why: string): E {
    this.#deps.log.warn({ code: (error as { code?: unknown }).code, why }, 'identity refused');
    return error;
  }

  #known(): IdentityProvider {
    if (!this.#settings) throw new AppError('NOT_FOUND', 'identity provider');
    return this.#settings;
  }

  #enabled(): { settings: IdentityProvider; provider: Provider } {
    const settings = this.#known();
    if (!settings.enabled || !this.#provider) throw new AppError('NOT_FOUND', 'identity provider');
    return { settings, provider: this.#provider };
  }

  #use(row: Stored | null): void {
    this.#settings = row && IdentityProvider.parse({ ...row.settings, hasSecret: row.secret_sealed !== null });
    const secret = row?.secret_sealed ? this.#box.open(row.secret_sealed, SECRET) : null;
    this.#provider = this.#settings && new Provider({ ...this.#deps, settings: this.#settings, secret });
  }
}
