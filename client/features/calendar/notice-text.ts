import { LocalDate, type DayException, type DayKind } from '#contract/calendar.ts';

const LINE = /^(\d{4}-\d{2}-\d{2})(?:\s*(?:~|～|至|to|\.\.)\s*(\d{4}-\d{2}-\d{2}))?\s+(\S+)(?:\s+(.+))?$/;
const MAX_SPAN_DAYS = 60;
const DAY_MS = 24 * 3600 * 1000;

/** Words for kinds of days, as notices and people write them. */
const kinds: Record<string, DayKind> = {
  休: 'holiday',
  放假: 'holiday',
  holiday: 'holiday',
  班: 'make-up',
  上班: 'make-up',
  'make-up': 'make-up',
  工作日: 'working',
  working: 'working',
  休息: 'rest',
  rest: 'rest',
};

export interface NoticeText {
  days: DayException[];
  /** Numbers, from 1, of lines that say nothing that can be used. */
  wrongLines: number[];
}

/**
 * Reads days of a notice, a line each: `2027-01-01~2027-01-03 休 元旦 | New Year's Day`. The word behind the dates is the
 * kind; names in the second language stand behind a bar. Empty lines and lines that begin with # are passed over.
 */
export function readNotice(text: string): NoticeText {
  const days: DayException[] = [];
  const wrongLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const read = readLine(trimmed);
    if (read) days.push(...read);
    else wrongLines.push(index + 1);
  }
  return { days, wrongLines };
}

function readLine(line: string): DayException[] | null {
  const [, first, last = first, word, names] = LINE.exec(line) ?? [];
  const kind = kinds[word?.toLowerCase() ?? ''];
  if (!kind || !LocalDate.safeParse(first).success || !LocalDate.safeParse(last).success) return null;
  const [start, count] = [Date.parse(first!), (Date.parse(last!) - Date.parse(first!)) / DAY_MS + 1];
  if (count < 1 || count > MAX_SPAN_DAYS) return null;
  const [zh, en = zh] = (names ?? '').split('|').map((name) => name.trim());
  const name = zh && en ? { zh, en } : null;
  return Array.from({ length: count }, (_, i) => {
    const day = new Date(start + i * DAY_MS).toISOString().slice(0, 10);
    return { day, kind, name };
  });
}
