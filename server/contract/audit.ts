import { z } from 'zod';
import { HallId, Instant } from './ids.ts';

/**
 * Everything that is audited, as noun.verb, with the kind of thing it was done to. A route that changes something declares
 * one of these (http/audit.ts); docs/audit.md says which and why.
 */
export const auditActs = {
  // the program itself: what lies between a start and the one before without a stop was ended by force
  'system.started': 'system',
  'system.stopped': 'system',
  // what could not be kept, and a chain that was not as it was left
  'audit.lost': 'audit',
  'audit.broken': 'audit',
  'audit.read': 'audit',
  // who comes and goes
  'session.opened': 'account',
  'session.refused': 'account',
  'session.closed': 'account',
  'session.confirmed': 'account',
  'session.revoked': 'account',
  'factor.added': 'account',
  'factor.removed': 'account',
  'identity.linked': 'account',
  'identity.unlinked': 'account',
  'identity.provider-changed': 'identity',
  'access.refused': 'route',
  'account.added': 'account',
  'account.changed': 'account',
  'account.requested': 'account',
  'account.declined': 'account',
  'account.removed': 'account',
  'account.disabled': 'account',
  'account.imported': 'account',
  'password.changed': 'account',
  'grant.added': 'account',
  'grant.changed': 'account',
  'grant.removed': 'account',
  // pictures
  'live.watched': 'camera',
  'live.reason-given': 'live',
  'footage.watched': 'camera',
  'footage.looked': 'camera',
  'footage.snapshot': 'camera',
  'footage.token-issued': 'camera',
  'footage.reason-given': 'footage',
  'policy.changed': 'policy',
  'export.asked': 'export',
  'export.removed': 'export',
  'export.downloaded': 'export',
  'bookmark.added': 'bookmark',
  'bookmark.changed': 'bookmark',
  'bookmark.removed': 'bookmark',
  'hold.placed': 'hold',
  'hold.lifted': 'hold',
  // alerts
  'alert.acted': 'alert',
  'rule.changed': 'rule',
  'output.changed': 'output',
  'output.removed': 'output',
  'output.tested': 'output',
  'silence.added': 'silence',
  'silence.ended': 'silence',
  'handover.written': 'handover',
  'handover.taken': 'handover',
  // cases
  'case.added': 'case',
  'case.changed': 'case',
  'card.acted': 'card',
  'card.answered': 'card',
  'card.revoked': 'card',
  'outage.added': 'outage',
  'register.changed': 'register',
  'source.changed': 'source',
  'source.key-issued': 'source',
  'announcement.published': 'announcement',
  // orders, complaints, enquiries, reviews
  'matter.made': 'matter',
  'matter.acted': 'matter',
  'matter.rated': 'matter',
  'inspection.made': 'inspection',
  'inspection.looked': 'inspection',
  'performance.changed': 'performance',
  'performance.published': 'performance',
  // cameras
  'camera.added': 'camera',
  'camera.changed': 'camera',
  'camera.removed': 'camera',
  'camera.asked': 'camera',
  'camera.key-renewed': 'camera',
  'camera.moved': 'camera',
  'camera.preset-changed': 'camera',
  'camera.imaging-changed': 'camera',
  'camera.relay-switched': 'camera',
  'camera.reference-set': 'camera',
  'camera.recording-changed': 'camera',
  'camera.seats-changed': 'camera',
  'camera.privacy-changed': 'camera',
  // terminals
  'terminal.added': 'terminal',
  'terminal.changed': 'terminal',
  'terminal.removed': 'terminal',
  'terminal.refused': 'terminal',
  'terminal.key-issued': 'terminal',
  'terminal.key-revoked': 'terminal',
  'terminal.replaced': 'terminal',
  'terminal.retired': 'terminal',
  'terminal.restored': 'terminal',
  'terminal.commanded': 'terminal',
  'adapter.changed': 'adapter',
  'adapter.removed': 'adapter',
  'adapter.key-issued': 'adapter',
  'adapter.key-revoked': 'adapter',
  // places and time
  'region.changed': 'region',
  'hall.changed': 'hall',
  'hall.removed': 'hall',
  'hall.plan-image-added': 'hall',
  'timetable.changed': 'hall',
  'notice.added': 'notice',
  'notice.removed': 'notice',
  'staff-notice.published': 'staff-notice',
  'staff-notice.acknowledged': 'staff-notice',
  'scene.changed': 'scene',
  // whatever changes something and has no name here yet
  'route.called': 'route',
  // storage
  'storage.rules-changed': 'storage',
  'retention.changed': 'storage',
  'retention.removed': 'storage',
  'storage.reconciled': 'storage',
  'volume.added': 'volume',
  'volume.changed': 'volume',
  'volume.removed': 'volume',
} as const satisfies Record<string, string>;

