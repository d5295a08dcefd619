import { hallOf, noticeOf } from '../../../helpers/cities.ts';
import { absent, days, list, made, of, spanned, type Entries } from './entry.ts';

/** Regions, halls, calendars. */
export const places: Entries = {
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
};
