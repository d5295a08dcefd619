import type { Bilingual } from '#contract/ids.ts';

/** A queue: who comes, and for how long. */
export interface DemoQueue {
  id: string;
  prefix: string;
  name: Bilingual;
  arrivalsPerHour: number;
  meanServiceMin: number;
}

/** A hall as the demo is told of it; everything else is drawn from this. */
export interface DemoHall {
  id: string;
  region: string;
  name: Bilingual;
  address: string;
  longitude: number;
  latitude: number;
  capacity: number;
  queues: DemoQueue[];
  /** What each window serves, in the order of their numbers. */
  windows: string[][];
  /** Windows with a camera of their own. */
  watched: number[];
  /** Of these, those without a seat sensor: their cameras alone tell whether somebody sits there. */
  seatsByCamera: number[];
  /** Cameras that look over the hall. */
  overviews: number;
  /** The last window is left to whoever wants to play it by hand. */
  lastByHand: boolean;
  /** Its cameras show the pictures of one window and one overview, and not every window has all kinds of terminals. */
  plain: boolean;
}

/** What most halls have queues for. */
const soc = { id: 'soc', prefix: 'A', name: { zh: '社保医保', en: 'Social security' }, meanServiceMin: 6 };
const tax = { id: 'tax', prefix: 'B', name: { zh: '税务', en: 'Tax' }, meanServiceMin: 6 };
const biz = { id: 'biz', prefix: 'C', name: { zh: '企业登记', en: 'Business registration' }, meanServiceMin: 11 };
const civ = { id: 'civ', prefix: 'D', name: { zh: '户政婚姻', en: 'Civil affairs' }, meanServiceMin: 7 };
const gen = { id: 'gen', prefix: 'E', name: { zh: '综合受理', en: 'General' }, meanServiceMin: 6 };

/** Three halls, looked at closely. */
export const threeHalls: DemoHall[] = [
  {
    id: 'zhongxin',
    region: 'yunzhou',
    name: { zh: '云州市政务服务中心', en: 'Yunzhou Service Center' },
    address: '云州市城东区行政路 1 号',
    longitude: 106.115,
    latitude: 33.075,
    capacity: 260,
    queues: [
      { ...soc, arrivalsPerHour: 34 },
      { ...tax, arrivalsPerHour: 17 },
      { ...biz, arrivalsPerHour: 10 },
      { ...civ, arrivalsPerHour: 15 },
      { ...gen, arrivalsPerHour: 11 },
    ],
    windows: [
      ['soc'],
      ['soc'],
      ['soc'],
      ['tax'],
      ['tax'],
      ['biz'],
      ['biz'],
      ['civ'],
      ['civ'],
      ['gen', 'soc'],
      ['gen', 'soc'],
      ['gen'],
    ],
    watched: [1, 3, 4, 6, 8, 10],
    seatsByCamera: [6, 10],
    overviews: 2,
    lastByHand: true,
    plain: false,
  },
  {
    id: 'linjiang',
    region: 'linjiang',
    name: { zh: '临江区便民服务大厅', en: 'Linjiang District Hall' },
    address: '临江区滨河西路 88 号',
    longitude: 105.985,
    latitude: 33.03,
    capacity: 120,
    queues: [
      { ...soc, arrivalsPerHour: 20 },
      { ...civ, arrivalsPerHour: 12 },
      { ...gen, arrivalsPerHour: 10 },
    ],
    windows: [['soc'], ['soc'], ['civ'], ['civ'], ['gen'], ['gen', 'soc']],
    watched: [2],
    seatsByCamera: [],
    overviews: 1,
    lastByHand: false,
    plain: false,
  },
  {
    id: 'qingshan',
    region: 'qingshan',
    name: { zh: '青山县政务服务大厅', en: 'Qingshan County Hall' },
    address: '青山县人民路 16 号',
    longitude: 106.185,
    latitude: 32.955,
    capacity: 90,
    queues: [
      { ...soc, arrivalsPerHour: 18 },
      { ...tax, arrivalsPerHour: 9 },
      { ...gen, arrivalsPerHour: 9 },
    ],
    windows: [['soc'], ['soc'], ['tax'], ['tax'], ['gen'], ['gen']],
    watched: [1],
    seatsByCamera: [],
    overviews: 1,
    lastByHand: false,
    plain: false,
  },
];

