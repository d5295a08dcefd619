import type { AuditAct } from '#contract/audit.ts';

/** What a route writes to the audit. */
export interface AuditedRoute {
  act: AuditAct;
  /** The entry is committed before the handler runs: what leaves the house or reaches a camera cannot be called back. */
  first?: true;
  /** What was asked stands in the entry: nothing in it is secret. */
  body?: true;
  /** The answer holds a secret: it is not looked at. */
  secret?: true;
  /** What it writes where it is answered with 401. */
  refused?: AuditAct;
  /** It answers with pictures that follow one another; they are told as spans. */
  span?: true;
}

/** Why a route that does not only read is not audited. */
export interface NotAudited {
  not: string;
}

const probing = { not: 'asks a device about itself and keeps nothing' };
const told = { not: 'the view itself is audited, from the first picture to the last' };

/**
 * Every route that changes something or gives pictures away, as `METHOD address`. One that changes something and is missing
 * here is audited as `route.called`; a test demands that it has its name.
 */
export const auditedRoutes: Readonly<Record<string, AuditedRoute | NotAudited>> = {
  'POST /api/setup': { act: 'account.added' },
  'POST /api/session': { act: 'session.opened', refused: 'session.refused' },
  'DELETE /api/session': { act: 'session.closed' },
  'POST /api/session/confirmation': { act: 'session.confirmed', refused: 'session.refused' },
  'POST /api/session/passkey': { act: 'session.opened', refused: 'session.refused' },
  'POST /api/session/passkey/challenge': { not: 'a question, which nobody has answered yet' },
  'POST /api/session/provider/sign-in': { not: 'sends a browser to the provider; who comes back is audited' },
  'POST /api/session/provider/link': { not: 'sends a browser to the provider; who comes back is audited' },
  'POST /api/session/provider/confirmation': { not: 'sends a browser to the provider; who comes back is audited' },
  'POST /api/session/provider/sign-in/return': { act: 'session.opened', refused: 'session.refused' },
  'POST /api/session/provider/sign-in/code': { act: 'session.opened', refused: 'session.refused' },
  'POST /api/session/provider/link/return': { act: 'identity.linked' },
  'DELETE /api/session/provider/link': { act: 'identity.unlinked' },
  'POST /api/session/provider/confirmation/return': { act: 'session.confirmed', refused: 'session.refused' },
  'PUT /api/accounts/:username/identity': { act: 'identity.linked', body: true },
  'DELETE /api/accounts/:username/identity': { act: 'identity.unlinked' },
  'PUT /api/identity-provider': { act: 'identity.provider-changed' },
  'POST /api/identity-provider/look': { not: 'asks a provider about itself and keeps nothing' },
  'DELETE /api/identity-provider': { act: 'identity.provider-changed' },
  'POST /api/session/passkeys/challenge': { not: 'a question, which nobody has answered yet' },
  'POST /api/session/totp': { not: 'a secret that opens nothing before its first code' },
  'POST /api/session/totp/confirmation': { act: 'factor.added', secret: true },
  'DELETE /api/session/totp': { act: 'factor.removed' },
  'POST /api/session/passkeys': { act: 'factor.added' },
  'DELETE /api/session/passkeys/:id': { act: 'factor.removed' },
  'DELETE /api/accounts/:username/factors': { act: 'factor.removed' },
  'DELETE /api/sessions/:id': { act: 'session.revoked' },
  'DELETE /api/accounts/:username/sessions': { act: 'session.revoked' },
  'POST /api/accounts': { act: 'account.added' },
  'POST /api/registrations': { act: 'account.requested' },
  'POST /api/registrations/:username/admission': { act: 'account.added' },
  'DELETE /api/registrations/:username': { act: 'account.declined' },
  'PUT /api/session/password': { act: 'password.changed', secret: true },
  'PUT /api/accounts/:username/password': { act: 'password.changed', secret: true },
  'PUT /api/accounts/disabled': { act: 'account.disabled', body: true },
  'POST /api/accounts/import': { act: 'account.imported' },
  'PUT /api/accounts/:username/grants': { act: 'grant.changed' },

  'GET /api/audit.csv': { act: 'audit.read', first: true },
  'GET /api/audit': { act: 'audit.read', first: true },
  'GET /api/audit/report': { act: 'audit.read', first: true },

  'PUT /api/regions/:id': { act: 'region.changed' },
  'PUT /api/halls/:id': { act: 'hall.changed' },
  'DELETE /api/halls/:id': { act: 'hall.removed' },
  'POST /api/halls/:id/plan-images': { act: 'hall.plan-image-added' },
  'PUT /api/halls/:id/timetable': { act: 'timetable.changed', body: true },
  'POST /api/halls/:id/what-if': { not: 'reckons, and changes nothing' },
  'POST /api/calendar/notices': { act: 'notice.added' },
  'DELETE /api/calendar/notices/:id': { act: 'notice.removed' },

  'POST /api/cameras': { act: 'camera.added' },
  'PATCH /api/cameras/:id': { act: 'camera.changed' },
  'DELETE /api/cameras/:id': { act: 'camera.removed' },
  'POST /api/cameras/discover': probing,
  'POST /api/cameras/probe': probing,
  'POST /api/cameras/locate': probing,
  'POST /api/cameras/look': probing,
  'POST /api/cameras/:id/credentials/try': { act: 'camera.asked' },
  'POST /api/cameras/:id/publish-key': { act: 'camera.key-renewed', secret: true },
  'POST /api/cameras/:id/live-token': told,
  'POST /api/live-tokens': told,
  'POST /api/cameras/:id/ptz/move': { act: 'camera.moved', span: true, body: true },
  'POST /api/cameras/:id/ptz/stop': { not: 'the movement that it ends is audited' },
  'POST /api/cameras/:id/ptz/home': { act: 'camera.moved', first: true },
  'POST /api/cameras/:id/ptz/presets/:token/goto': { act: 'camera.moved', first: true },
  'POST /api/cameras/:id/ptz/presets': { act: 'camera.preset-changed', first: true, body: true },
  'DELETE /api/cameras/:id/ptz/presets/:token': { act: 'camera.preset-changed', first: true },
  'PATCH /api/cameras/:id/imaging': { act: 'camera.imaging-changed', first: true, body: true },
  'PUT /api/cameras/:id/relays/:token': { act: 'camera.relay-switched', first: true, body: true },
  'POST /api/cameras/:id/picture-check/references/:light': { act: 'camera.reference-set' },
  'PUT /api/cameras/:id/seats': { act: 'camera.seats-changed', body: true },
  'PUT /api/cameras/:id/privacy': { act: 'camera.privacy-changed', body: true },
  'PUT /api/cameras/:id/recording': { act: 'camera.recording-changed', body: true },

  'POST /api/terminals': { act: 'terminal.added' },
  'PATCH /api/terminals/:hallId/:kind/:deviceId': { act: 'terminal.changed' },
  'DELETE /api/terminals/:hallId/:kind/:deviceId': { act: 'terminal.removed' },
  'PUT /api/terminals/unknown/:hallId/:kind/:deviceId': { act: 'terminal.refused', body: true },
  'POST /api/terminals/:hallId/:kind/:deviceId/key': { act: 'terminal.key-issued', secret: true },
  'DELETE /api/terminals/:hallId/:kind/:deviceId/key': { act: 'terminal.key-revoked' },
  'POST /api/terminals/:hallId/:kind/:deviceId/replacement': { act: 'terminal.replaced', body: true },
  'POST /api/terminals/:hallId/:kind/:deviceId/retire': { act: 'terminal.retired' },
  'POST /api/terminals/:hallId/:kind/:deviceId/restore': { act: 'terminal.restored' },
  'POST /api/devices/:region/:hall/:kind/:device/:channel': {
    not: 'a message of a terminal, which the event log keeps',
  },
  'POST /api/terminals/:hallId/:kind/:deviceId/commands': { act: 'terminal.commanded', first: true, body: true },

  'PUT /api/adapters/:id': { act: 'adapter.changed' },
  'DELETE /api/adapters/:id': { act: 'adapter.removed' },
  'POST /api/adapters/:id/key': { act: 'adapter.key-issued', secret: true },
  'DELETE /api/adapters/:id/key': { act: 'adapter.key-revoked' },
  'POST /api/adapters/try': { not: 'reckons, and changes nothing' },

  'POST /api/alerts/:id/acts': { not: 'the alert itself tells what was done with it, here and over the socket' },
  'PATCH /api/rules/:id': { act: 'rule.changed' },
  'POST /api/rules/:id/backtests': { not: 'reckons, and changes nothing' },
  'PUT /api/outputs/:id': { act: 'output.changed' },
  'DELETE /api/outputs/:id': { act: 'output.removed' },
  'POST /api/outputs/:id/tests': { act: 'output.tested', first: true },
  'POST /api/silences': { act: 'silence.added', body: true },
  'DELETE /api/silences/:id': { act: 'silence.ended' },
  'POST /api/handovers': { act: 'handover.written' },
  'POST /api/handovers/:id/take': { act: 'handover.taken' },

  'POST /api/cases': { act: 'case.added' },
  'POST /api/cases/:id/step': { act: 'case.changed', body: true },
  'POST /api/cases/:id/finish': { act: 'case.changed', body: true },
  'POST /api/cases/:id/void': { act: 'case.changed' },
  'POST /api/cases/:id/procedures': { act: 'case.changed', body: true },
  'POST /api/cases/:id/procedures/end': { act: 'case.changed', body: true },
  'POST /api/cards': { act: 'card.acted', body: true },
  'POST /api/cards/:id/acts': { act: 'card.acted', body: true },
  'POST /api/cards/:id/answers': { act: 'card.answered', body: true },
  'POST /api/cards/:id/notices/read': { not: 'the card itself keeps who has read it' },
  'POST /api/cards/:id/revocation': { act: 'card.revoked', body: true },
  'POST /api/outages': { act: 'outage.added', body: true },
  'PUT /api/departments/:id': { act: 'register.changed', body: true },
  'PUT /api/service-items/:id': { act: 'register.changed', body: true },
  'PUT /api/subject-types/:id': { act: 'register.changed', body: true },
  'PUT /api/officers/:certificate': { act: 'register.changed', body: true },
  'PUT /api/card-levels/:id': { act: 'register.changed', body: true },
  'PUT /api/enforcement-acts/:id': { act: 'register.changed', body: true },
  'PUT /api/parties/:code': { act: 'register.changed', body: true },
  'PUT /api/staff/:number': { act: 'register.changed', body: true },
  'PUT /api/exchange/sources/:id': { act: 'source.changed' },
  'POST /api/exchange/sources/:id/key': { act: 'source.key-issued', secret: true },
  'POST /api/exchange/cases': { not: 'a signed delivery, of which every row has a receipt' },

  'POST /api/orders': { act: 'matter.made', body: true },
  // how a citizen can be reached stays out of the audit
  'POST /api/voices': { act: 'matter.made' },
  'POST /api/public/voices': { act: 'matter.made' },
  'POST /api/public/voices/:number/rating': { act: 'matter.rated' },
  'POST /api/reviews': { act: 'matter.made' },
  'POST /api/matters/:id/acts': { act: 'matter.acted', body: true },

  'POST /api/inspections': { act: 'inspection.made', body: true },
  'GET /api/inspections/:id/picture.jpg': { act: 'inspection.looked', first: true },

  'POST /api/performance/try': { not: 'reckons, and changes nothing' },
  'PUT /api/performance/indicators/:of': { act: 'performance.changed', body: true },
  'POST /api/performance/adjustments': { act: 'performance.changed', body: true },
  'POST /api/performance/appeals': { act: 'performance.changed', body: true },
  'POST /api/performance/appeals/:id/decision': { act: 'performance.changed', body: true },
  'POST /api/performance/publish': { act: 'performance.published', body: true },

  'POST /api/announcements': { act: 'announcement.published', body: true },
  'POST /api/announcements/:id/read': { not: 'the announcement itself keeps who has read it' },

  'POST /api/scenes': { act: 'scene.changed' },
  'PUT /api/scenes/:id': { act: 'scene.changed' },
  'DELETE /api/scenes/:id': { act: 'scene.changed' },

  'GET /api/footage/:cameraId/segments/:run/:number': { act: 'footage.watched', span: true },
  'GET /api/footage/:cameraId/segments/:run/:number.mp4': { act: 'footage.watched', span: true },
  'GET /api/footage/:cameraId/preview.jpg': { act: 'footage.looked', span: true },
  'GET /api/footage/:cameraId/snapshot.jpg': { act: 'footage.snapshot', first: true },
  'POST /api/footage/:cameraId/token': { act: 'footage.token-issued', body: true, secret: true },
  'PUT /api/footage/policy': { act: 'policy.changed', body: true },
  'POST /api/live-reasons': { act: 'live.reason-given', body: true },
  'POST /api/footage/reasons': { act: 'footage.reason-given', body: true },
  'POST /api/footage/exports': { act: 'export.asked', body: true },
  'DELETE /api/footage/exports/:id': { act: 'export.removed' },
  'GET /api/footage/exports/:id/files/:name': { act: 'export.downloaded', first: true },
  'POST /api/footage/bookmarks': { act: 'bookmark.added', body: true },
  'PUT /api/footage/bookmarks/:id': { act: 'bookmark.changed', body: true },
  'DELETE /api/footage/bookmarks/:id': { act: 'bookmark.removed' },

  'POST /api/staff-notice': { act: 'staff-notice.published', body: true },
  'POST /api/staff-notice/acknowledgements': { act: 'staff-notice.acknowledged', body: true },
  'PUT /api/retention/:kept': { act: 'retention.changed', body: true },
  'PUT /api/storage/rules': { act: 'storage.rules-changed', body: true },
  'POST /api/storage/volumes': { act: 'volume.added' },
  'PATCH /api/storage/volumes/:id': { act: 'volume.changed' },
  'DELETE /api/storage/volumes/:id': { act: 'volume.removed' },
  'POST /api/storage/holds': { act: 'hold.placed', body: true },
  'DELETE /api/storage/holds/:id': { act: 'hold.lifted' },
  'POST /api/recordings/reconcile': { act: 'storage.reconciled', body: true },
};
