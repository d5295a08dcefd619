import type { Bilingual } from '#contract/ids.ts';
import { VolumeFigure, type Statistics, type Volume } from '#contract/statistics.ts';
import type { Cell } from '#lib/csv.ts';
import { xlsx, type Column } from '#lib/xlsx.ts';

type Language = 'zh-CN' | 'en';

const figureTitles: Record<VolumeFigure, Bilingual> = {
  accepted: { zh: '受理', en: 'Accepted' },
  finished: { zh: '办结', en: 'Finished' },
  late: { zh: '超期办结', en: 'Finished late' },
  open: { zh: '在办', en: 'Open now' },
  overdue: { zh: '在办已超期', en: 'Open and overdue' },
  yellow: { zh: '黄牌', en: 'Yellow cards' },
  red: { zh: '红牌', en: 'Red cards' },
  revoked: { zh: '撤牌', en: 'Revoked cards' },
  orders: { zh: '督办', en: 'Orders' },
  complaints: { zh: '投诉', en: 'Complaints' },
  reviews: { zh: '差评', en: 'Bad reviews' },
};
const words = {
  rows: { zh: '对比', en: 'Comparison' },
  months: { zh: '逐月', en: 'By month' },
  name: { zh: '名称', en: 'Name' },
  month: { zh: '月份', en: 'Month' },
  before: { zh: '上月受理', en: 'Accepted the month before' },
  usual: { zh: '常年月受理', en: 'Accepted in a usual month' },
  abnormal: { zh: '异常', en: 'Abnormal' },
  high: { zh: '偏高', en: 'high' },
  low: { zh: '偏低', en: 'low' },
  total: { zh: '合计', en: 'Total' },
} satisfies Record<string, Bilingual>;

/** The statistics as a workbook: places beside each other, and month by month. */
export function statisticsWorkbook(
  { rows, total, months }: Statistics,
  nameOf: (row: { of: string; id: string }) => Bilingual,
  language: Language,
): Promise<Buffer> {
  const say = (text: Bilingual) => text[language === 'en' ? 'en' : 'zh'];
  const figures: Column[] = VolumeFigure.options.map((figure) => ({ title: say(figureTitles[figure]), as: 'count' }));
  const values = (volume: Volume): Cell[] => VolumeFigure.options.map((figure) => volume[figure]);
  const line = (name: string, row: Statistics['total']): Cell[] => [
    ...[name, ...values(row.figures), row.before.accepted, row.usual],
    row.abnormal === null ? '' : say(words[row.abnormal]),
  ];
  return xlsx([
    {
      name: say(words.rows),
      columns: [
        { title: say(words.name), as: 'text', width: 32 },
        ...figures,
        { title: say(words.before), as: 'count' },
        { title: say(words.usual), as: 'count' },
        { title: say(words.abnormal), as: 'text' },
      ],
      rows: [...rows.map((row) => line(say(nameOf(row)), row)), line(say(words.total), total)],
    },
    {
      name: say(words.months),
      columns: [{ title: say(words.month), as: 'text' }, ...figures],
      rows: months.map(({ month, figures: volume }) => [month, ...values(volume)]),
    },
  ]);
}
