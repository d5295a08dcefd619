import { sceneOf, silenceOf, SPAN } from '../../../helpers/cities.ts';
import { absent, days, house, list, made, of, spanned, type Entries } from './entry.ts';

/** Live state, figures, forecasts, alerts, scenes. */
export const watch: Entries = {
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
    body: ({ hall }) => ({ ...SPAN, change: { places: [{ of: 'hall', hallId: hall }] } }),
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
};