export type AuditAct = keyof typeof auditActs;
export const AuditAct = z.enum(Object.keys(auditActs) as [AuditAct, ...AuditAct[]]);
export type AuditSubjectKind = (typeof auditActs)[AuditAct];
export const AuditSubjectKind = z.enum([...new Set(Object.values(auditActs))] as [
  AuditSubjectKind,
  ...AuditSubjectKind[],
]);

/** One field of something that was changed, by its path. A value that is long is told by its size and SHA-256. */
export const AuditedChange = z.object({ path: z.string(), before: z.unknown(), after: z.unknown() });
export type AuditedChange = z.infer<typeof AuditedChange>;

/** Who watched, changed or took what, when. */
export const AuditEntry = z.object({
  /** Counts from 1 without a gap. */
  seq: z.number().int().positive(),
  /** When it was done; of what lasts, when it ended. */
  at: Instant,
  /** Of what lasts: when it began. */
  began: Instant.nullable(),
  /** A user name; null: the program, or nobody who signed in. */
  account: z.string().nullable(),
  /** The first characters of the session's id, which tell two sessions apart and open none. */
  session: z.string().nullable(),
  address: z.string().nullable(),
  act: AuditAct,
  subject: z.object({ kind: AuditSubjectKind, id: z.string(), hallId: HallId.nullable() }),
  reason: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** SHA-256 over this entry and the hash of the one before, hex. */
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Where the next, older page begins: `epoch ms.seq`. */
export const AuditCursor = z.string().regex(/^\d{1,15}\.\d{1,15}$/);

const filters = {
  account: z.string().min(1).max(64).optional(),
  /** One or several with commas between them. */
  acts: z
    .string()
    .max(2000)
    .transform((text) => text.split(','))
    .pipe(z.array(AuditAct))
    .optional(),
  subjectKind: AuditSubjectKind.optional(),
  subjectId: z.string().min(1).max(200).optional(),
  hallId: HallId.optional(),
  from: Instant.optional(),
  until: Instant.optional(),
};

export const AuditQuery = z.object({
  ...filters,
  before: AuditCursor.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
export const AuditCsvQuery = z.object(filters);
export type AuditFilter = z.infer<typeof AuditCsvQuery>;

/** The newest first; `next` is where the older ones go on. */
export const AuditPage = z.object({ entries: z.array(AuditEntry), next: AuditCursor.nullable() });
export type AuditPage = z.infer<typeof AuditPage>;

/** A month as people say it: `2026-11`. */
export const AuditMonth = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/);
export const AuditReportQuery = z.object({ month: AuditMonth });
export const AuditReport = z.object({
  month: AuditMonth,
  entries: z.number(),
  acts: z.array(z.object({ act: AuditAct, entries: z.number(), accounts: z.number() })),
  /** Who looked and took most, by hours of live pictures. */
  people: z.array(
    z.object({
      account: z.string(),
      liveHours: z.number(),
      cameras: z.number(),
      footageViews: z.number(),
      exports: z.number(),
      changes: z.number(),
    }),
  ),
  refused: z.number(),
});
export type AuditReport = z.infer<typeof AuditReport>;

/** The signature under a day of entries. */
export const AuditSeal = z.object({
  number: z.number().int().positive(),
  /** A day of UTC, `2026-11-27`. */
  day: z.iso.date(),
  lastSeq: z.number(),
  /** Entries since the seal before. */
  count: z.number(),
  lastHash: z.string(),
  sealedAt: Instant,
  /** Which key signed: the first 16 hex digits of the SHA-256 of the public key. */
  keyId: z.string(),
  /** SHA-256 of the signature of the seal before; zeros for the first. */
  previous: z.string(),
  /** Ed25519, base64. */
  signature: z.string(),
});
export type AuditSeal = z.infer<typeof AuditSeal>;

export const AuditChainState = z.object({
  entries: z.number(),
  lastAt: Instant.nullable(),
  lastHash: z.string().nullable(),
  /** What the chain was found to be when it was last looked at: null where it holds. */
  broken: z.string().nullable(),
  /** False while entries cannot be written: sensitive acts are refused. */
  writing: z.boolean(),
  /** The newest first; `valid`: the signature fits the key. */
  seals: z.array(AuditSeal.extend({ valid: z.boolean() })),
});
export type AuditChainState = z.infer<typeof AuditChainState>;
