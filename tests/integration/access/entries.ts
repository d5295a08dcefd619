import { adapterPresets } from '#contract/adapter-presets.ts';
import type { Permission } from '#contract/permissions.ts';
import {
  hallOf,
  itemOf,
  noticeOf,
  orderOf,
  SPAN,
  sceneOf,
  silenceOf,
  type Cities,
  type City,
} from '../../helpers/cities.ts';

/** How a route is asked about a city, and what becomes of it there. */
export interface Entry {
  /** What its address names, beside what `of` says. */
  names?: Record<string, string> | ((city: City) => Record<string, string>);
  query?: (city: City) => Record<string, string>;
  /** What it is sent (asking.ts). */
  body?: (city: City) => unknown;
  /** Makes what is used up by whoever may: gives its id. */
  fresh?: (cities: Cities) => Promise<string>;
  /**
   * About another city: `absent`, answered word for word as where there is no such city; `cut`, answered without a word of
   * it; `everywhere`: for those alone who may everywhere; `known`: everybody may know it.
   */
  elsewhere: 'absent' | 'cut' | 'everywhere' | 'known';
  /** Where a token opens it: what opens it as well, to whoever comes with a session. */
  session?: Permission;
  /** What whoever may is answered where the thing itself is not there: it was recorded nothing, say. */
  lacks?: string;
}

const absent: Entry = { elsewhere: 'absent' };
const list: Entry = { elsewhere: 'cut' };
const house: Entry = { elsewhere: 'everywhere' };
const spanned = () => SPAN;
const days = { from: '2026-03-09', until: '2026-03-10' };
const of = (noun: keyof City) => (city: City) => ({ id: city[noun] });
const token = { names: { token: 'preset-1' } };
const { definition, sample } = adapterPresets[0]!;
const fault = { names: { faultId: '1', light: 'colour' } };
const lacksFootage = { lacks: 'FOOTAGE_NOT_RECORDED' };
const terminal = (city: City) => ({ hallId: city.hall, kind: 'kiosk', deviceId: city.device });
const track = { names: { number: '0000-0000-0000' } };
const voice = ({ hall }: City) => ({ kind: 'enquiry', hallId: hall, title: hall, text: hall });
const bookmark = ({ camera }: City) => ({ cameraId: camera, at: SPAN.from, note: 'seen' });
const hold = ({ camera }: City) => ({ cameraId: camera, ...SPAN, reason: 'kept' });

const made = (url: string, body: (city: City) => object) => async (cities: Cities) =>
  (await cities.root.call<{ id: string }>('POST', url, body(cities.home))).id;

