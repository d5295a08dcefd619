import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ExchangeReceipt, type ExchangeCase, type ExchangeSourceInput } from '#contract/exchange.ts';
import type { Bilingual } from '#contract/ids.ts';
import { ServiceItem, type ServiceItemInput } from '#contract/registers.ts';
import { Random } from '#lib/random.ts';
import type { Rest } from './rest.ts';

const DAY_MS = 24 * 3600_000;
const ZONE_MS = 8 * 3600_000;
const DAYS_BACK = 35;
const CASES_A_DAY = 12;
const AGAIN_MS = 60_000;
const SOURCE = 'demo-approvals';

interface DemoDepartment {
  id: string;
  name: Bilingual;
  items: { id: string; code: string; name: Bilingual; promised: number; statutory: number }[];
}

const departments: DemoDepartment[] = [
  {
    id: 'market',
    name: { zh: '市场监督管理局', en: 'Market regulation' },
    items: [
      {
        id: 'food-licence',
        code: 'SP-01',
        name: { zh: '食品经营许可', en: 'Food licence' },
        promised: 7,
        statutory: 20,
      },
      {
        id: 'company',
        code: 'QY-01',
        name: { zh: '企业设立登记', en: 'Company registration' },
        promised: 1,
        statutory: 3,
      },
    ],
  },
  {
    id: 'planning',
    name: { zh: '自然资源和规划局', en: 'Planning' },
    items: [
      {
        id: 'site-permit',
        code: 'GH-02',
        name: { zh: '用地规划许可', en: 'Site permit' },
        promised: 10,
        statutory: 20,
      },
    ],
  },
  {
    id: 'civil',
    name: { zh: '民政局', en: 'Civil affairs' },
    items: [
      {
        id: 'association',
        code: 'MZ-05',
        name: { zh: '社会团体登记', en: 'Association' },
        promised: 15,
        statutory: 60,
      },
    ],
  },
];
const items = departments.flatMap((department) => department.items);
const steps = [
  { id: 'review', name: { zh: '审查', en: 'Review' } },
  { id: 'decision', name: { zh: '决定', en: 'Decision' } },
];

/**
 * An approval system of the demo city. It knows the product by its REST interface alone: registers what it stands for, then
 * hands over the last weeks' cases, and again every minute what they are by then. Most end in time.
 */
export class DemoCases {
  readonly #rest: Rest;
  readonly #origin: string;
  readonly #hallId: string;
  readonly #regionId: string;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(rest: Rest, origin: string, hall: { id: string; regionId: string }) {
    this.#rest = rest;
    this.#origin = origin;
    this.#hallId = hall.id;
    this.#regionId = hall.regionId;
  }

  /** Says how many cases were handed over. */
  async start(): Promise<number> {
    await this.#register();
    const { key } = await this.#rest.post(`/api/exchange/sources/${SOURCE}/key`, {}, z.object({ key: z.string() }));
    const { rows } = await this.#handOver(key);
    this.#timer = setInterval(() => void this.#handOver(key).catch(() => undefined), AGAIN_MS);
    this.#timer.unref();
    return rows;
  }

  async #register(): Promise<void> {
    const known = await this.#rest.get('/api/service-items', z.array(ServiceItem));
    const validFrom = '2026-01-01T00:00:00+08:00';
    for (const { id, name, items } of departments) {
      await this.#rest.send('PUT', `/api/departments/${id}`, {
        id,
        name,
        regionId: this.#regionId,
        hallId: this.#hallId,
      });
      for (const item of items) {
        if (known.some((each) => each.id === item.id)) continue;
        const { promised, statutory } = item;
        const input: ServiceItemInput = {
          ...{ name: item.name, promised, statutory, departmentId: id, typeId: 'licence' },
          ...{ counting: 'day' as const, steps, validFrom },
        };
        await this.#rest.send('PUT', `/api/service-items/${item.id}`, input);
      }
    }
    const source: ExchangeSourceInput = {
      name: { zh: '市统一审批平台', en: 'City approval platform' },
      departmentIds: departments.map(({ id }) => id),
      codes: { items: Object.fromEntries(items.map(({ code, id }) => [code, id])), outcomes: { '1': 'approved' } },
    };
    await this.#rest.send('PUT', `/api/exchange/sources/${SOURCE}`, source);
  }

  async #handOver(key: string): Promise<ExchangeReceipt> {
    const body = JSON.stringify({ cases: casesUntil(Date.now()) });
    const answer = await fetch(`${this.#origin}/api/exchange/cases`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hallwatch-source': SOURCE,
        'x-hallwatch-signature': createHmac('sha256', key).update(body).digest('hex'),
      },
      body,
    });
    return ExchangeReceipt.parse(await answer.json());
  }
}

/** Cases of the last weeks as they stand at `now`: the same at every start, so that nothing comes twice. */
export function casesUntil(now: number): z.input<typeof ExchangeCase>[] {
  const today = Math.floor((now + ZONE_MS) / DAY_MS);
  const days = Array.from({ length: DAYS_BACK }, (_, i) => today - DAYS_BACK + 1 + i).filter(isWeekday);
  return days.flatMap((day) =>
    Array.from({ length: CASES_A_DAY }, (_, i) => demoCase(day, i)).flatMap((life) => asOf(life, now)),
  );
}

interface DemoCase {
  number: string;
  code: string;
  acceptedAt: number;
  reviewAt: number;
  /** Of a correction 补正; null: none. */
  papers: { from: number; until: number } | null;
  finishedAt: number;
}

function demoCase(day: number, i: number): DemoCase {
  const random = new Random(day * 1000 + i);
  const item = random.pick(items);
  const acceptedAt = day * DAY_MS - ZONE_MS + 9 * 3600_000 + Math.floor(random.between(0, 7 * 3600)) * 1000;
  // Promises are working days; one in twelve takes far longer.
  const share = random.chance(1 / 12) ? random.between(1.6, 3.6) : random.between(0.2, 0.8);
  const lasts = Math.max(0.1, item.promised * share * 1.4) * DAY_MS;
  const papers = random.chance(0.1) ? { from: acceptedAt + 0.2 * lasts, until: acceptedAt + 0.5 * lasts } : null;
  return {
    number: `${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}-${String(i + 1).padStart(3, '0')}`,
    code: item.code,
    acceptedAt,
    reviewAt: acceptedAt + 0.1 * lasts,
    papers,
    finishedAt: acceptedAt + lasts,
  };
}

/** What its system knows of it by then; each thing that happens is a revision. */
function asOf({ number, code, papers, ...at }: DemoCase, now: number): z.input<typeof ExchangeCase>[] {
  if (at.acceptedAt > now) return [];
  const events = [at.acceptedAt, at.reviewAt, at.finishedAt, ...(papers ? [papers.from, papers.until] : [])];
  const asked = papers && papers.from <= now;
  return [
    {
      number,
      revision: events.filter((each) => each <= now).length,
      item: code,
      acceptedAt: iso(at.acceptedAt),
      steps: at.reviewAt <= now ? [{ step: 'review', at: iso(at.reviewAt) }] : [],
      procedures: asked
        ? [
            {
              ...{
                kind: 'correction',
                legalBasis: '行政许可法第三十二条',
                plannedDays: 3,
                startedAt: iso(papers.from),
              },
              endedAt: papers.until <= now ? iso(papers.until) : null,
            },
          ]
        : [],
      ...(at.finishedAt <= now && { finishedAt: iso(at.finishedAt), outcome: '1' }),
    },
  ];
}

function isWeekday(day: number): boolean {
  // 1970-01-01 was a Thursday.
  return (day + 3) % 7 < 5;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
