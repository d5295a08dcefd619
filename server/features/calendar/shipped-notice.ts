import chineseDays from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import { z } from 'zod';
import { LocalDate, type DayException, type NoticeInput } from '#contract/calendar.ts';

/** By day: "Spring Festival,春节,4". */
const Days = z.record(LocalDate, z.string().regex(/^[^,]+,[^,]+,\d+$/));
const Shipped = z.object({ holidays: Days, workdays: Days });

/**
 * The yearly notices of the State Council as the package chinese-days carries them, as one notice. It reaches to the end
 * of the last year that it knows a holiday of: what the package answers about later days is a guess, and is not asked.
 */
export function shippedNotice(): NoticeInput {
  const { holidays, workdays } = Shipped.parse(chineseDays);
  const days = [...exceptions(holidays, 'holiday'), ...exceptions(workdays, 'make-up')].sort((a, b) =>
    a.day < b.day ? -1 : 1,
  );
  const year = (day: LocalDate | undefined) => day!.slice(0, 4);
  return {
    title: '国务院办公厅节假日安排（chinese-days）',
    number: '',
    coversFrom: `${year(days[0]?.day)}-01-01`,
    coversUntil: `${year(days.at(-1)?.day)}-12-31`,
    days,
  };
}

function exceptions(days: z.infer<typeof Days>, kind: 'holiday' | 'make-up'): DayException[] {
  return Object.entries(days).map(([day, words]) => {
    const [en, zh] = words.split(',') as [string, string];
    return { day, kind, name: { zh, en } };
  });
}