/** Every route. One that is missing here fails the test. */
export const entries: Readonly<Record<string, Entry>> = {
  'GET /healthz': list,
  'GET /readyz': list,
  'GET /metrics': { elsewhere: 'cut', lacks: 'SIGN_IN_REQUIRED' },
  'GET /api/openapi.json': list,
  // without a built client
  'GET /*': { elsewhere: 'cut', lacks: 'NOT_FOUND' },
  'GET /api/problems': house,
  'GET /api/ways': list,

  'GET /api/setup': list,
  'POST /api/setup': list,
  'GET /api/session': list,
  'POST /api/session': list,
  'DELETE /api/session': list,
  'POST /api/session/confirmation': list,
  'GET /api/session/factors': list,
  'POST /api/session/totp': list,
  'POST /api/session/totp/confirmation': list,
  'DELETE /api/session/totp': list,
  'POST /api/session/passkeys/challenge': list,
  'POST /api/session/passkeys': list,
  'DELETE /api/session/passkeys/:id': { names: { id: 'AAAA' }, elsewhere: 'cut' },
  'POST /api/session/passkey/challenge': list,
  'POST /api/session/passkey': list,
  'GET /api/session/provider': list,
  'POST /api/session/provider/sign-in': { elsewhere: 'cut', body: () => ({}), lacks: 'NOT_FOUND' },
  'POST /api/session/provider/link': { elsewhere: 'cut', body: () => ({}), lacks: 'NOT_FOUND' },
  'POST /api/session/provider/confirmation': { elsewhere: 'cut', body: () => ({}), lacks: 'NOT_FOUND' },
  'POST /api/session/provider/sign-in/return': list,
  'POST /api/session/provider/sign-in/code': list,
  'POST /api/session/provider/link/return': list,
  'POST /api/session/provider/confirmation/return': list,
  'GET /api/session/provider/link': list,
  'DELETE /api/session/provider/link': list,
  'GET /api/identity-provider': house,
  'PUT /api/identity-provider': house,
  'POST /api/identity-provider/look': house,
  'DELETE /api/identity-provider': house,
  'GET /api/accounts/:username/identity': { names: ({ account }) => ({ username: account }), elsewhere: 'absent' },
  'PUT /api/accounts/:username/identity': {
    names: ({ account }) => ({ username: account }),
    body: ({ account }) => ({ subject: account }),
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'DELETE /api/accounts/:username/identity': { names: ({ account }) => ({ username: account }), elsewhere: 'absent' },
  'DELETE /api/accounts/:username/factors': { names: ({ account }) => ({ username: account }), elsewhere: 'absent' },
  'GET /api/sessions': list,
  'DELETE /api/sessions/:id': { names: { id: '0'.repeat(64) }, elsewhere: 'cut', lacks: 'NOT_FOUND' },
  'GET /api/accounts': list,
  'POST /api/accounts': {
    body: ({ region }) => ({
      ...{
        username: `clerk-${Math.random().toString(36).slice(2)}`,
        displayName: 'Clerk',
        password: 'a long password',
      },
      grants: [{ role: 'auditor', scope: { of: 'region', id: region } }],
    }),
    elsewhere: 'absent',
  },
  'PUT /api/accounts/disabled': {
    body: ({ account }) => ({ usernames: [account], disabled: false }),
    elsewhere: 'absent',
  },
  'POST /api/accounts/import': { body: () => [{}], elsewhere: 'cut' },
  'GET /api/registration': list,
  'POST /api/registrations': list,
  'GET /api/registrations': list,
  'POST /api/registrations/:username/admission': {
    names: ({ account }) => ({ username: account }),
    body: ({ region }) => ({ grants: [{ role: 'auditor', scope: { of: 'region', id: region } }] }),
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'DELETE /api/registrations/:username': {
    names: ({ account }) => ({ username: account }),
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'PUT /api/session/password': list,
  'PUT /api/accounts/:username/password': {
    names: ({ account }) => ({ username: account }),
    body: () => ({ next: 'another long password' }),
    elsewhere: 'absent',
  },
  'PUT /api/accounts/:username/grants': {
    names: ({ account }) => ({ username: account }),
    body: ({ region }) => [{ role: 'supervisor', scope: { of: 'region', id: region } }],
    elsewhere: 'absent',
  },

  'GET /api/accounts/:username/sessions': { names: ({ account }) => ({ username: account }), elsewhere: 'absent' },
  'DELETE /api/accounts/:username/sessions': { names: ({ account }) => ({ username: account }), elsewhere: 'absent' },

  'GET /api/regions': list,
  'PUT /api/regions/:id': {
    names: ({ region }) => ({ id: `${region}-district` }),
    body: ({ region }) => ({
      ...{ id: `${region}-district`, code: '990003', name: { zh: '区', en: 'District' }, parentId: region },
      outline: null,
    }),
    elsewhere: 'absent',
  },
  'GET /api/halls': list,
  'GET /api/halls/:id': absent,
  'PUT /api/halls/:id': { names: of('hall'), body: hallOf, elsewhere: 'absent' },
  'DELETE /api/halls/:id': absent,
  'POST /api/halls/:id/plan-images': absent,
  'GET /api/halls/:id/plan-images/:sha256': {
    names: { sha256: '0'.repeat(64) },
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'GET /api/calendar': { query: ({ region }) => ({ ...days, regionId: region }), elsewhere: 'absent' },
  'GET /api/calendar/notices': list,
  'POST /api/calendar/notices': { body: ({ region }) => noticeOf(region), elsewhere: 'absent' },
  'DELETE /api/calendar/notices/:id': {
    names: of('notice'),
    fresh: made('/api/calendar/notices', ({ region }) => noticeOf(region)),
    elsewhere: 'absent',
  },
  'GET /api/halls/:id/timetable': absent,
  'PUT /api/halls/:id/timetable': absent,
  'GET /api/halls/:id/opening': { query: spanned, elsewhere: 'absent' },

  'GET /api/departments': list,
  'PUT /api/departments/:id': { ...house, names: of('department') },
  'GET /api/service-items': list,
  'PUT /api/service-items/:id': { ...house, names: of('item'), body: ({ department }) => itemOf(department) },
  'GET /api/subject-types': list,
  'PUT /api/subject-types/:id': { ...house, names: { id: 'licence' } },
  'GET /api/officers': list,
  'PUT /api/officers/:certificate': { ...house, names: { certificate: 'A-0001' } },
  'GET /api/card-levels': list,
  'GET /api/exchange/sources': list,
  'PUT /api/exchange/sources/:id': { ...house, names: of('source') },
  'POST /api/exchange/sources/:id/key': { ...house, names: of('source') },
  'GET /api/exchange/sources/:id/receipts': { ...house, names: of('source') },
  'POST /api/exchange/cases': list,
  'GET /api/cases': list,
  'GET /api/cases/:id': absent,
  'POST /api/cases': { body: ({ item }) => ({ itemId: item }), elsewhere: 'absent' },
  'POST /api/cases/:id/step': absent,
  'POST /api/cases/:id/finish': absent,
  'POST /api/cases/:id/void': absent,
  'POST /api/cases/:id/procedures': absent,
  'POST /api/cases/:id/procedures/end': absent,
  'POST /api/cards': { body: ({ case: caseId }) => ({ caseId, level: 'red', note: 'seen' }), elsewhere: 'absent' },
  'GET /api/cards': list,
  'GET /api/cards/:id': absent,
  'POST /api/cards/:id/acts': absent,
  'POST /api/cards/:id/answers': absent,
  'POST /api/cards/:id/revocation': absent,
  'POST /api/outages': { ...house, body: () => ({ beganAt: SPAN.from, endedAt: SPAN.until, note: 'power' }) },

  'GET /api/inbox': list,
  'GET /api/matters': list,
  'GET /api/matters/:id': { names: of('matter'), elsewhere: 'absent' },
  'POST /api/matters/:id/acts': {
    names: of('matter'),
    body: () => ({ act: 'hurry', seen: 1, note: 'now' }),
    elsewhere: 'absent',
    lacks: 'FORBIDDEN',
  },
  'GET /api/training': list,
  'GET /api/announcements': list,
  'POST /api/announcements': {
    body: ({ region }) => ({ title: 'told', text: 'told', regionId: region }),
    elsewhere: 'absent',
  },
  'POST /api/announcements/:id/read': { ...absent, names: { id: '01ARZ3NDEKTSV4RRFFQ69G5FNB' }, lacks: 'NOT_FOUND' },
  'POST /api/orders': { body: ({ department }) => orderOf(department), elsewhere: 'absent' },
  'POST /api/voices': { body: voice, elsewhere: 'absent' },
  'POST /api/reviews': { body: (city) => ({ ...voice(city), rating: 1 }), elsewhere: 'absent' },
  // halls are open to the public, by name
  'GET /api/public/halls': { elsewhere: 'known' },
  'POST /api/public/voices': list,
  'GET /api/public/voices/:number': { ...list, ...track, lacks: 'NOT_FOUND' },
  'POST /api/public/voices/:number/rating': { ...list, ...track },
  'GET /api/performance': { query: () => ({ month: '2026-03', of: 'department' }), elsewhere: 'cut' },
  'GET /api/performance/events': {
    query: ({ department }) => ({ month: '2026-03', of: 'department', subjectId: department, figure: 'late' }),
    elsewhere: 'absent',
  },
  'POST /api/performance/try': house,
  'PUT /api/performance/indicators/:of': { ...house, names: { of: 'department' } },
  'POST /api/performance/adjustments': house,
  'GET /api/performance/appeals': { query: () => ({ month: '2026-03', of: 'department' }), elsewhere: 'cut' },
  'POST /api/performance/appeals': {
    body: ({ department }) => ({
      month: '2026-03',
      of: 'department',
      subjectId: department,
      figure: 'late',
      reason: 'so',
    }),
    elsewhere: 'absent',
  },
  'POST /api/performance/appeals/:id/decision': {
    ...house,
    names: { id: '01ARZ3NDEKTSV4RRFFQ69G5FNA' },
    lacks: 'NOT_FOUND',
  },
  'POST /api/performance/publish': house,
  'GET /api/statistics': { query: ({ region }) => ({ month: '2026-03', regionId: region }), elsewhere: 'absent' },
  'GET /api/statistics.xlsx': { query: ({ region }) => ({ month: '2026-03', regionId: region }), elsewhere: 'absent' },

  'GET /api/cameras': list,
  'GET /api/cameras/:id': absent,
  'POST /api/cameras': { body: ({ camera, hall }) => ({ id: camera, hallId: hall, name: 'x' }), elsewhere: 'absent' },
  'PATCH /api/cameras/:id': absent,
  'DELETE /api/cameras/:id': absent,
  'GET /api/cameras/interfaces': list,
  'POST /api/cameras/discover': list,
  'POST /api/cameras/locate': list,
  'POST /api/cameras/look': list,
  'POST /api/cameras/probe': list,
  'POST /api/cameras/:id/credentials/try': absent,
  'GET /api/cameras/:id/publish-address': absent,
  'POST /api/cameras/:id/publish-key': absent,
  'POST /api/cameras/:id/live-token': absent,
  'POST /api/live-tokens': { body: ({ camera }) => [{ cameraId: camera, role: 'sub' }], elsewhere: 'absent' },
  'GET /live/:id.flv': { names: of('camera'), elsewhere: 'absent' },
  'GET /api/cameras/:id/health': { query: spanned, elsewhere: 'absent' },
  'GET /api/cameras/:id/health/now': absent,
  'GET /api/cameras/:id/events': absent,
  'GET /api/cameras/:id/events/subscription': absent,
  'GET /api/privacy/cameras': list,
  'GET /api/staff-notice': list,
  'POST /api/staff-notice': house,
  'POST /api/staff-notice/acknowledgements': list,
  'GET /api/staff-notice/versions': house,
  'PUT /api/cameras/:id/privacy': {
    body: ({ camera }) => ({ purpose: camera, regions: [] }),
    elsewhere: 'absent',
  },
  'GET /api/cameras/:id/controls': absent,
  'POST /api/cameras/:id/ptz/move': absent,
  'POST /api/cameras/:id/ptz/stop': absent,
  'POST /api/cameras/:id/ptz/home': absent,
  'POST /api/cameras/:id/ptz/presets/:token/goto': { ...absent, ...token },
  'POST /api/cameras/:id/ptz/presets': absent,
  'DELETE /api/cameras/:id/ptz/presets/:token': { ...absent, ...token },
  'PATCH /api/cameras/:id/imaging': absent,
  'PUT /api/cameras/:id/relays/:token': { ...absent, ...token },
  'GET /api/cameras/:id/picture-check': absent,
  'GET /api/cameras/:id/picture-check/faults': absent,
  'POST /api/cameras/:id/picture-check/references/:light': { ...absent, ...fault },
  'GET /api/cameras/:id/picture-check/now.jpg': { ...absent, lacks: 'NOT_FOUND' },
  'GET /api/cameras/:id/picture-check/references/:light.jpg': { ...absent, ...fault, lacks: 'NOT_FOUND' },
  'GET /api/cameras/:id/picture-check/faults/:faultId.jpg': { ...absent, ...fault, lacks: 'NOT_FOUND' },
  'GET /api/cameras/:id/recording': absent,
  'PUT /api/cameras/:id/recording': absent,
  'GET /api/recordings': list,
  'POST /api/recordings/reconcile': house,

  'GET /api/terminals': list,
  'POST /api/terminals': { body: terminal, elsewhere: 'absent' },
  'GET /api/terminals/unknown': list,
  'GET /api/terminals/dead-letters': list,
  'GET /api/terminals/access': list,
  'GET /api/terminals/retired': list,
  'GET /api/terminals/mosquitto/:file': { ...house, names: { file: 'acl' } },
  'GET /api/adapters': house,
  'GET /api/adapters/:id/versions': { ...house, names: { id: 'acme' }, lacks: 'NOT_FOUND' },
  'PUT /api/adapters/:id': { ...house, names: { id: 'other-make' }, body: () => ({ definition, since: 0 }) },
  'DELETE /api/adapters/:id': { ...house, names: { id: 'acme' }, lacks: 'NOT_FOUND' },
  'POST /api/adapters/try': { ...house, body: () => ({ definition, ...sample }) },
  'PATCH /api/terminals/:hallId/:kind/:deviceId': { names: terminal, elsewhere: 'absent' },
  'DELETE /api/terminals/:hallId/:kind/:deviceId': { names: terminal, elsewhere: 'absent' },
  'PUT /api/terminals/unknown/:hallId/:kind/:deviceId': { names: terminal, elsewhere: 'absent' },
  'POST /api/terminals/:hallId/:kind/:deviceId/key': { names: terminal, elsewhere: 'absent' },
  'DELETE /api/terminals/:hallId/:kind/:deviceId/key': { names: terminal, elsewhere: 'absent' },
  'POST /api/terminals/:hallId/:kind/:deviceId/replacement': { names: terminal, elsewhere: 'absent' },
  'POST /api/terminals/:hallId/:kind/:deviceId/retire': { names: terminal, elsewhere: 'absent' },
  'POST /api/terminals/:hallId/:kind/:deviceId/restore': { names: terminal, elsewhere: 'absent' },
  'POST /api/terminals/:hallId/:kind/:deviceId/commands': { names: terminal, elsewhere: 'absent' },
  'GET /api/terminals/:hallId/:kind/:deviceId/commands': { names: terminal, elsewhere: 'absent' },

  'POST /api/devices/:region/:hall/:kind/:device/:channel': {
    names: ({ region, hall, device }) => ({ region, hall, kind: 'kiosk', device, channel: 'evt' }),
    elsewhere: 'cut',
    lacks: 'TERMINAL_KEY_WRONG',
  },

  'GET /api/halls/:id/live': absent,
  'GET /api/halls/:id/figures': { query: spanned, elsewhere: 'absent' },
  'GET /api/halls/:id/forecast': absent,
  'POST /api/halls/:id/what-if': absent,
  'GET /api/halls/:id/typical-day': absent,
  'GET /api/halls/:id/advice': absent,
  'GET /api/halls/:id/advice/score': absent,
  'GET /api/halls/:id/period-figures': { query: () => days, elsewhere: 'absent' },
  'GET /api/halls/:id/period-figures.csv': { query: () => days, elsewhere: 'absent' },
  'GET /api/halls/:id/period-figures.xlsx': { query: () => days, elsewhere: 'absent' },

  'GET /api/alerts': list,
  'GET /api/alerts/:id': absent,
  'POST /api/alerts/:id/acts': absent,
  'GET /api/alert-assignees': list,
  'GET /api/alert-load': { query: ({ hall }) => ({ ...SPAN, hallId: hall }), elsewhere: 'absent' },
  'GET /api/rules': list,
  'PATCH /api/rules/:id': { ...house, names: { id: 'window-unattended' } },
  'GET /api/rules/:id/versions': { ...house, names: { id: 'window-unattended' } },
  'POST /api/rules/:id/backtests': {
    ...{ ...house, names: { id: 'window-unattended' } },
    body: ({ hall }) => ({ ...SPAN, change: { hallIds: [hall] } }),
  },
  'GET /api/outputs': house,
  'PUT /api/outputs/:id': { ...house, names: { id: 'hook' } },
  'DELETE /api/outputs/:id': { ...house, names: { id: 'hook' }, lacks: 'NOT_FOUND' },
  'POST /api/outputs/:id/tests': { ...house, names: { id: 'hook' } },
  'GET /api/outputs/:id/notices': { ...house, names: { id: 'hook' }, lacks: 'NOT_FOUND' },
  'GET /api/silences': list,
  'POST /api/silences': { body: ({ hall }) => silenceOf(hall), elsewhere: 'absent' },
  'DELETE /api/silences/:id': {
    names: of('silence'),
    fresh: made('/api/silences', ({ hall }) => silenceOf(hall)),
    elsewhere: 'absent',
  },
  'GET /api/handovers': list,
  'POST /api/handovers': { body: () => ({ note: 'quiet' }), elsewhere: 'cut' },
  'POST /api/handovers/:id/take': { names: of('handover'), elsewhere: 'absent' },
  'GET /api/scenes': list,
  'GET /api/scenes/:id': { names: of('scene'), elsewhere: 'absent' },
  'POST /api/scenes': { body: ({ hall }) => sceneOf(hall), elsewhere: 'absent' },
  'PUT /api/scenes/:id': {
    names: of('scene'),
    body: ({ hall }) => ({ ...sceneOf(hall), updatedAt: SPAN.from }),
    elsewhere: 'absent',
    lacks: 'FORBIDDEN',
  },
  'DELETE /api/scenes/:id': {
    names: of('scene'),
    fresh: made('/api/scenes', ({ hall }) => sceneOf(hall)),
    elsewhere: 'absent',
    lacks: 'FORBIDDEN',
  },

  'GET /api/audit': list,
  'GET /api/audit.csv': list,
  'GET /api/audit/report': { query: () => ({ month: new Date().toISOString().slice(0, 7) }), elsewhere: 'cut' },
  'GET /api/audit/chain': list,

  'GET /api/storage': house,
  'PUT /api/storage/rules': house,
  'GET /api/retention': house,
  'PUT /api/retention/:kept': { names: { kept: 'events' }, elsewhere: 'everywhere' },
  'POST /api/storage/volumes': house,
  'PATCH /api/storage/volumes/:id': { ...house, names: { id: 'disk' } },
  'DELETE /api/storage/volumes/:id': { ...house, names: { id: 'disk' }, lacks: 'NOT_FOUND' },
  'GET /api/storage/verify': { ...house, query: ({ camera }) => ({ cameraId: camera }) },
  'GET /api/storage/holds': list,
  'POST /api/storage/holds': { body: hold, elsewhere: 'absent' },
  'DELETE /api/storage/holds/:id': { names: of('hold'), fresh: made('/api/storage/holds', hold), elsewhere: 'absent' },

  'GET /api/footage/timeline': { query: ({ camera }) => ({ ...SPAN, cameras: camera }), elsewhere: 'absent' },
  'GET /api/footage/:cameraId/segments': { query: spanned, elsewhere: 'absent' },
  'GET /api/footage/:cameraId/segments/:run/:number': {
    names: (city) => ({ cameraId: city.camera, run: city.alert, number: '0' }),
    session: 'footage.view',
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'GET /api/footage/:cameraId/segments/:run/:number.mp4': {
    names: (city) => ({ cameraId: city.camera, run: city.alert, number: '0' }),
    session: 'footage.view',
    elsewhere: 'absent',
    lacks: 'NOT_FOUND',
  },
  'POST /api/footage/:cameraId/token': { ...absent, ...lacksFootage },
  'GET /api/footage/:cameraId/playlist.m3u8': {
    names: ({ camera }) => ({ cameraId: camera }),
    query: spanned,
    session: 'footage.view',
    elsewhere: 'absent',
    ...lacksFootage,
  },
  'GET /api/footage/:cameraId/preview.jpg': { query: () => ({ at: SPAN.from }), elsewhere: 'absent', ...lacksFootage },
  'GET /api/footage/:cameraId/snapshot.jpg': { query: () => ({ at: SPAN.from }), elsewhere: 'absent', ...lacksFootage },
  'GET /api/footage/policy': list,
  'PUT /api/footage/policy': house,
  // reasons are for days, whatever is looked at
  'POST /api/footage/reasons': { body: () => ({ ...SPAN, reason: 'complaint 17' }), elsewhere: 'cut' },
  'GET /api/footage/bookmarks': list,
  'POST /api/footage/bookmarks': { body: bookmark, elsewhere: 'absent' },
  'PUT /api/footage/bookmarks/:id': { names: of('bookmark'), body: bookmark, elsewhere: 'absent', lacks: 'FORBIDDEN' },
  'DELETE /api/footage/bookmarks/:id': {
    names: of('bookmark'),
    fresh: made('/api/footage/bookmarks', bookmark),
    elsewhere: 'absent',
    lacks: 'FORBIDDEN',
  },
  'GET /api/footage/exports': list,
  'POST /api/footage/exports': {
    body: ({ camera }) => ({ cameraIds: [camera], ...SPAN }),
    elsewhere: 'absent',
    ...lacksFootage,
  },
  'GET /api/footage/exports/:id': { names: of('export'), elsewhere: 'absent' },
  'DELETE /api/footage/exports/:id': { names: of('export'), elsewhere: 'absent', lacks: 'FORBIDDEN' },
  'GET /api/footage/exports/:id/files/:name': {
    names: (city) => ({ id: city.export, name: 'manifest.json' }),
    elsewhere: 'absent',
  },
  'GET /api/footage/coverage': { query: ({ hall }) => ({ hallId: hall, ...days }), elsewhere: 'absent' },
  'GET /api/footage/coverage.csv': { query: ({ hall }) => ({ hallId: hall, ...days }), elsewhere: 'absent' },
};
