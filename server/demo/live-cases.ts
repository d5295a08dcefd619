import type { z } from 'zod';
import type { ExchangeCase } from '#contract/exchange.ts';
import type { ServiceItemInput } from '#contract/registers.ts';
import { Random } from '#lib/random.ts';

type Row = z.input<typeof ExchangeCase>;

const MINUTE_MS = 60_000;
/** Older ones are over, and need not be told again. */
const TOLD_FOR_MIN = 60;

/** Done at once 即办: ten minutes of working time are promised, twenty allowed. */
export const liveItem = {
  id: 'residence-proof',
  code: 'HJ-09',
  input: {
    ...{ name: { zh: '户籍证明（即办）', en: 'Proof of residence, at once' }, typeId: 'licence' },
    ...{ counting: 'second', promised: 600, statutory: 1200, immediate: true, validFrom: '2026-01-01T00:00:00+08:00' },
  } satisfies Omit<ServiceItemInput, 'departmentId'>,
};

/**
 * Cases of a counter that is open around the clock, one a minute since `since`, as they stand at `now`. Most are done in
 * minutes. One in five comes late, and one of three of those very late. Of the late ones some wait for papers by then.
 */
export function liveCases(since: number, now: number, windows: readonly string[]): Row[] {
  const first = Math.max(Math.ceil(since / MINUTE_MS), Math.floor(now / MINUTE_MS) - TOLD_FOR_MIN);
  const rows: Row[] = [];
  for (let minute = first; minute * MINUTE_MS <= now; minute += 1) rows.push(liveCase(minute, now, windows));
  return rows;
}

function liveCase(minute: number, now: number, windows: readonly string[]): Row {
  const random = new Random(minute);
  const isLate = minute % 5 === 0;
  const lastsMin = !isLate ? random.between(2, 8) : minute % 15 === 0 ? random.between(24, 30) : random.between(13, 17);
  const papersFrom = minute % 20 === 0 ? minute * MINUTE_MS + 11 * MINUTE_MS : Infinity;
  return asOf(
    `J${minute}`,
    {
      window: windows[minute % windows.length],
      acceptedAt: minute * MINUTE_MS,
      finishedAt: (minute + lastsMin) * MINUTE_MS,
      papersFrom,
    },
    now,
  );
}

/** Three cases that were accepted at that instant and take half an hour: every one of them is late. */
export function lateCases(prefix: string, acceptedAt: number, now: number): Row[] {
  const finishedAt = acceptedAt + 30 * MINUTE_MS;
  return [1, 2, 3].map((n) => {
    const at = acceptedAt + n * 1000;
    return asOf(
      `${prefix}${Math.floor(acceptedAt / MINUTE_MS)}-${n}`,
      { acceptedAt: at, finishedAt, papersFrom: Infinity },
      now,
    );
  });
}

interface Life {
  window?: string | undefined;
  acceptedAt: number;
  finishedAt: number;
  /** When the applicant is asked for papers; he brings them at the end. */
  papersFrom: number;
}

/** Each thing that happens is a revision. */
function asOf(number: string, { window, acceptedAt, finishedAt, papersFrom }: Life, now: number): Row {
  const isDone = finishedAt <= now;
  const isAsked = papersFrom <= now && papersFrom < finishedAt;
  return {
    ...{ number, item: liveItem.code, window, acceptedAt: iso(acceptedAt) },
    revision: 1 + Number(isAsked) + Number(isDone),
    procedures: isAsked
      ? [
          {
            ...{ kind: 'correction', legalBasis: '行政许可法第三十二条', plannedDays: 1, startedAt: iso(papersFrom) },
            endedAt: isDone ? iso(finishedAt) : null,
          },
        ]
      : [],
    ...(isDone && { finishedAt: iso(finishedAt), outcome: '1' }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
