import type { Region } from '#contract/places.ts';

type Ring = [number, number][];

// Borders that two districts share are written once, so that no gap opens between them.
const river: Ring = [
  [106.02, 33.19],
  [106.05, 33.14],
  [106.04, 33.09],
  [106.08, 33.05],
  [106.07, 33.0],
  [106.11, 32.95],
  [106.1, 32.9],
];
const ridge: Ring = [
  [106.07, 33.0],
  [106.14, 33.02],
  [106.2, 33.0],
  [106.27, 33.03],
];
const west: Ring = [
  [106.1, 32.9],
  [106.03, 32.88],
  [105.95, 32.91],
  [105.9, 32.96],
  [105.88, 33.03],
  [105.91, 33.1],
  [105.95, 33.16],
  [106.02, 33.19],
];
const northEast: Ring = [
  [106.02, 33.19],
  [106.09, 33.21],
  [106.17, 33.19],
  [106.24, 33.14],
  [106.28, 33.09],
  [106.27, 33.03],
];
const southEast: Ring = [
  [106.27, 33.03],
  [106.29, 32.97],
  [106.24, 32.92],
  [106.17, 32.9],
  [106.1, 32.9],
];
const upperRiver = river.slice(0, 5);
const lowerRiver = river.slice(4);

const join = (...parts: Ring[]): Ring[] => [parts.flat()];

/** A city that exists nowhere: codes beginning with 99 belong to no province. */
export const regions: Region[] = [
  { id: 'yunlan', code: '990000', name: { zh: '云岚省', en: 'Yunlan Province' }, parentId: null, outline: null },
  {
    id: 'yunzhou',
    code: '990100',
    name: { zh: '云州市', en: 'Yunzhou' },
    parentId: 'yunlan',
    outline: join(west, northEast.slice(1), southEast.slice(1)),
  },
  {
    id: 'linjiang',
    code: '990102',
    name: { zh: '临江区', en: 'Linjiang District' },
    parentId: 'yunzhou',
    outline: join(west, river.slice(1)),
  },
  {
    id: 'chengdong',
    code: '990103',
    name: { zh: '城东区', en: 'Chengdong District' },
    parentId: 'yunzhou',
    outline: join(upperRiver, ridge.slice(1), northEast.slice(1, -1).reverse()),
  },
  {
    id: 'qingshan',
    code: '990121',
    name: { zh: '青山县', en: 'Qingshan County' },
    parentId: 'yunzhou',
    outline: join(ridge, southEast.slice(1), lowerRiver.slice(1, -1).reverse()),
  },
];