/** What halls of that kind are busy with: of ten windows so many serve each. */
const mix = [
  { queue: soc, windows: 3.5 },
  { queue: tax, windows: 2 },
  { queue: biz, windows: 1.5 },
  { queue: civ, windows: 1.5 },
  { queue: gen, windows: 1.5 },
];
/** Share of their time for which the windows of a plain hall are busy at its busiest. */
const BUSY = 0.8;

type Plain = Pick<DemoHall, 'id' | 'region' | 'name' | 'address' | 'longitude' | 'latitude'> & {
  windows: number;
  watched: number;
};

/** A hall of which only the size is special. */
function plainHall({ windows, watched, ...place }: Plain): DemoHall {
  const serves = mix.flatMap(({ queue, windows: share }) =>
    Array.from({ length: Math.round((share * windows) / 10) }, () => [queue.id]),
  );
  // Rounding may leave one too many, or too few: the last ones take whoever comes.
  const served = Array.from({ length: windows }, (_, i) => serves[i] ?? [gen.id, soc.id]);
  const servingOf = (id: string) => served.filter((queues) => queues[0] === id).length;
  return {
    ...place,
    capacity: windows * 15,
    queues: mix.map(({ queue }) => ({
      ...queue,
      arrivalsPerHour: Math.round((servingOf(queue.id) * 60 * BUSY) / queue.meanServiceMin),
    })),
    windows: served,
    seatsByCamera: [],
    watched: Array.from({ length: watched }, (_, i) => 1 + Math.floor((i * windows) / watched)),
    overviews: 3,
    lastByHand: false,
    plain: true,
  };
}

/** A whole city: 9 halls, 186 windows, 99 cameras. */
export const nineHalls: DemoHall[] = [
  ...threeHalls,
  plainHall({
    id: 'chengdong',
    region: 'chengdong',
    name: { zh: '城东区政务服务中心', en: 'Chengdong Service Center' },
    address: '城东区迎宾大道 200 号',
    longitude: 106.165,
    latitude: 33.13,
    windows: 32,
    watched: 13,
  }),
  plainHall({
    id: 'gaoxin',
    region: 'chengdong',
    name: { zh: '高新区企业服务大厅', en: 'High-tech Zone Business Hall' },
    address: '城东区创新路 9 号',
    longitude: 106.225,
    latitude: 33.085,
    windows: 28,
    watched: 12,
  }),
  plainHall({
    id: 'binjiang',
    region: 'linjiang',
    name: { zh: '滨江社会保障服务大厅', en: 'Binjiang Social Security Hall' },
    address: '临江区滨江大道 301 号',
    longitude: 105.93,
    latitude: 33.07,
    windows: 30,
    watched: 12,
  }),
  plainHall({
    id: 'xicheng',
    region: 'linjiang',
    name: { zh: '西城办税服务大厅', en: 'Xicheng Tax Hall' },
    address: '临江区西城路 56 号',
    longitude: 105.99,
    latitude: 32.965,
    windows: 26,
    watched: 11,
  }),
  plainHall({
    id: 'nanling',
    region: 'qingshan',
    name: { zh: '南岭镇便民服务中心', en: 'Nanling Town Hall' },
    address: '青山县南岭镇中心街 3 号',
    longitude: 106.23,
    latitude: 32.93,
    windows: 22,
    watched: 10,
  }),
  plainHall({
    id: 'shuangqiao',
    region: 'qingshan',
    name: { zh: '双桥公安出入境服务大厅', en: 'Shuangqiao Civil Affairs Hall' },
    address: '青山县双桥路 77 号',
    longitude: 106.125,
    latitude: 32.915,
    windows: 24,
    watched: 11,
  }),
];
