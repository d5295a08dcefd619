import { SPAN, type City } from '../../../helpers/cities.ts';
import { absent, days, house, list, made, of, spanned, type Entries } from './entry.ts';

const lacksFootage = { lacks: 'FOOTAGE_NOT_RECORDED' };
const bookmark = ({ camera }: City) => ({ cameraId: camera, at: SPAN.from, note: 'seen' });
const hold = ({ camera }: City) => ({ cameraId: camera, ...SPAN, reason: 'kept' });

/** The audit, storage, footage. */
export const archive: Entries = {
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
