import type { Region } from '#contract/places.ts';

type Line = [number, number][];

/** Between two corners a border wanders: the middle is set aside a little, and so are the middles of both halves. */
function wander([from, to]: [[number, number], [number, number]], depth: number): Line {
  if (depth === 0) return [from];
  const [x1, y1] = from;
  const [x2, y2] = to;
  // Anything that is the same on every start and looks like no rule will do.
  const aside = 0.22 * Math.sin(x1 * 9173 + y1 * 6091 + x2 * 3557 + y2 * 7919);
  const middle: [number, number] = [(x1 + x2) / 2 - aside * (y2 - y1), (y1 + y2) / 2 + aside * (x2 - x1)];
  return [...wander([from, middle], depth - 1), ...wander([middle, to], depth - 1)];
}

/** A border as a map draws it. Districts that share one use the same line, so that no gap opens between them. */
function border(...corners: Line): Line {
  return [...corners.slice(1).flatMap((corner, i) => wander([corners[i]!, corner], 4)), corners.at(-1)!];
}

const upperRiver = border([106.02, 33.19], [106.05, 33.14], [106.04, 33.09], [106.08, 33.05], [106.07, 33.0]);
const lowerRiver = border([106.07, 33.0], [106.11, 32.95], [106.1, 32.9]);
const ridge = border([106.07, 33.0], [106.14, 33.02], [106.2, 33.0], [106.27, 33.03]);
const west = border([106.1, 32.9], [106.01, 32.87], [105.9, 32.93], [105.84, 33.03], [105.9, 33.12], [106.02, 33.19]);
const northEast = border([106.02, 33.19], [106.13, 33.21], [106.26, 33.15], [106.31, 33.08], [106.27, 33.03]);
const southEast = border([106.27, 33.03], [106.32, 32.95], [106.22, 32.89], [106.1, 32.9]);

const ring = (...lines: Line[]): Line[] => [lines.flat()];
const back = (line: Line): Line => [...line].reverse();

/** A city that exists nowhere: codes beginning with 99 belong to no province. */
export const regions: Region[] = [
  { id: 'yunlan', code: '990000', name: { zh: '云岚省', en: 'Yunlan Province' }, parentId: null, outline: null },
  {
    id: 'yunzhou',
    code: '990100',
    name: { zh: '云州市', en: 'Yunzhou' },
    parentId: 'yunlan',
    outline: ring(west, northEast, southEast),
  },
  {
    id: 'linjiang',
    code: '990102',
    name: { zh: '临江区', en: 'Linjiang District' },
    parentId: 'yunzhou',
    outline: ring(west, upperRiver, lowerRiver),
  },
  {
    id: 'chengdong',
    code: '990103',
    name: { zh: '城东区', en: 'Chengdong District' },
    parentId: 'yunzhou',
    outline: ring(upperRiver, ridge, back(northEast)),
  },
  {
    id: 'qingshan',
    code: '990121',
    name: { zh: '青山县', en: 'Qingshan County' },
    parentId: 'yunzhou',
    outline: ring(ridge, southEast, back(lowerRiver)),
  },
];
