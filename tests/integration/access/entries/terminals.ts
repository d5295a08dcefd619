import { adapterPresets } from '#contract/adapter-presets.ts';
import { type City } from '../../../helpers/cities.ts';
import { house, list, type Entries } from './entry.ts';

const { definition, sample } = adapterPresets[0]!;
const terminal = (city: City) => ({ hallId: city.hall, kind: 'kiosk', deviceId: city.device });

/** Terminals, and the devices themselves. */
export const terminals: Entries = {
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
  'POST /api/adapters/:id/key': { ...house, names: { id: 'acme' }, lacks: 'NOT_FOUND' },
  'DELETE /api/adapters/:id/key': { ...house, names: { id: 'acme' }, lacks: 'NOT_FOUND' },
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
};
