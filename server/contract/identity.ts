import { z } from 'zod';
import { Session, Username } from './accounts.ts';
import { FactorCode } from './factors.ts';
import { Bilingual, Instant } from './ids.ts';

/** The page of ours that an identity provider sends browsers back to. */
export const IDENTITY_RETURN_PATH = '/sign-in/provider';

/** Claims that people choose or change themselves, or that are given again to others: no account is known by them. */
const unfit = new Set([
  ...['email', 'email_verified', 'name', 'given_name', 'family_name', 'middle_name', 'nickname', 'profile', 'picture'],
  ...['website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number', 'phone_number_verified', 'address'],
]);
const ClaimName = z
  .string()
  .regex(/^[\w:./-]{1,100}$/)
  .refine((name) => !unfit.has(name), 'people can change this themselves');

/** How whoever a provider vouches for is known to be one of our accounts, the first time; from then on by his subject. */
export const LinkingRule = z.discriminatedUnion('by', [
  /** He links his account himself while he is signed in, or an administrator names his subject. */
  z.object({ by: z.literal('hand') }),
  /** This claim is his username. Never for whoever administers everything. */
  z.object({ by: z.literal('claim'), claim: ClaimName }),
]);

/** https; http to this machine alone. Compared letter by letter with what the provider says of itself. */
const Issuer = z
  .url()
  .max(300)
  .refine((text) => {
    // a refinement is asked of what is no address as well
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, search, hash, username } = new URL(text);
    const here = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
    return (protocol === 'https:' || (protocol === 'http:' && here)) && search + hash + username === '';
  }, 'https, without a query');

const fields = {
  /** What stands on the button of the sign-in page. */
  name: Bilingual,
  issuer: Issuer,
  clientId: z.string().trim().min(1).max(200),
  /** What is asked for beside `openid`, e.g. the scope that gives the claim of the rule. */
  scope: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e ]{0,200}$/)
    .default('profile'),
  linking: LinkingRule,
  /** Who asks for a second factor: the provider, or we, of accounts that have one here. */
  secondFactor: z.enum(['provider', 'here']),
  /** Authentication context class that the provider must reach, e.g. one with a second factor; null: any. */
  acr: z.string().trim().min(1).max(200).nullable(),
  /** Whoever signs out here is signed out of the provider as well. */
  signsOut: z.boolean(),
  enabled: z.boolean(),
};

/** `PUT /api/identity-provider`. Without a secret, the stored one stays. */
export const IdentityProviderInput = z.object({ ...fields, secret: z.string().min(1).max(500).optional() });
export type IdentityProviderInput = z.infer<typeof IdentityProviderInput>;

/** An identity provider 统一身份认证 (OpenID Connect), as its administrator sees it. */
export const IdentityProvider = z.object({ ...fields, hasSecret: z.boolean() });
export type IdentityProvider = z.infer<typeof IdentityProvider>;
/** None is set up: null. */
export const IdentityProviderState = z.object({ provider: IdentityProvider.nullable() });

/** What was found where a provider should be. */
export const IdentityProviderFound = z.object({ authorizationEndpoint: z.string(), endsSessions: z.boolean() });
export type IdentityProviderFound = z.infer<typeof IdentityProviderFound>;

/** What the sign-in page needs to know; null: there is none. */
export const IdentityOffer = z.object({ provider: z.object({ name: Bilingual }).nullable() });
export type IdentityOffer = z.infer<typeof IdentityOffer>;

/** What a browser is sent away for. The state that comes back begins with it. */
export const IdentityErrand = z.enum(['sign-in', 'link', 'confirmation']);
export type IdentityErrand = z.infer<typeof IdentityErrand>;

/** Where to go on when it is back: a path of ours. */
export const IdentityBegin = z.object({
  next: z
    .string()
    .max(2000)
    .regex(/^\/(?![/\\])/)
    .default('/'),
});
export const IdentityAway = z.object({ url: z.string() });
/** What the provider gave the browser: the query of the address that it came back to. */
export const IdentityReturn = z.object({ query: z.string().max(4000) });
export const IdentityEntered = Session.extend({ next: z.string() });
export const IdentityCode = z.object({ code: FactorCode });

/** Who at the provider an account belongs to. */
export const IdentityLink = z.object({
  issuer: z.string(),
  subject: z.string(),
  linkedAt: Instant,
  /** Null: by the rule. */
  linkedBy: Username.nullable(),
  lastUsedAt: Instant.nullable(),
});
export type IdentityLink = z.infer<typeof IdentityLink>;
export const IdentityLinked = z.object({ link: IdentityLink.nullable() });
/** OpenID Connect Core, 2: at most 255 characters. */
export const IdentitySubject = z.object({ subject: z.string().trim().min(1).max(255) });
