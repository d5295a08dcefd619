import type { Hall, Region } from '../../../server/contract/places.ts';

export const aHall: Hall = {
  id: 'civic',
  regionId: '990100',
  name: { zh: '政务大厅', en: 'Civic hall' },
  address: '',
  longitude: 113,
  latitude: 23,
  capacity: 200,
  timeZone: 'Asia/Shanghai',
  floorPlan: null,
  queues: [
    { id: 'soc', name: { zh: '社保', en: 'Social security' }, targetWaitSec: 900 },
    { id: 'tax', name: { zh: '税务', en: 'Tax' }, targetWaitSec: 900 },
  ],
  windows: [
    { id: 'w01', label: '01', name: { zh: '社保', en: 'Social' }, queueIds: ['soc'], place: null },
    { id: 'w02', label: '02', name: { zh: '税务', en: 'Tax' }, queueIds: ['soc', 'tax'], place: null },
  ],
};

export function aRegion(id: string, parentId: string | null = null, outline: Region['outline'] = null): Region {
  return { id, code: id, name: { zh: `区${id}`, en: `Region ${id}` }, parentId, outline };
}
