import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { ExchangeReceipt, type ExchangeCase, type ExchangeSourceInput } from '#contract/exchange.ts';
import type { Bilingual } from '#contract/ids.ts';
import { ServiceItem, type ServiceItemInput } from '#contract/registers.ts';
import { Random } from '#lib/random.ts';
import { lateCases, liveCases, liveItem } from './live-cases.ts';
import type { Rest } from './rest.ts';

const DAY_MS = 24 * 3600_000;
const ZONE_MS = 8 * 3600_000;
const DAYS_BACK = 35;
const CASES_A_DAY = 12;
const AGAIN_MS = 60_000;
const SOURCE = 'demo-approvals';
const COUNTER = 'residence';

type Row = z.input<typeof ExchangeCase>;

interface DemoPlace {
  id: string;
  regionId: string;
  windows: readonly { id: string }[];
}

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
 * Approval systems of the demo city. They know the product by its REST interface alone: register what they stand for, hand
 * over the last weeks' cases, and again every minute what they are by then. Most end in time. Of those that do not, cards
 * are proposed: of the last weeks' all with the excuse that nobody could be warned; of a counter that works while the
 * demo runs mostly clean ones, and some that a pause for papers, an outage or a silent system may excuse.
 */
export class DemoCases {
  readonly #rest: Rest;
  readonly #origin: string;
  readonly #hall: DemoPlace;
  readonly #counter: DemoPlace;
  readonly #since = Date.now();
  #timer: ReturnType<typeof setInterval> | null = null;

  /** `hall` has the departments, `counter` the one that works at once. */
  constructor(rest: Rest, origin: string, { hall, counter }: { hall: DemoPlace; counter: DemoPlace }) {
    this.#rest = rest;
    this.#origin = origin;
    this.#hall = hall;
    this.#counter = counter;
  }

  /** Says how many cases were handed over. */
  async start(): Promise<number> {
    await this.#register();
    const since = this.#since;
    const windows = this.#counter.windows.map(({ id }) => id);
    const main = await this.#source(SOURCE, { zh: '市统一审批平台', en: 'City approval platform' });
    const troubled = await this.#source('demo-counter', { zh: '窗口自建系统', en: 'System of the counter' });
    const silent = await this.#source('demo-silent', { zh: '街道自建系统', en: 'System of the streets' });
    const outage = { sourceId: 'demo-counter', beganAt: iso(since - 20 * 60_000), endedAt: iso(since) };
    await this.#rest.send('POST', '/api/outages', { ...outage, note: '光缆中断 · cut cable' });
    const handOver = async () => {
      const now = Date.now();
      await troubled(lateCases('C', since - 5 * 60_000, now));
      return main([...casesUntil(now), ...liveCases(since, now, windows)]);
    };
    await silent(lateCases('S', since, since));
    const { rows } = await handOver();
    this.#timer = setInterval(() => void handOver().catch(() => undefined), AGAIN_MS);
    this.#timer.unref();
    return rows;
  }

  async #register(): Promise<void> {
    const known = await this.#rest.get('/api/service-items', z.array(ServiceItem));
    const add = async (departmentId: string, id: string, item: Omit<ServiceItemInput, 'departmentId'>) => {
      if (known.some((each) => each.id === id)) return;
      await this.#rest.send('PUT', `/api/service-items/${id}`, { ...item, departmentId });
    };
    const department = (id: string, name: Bilingual, { id: hallId, regionId }: DemoPlace) =>
      this.#rest.send('PUT', `/api/departments/${id}`, { id, name, regionId, hallId });
    const validFrom = '2026-01-01T00:00:00+08:00';
    for (const { id, name, items } of departments) {
      await department(id, name, this.#hall);
      for (const { id: itemId, name, promised, statutory } of items) {
        const counted = { typeId: 'licence', counting: 'day' as const, promised, statutory };
        await add(id, itemId, { ...counted, name, steps, validFrom });
      }
    }
    await this.#registerEnforcement();
    await this.#registerStaff();
    const around = [{ from: '00:00', until: '24:00' }];
    const timetable = { validFrom: '2026-01-01', weekly: Array(7).fill(around), makeUp: around, holiday: around };
    await this.#rest.send('PUT', `/api/halls/${this.#counter.id}/timetable`, { timetables: [timetable], days: [] });
    await department(COUNTER, { zh: '户籍窗口', en: 'Residence counter' }, this.#counter);
    await add(COUNTER, liveItem.id, liveItem.input);
  }

  /** Whose officers may do what, and to whom. */
  async #registerEnforcement(): Promise<void> {
    const departmentId = 'market';
    const valid = { validFrom: '2025-01-01', validUntil: '2029-12-31' };
    const officers = { 'YZ-03-0117': '陈立', 'YZ-03-0142': '周敏' };
    for (const [certificate, name] of Object.entries(officers))
      await this.#rest.send('PUT', `/api/officers/${certificate}`, { certificate, name, departmentId, ...valid });
    const acts = [
      {
        ...{ id: 'food-unlicensed', kind: 'penalty', legalBasis: '食品安全法第一百二十二条' },
        name: { zh: '未经许可从事食品经营的处罚', en: 'Fine for selling food without a licence' },
      },
      {
        ...{ id: 'food-inspection', kind: 'inspection', legalBasis: '食品安全法第一百一十条' },
        name: { zh: '食品经营监督检查', en: 'Inspection of food businesses' },
      },
    ];
    for (const act of acts) await this.#rest.send('PUT', `/api/enforcement-acts/${act.id}`, { ...act, departmentId });
    const parties = [
      { code: '91990000MA0DEMO01X', kind: 'organisation', name: '云州市惠民食品店（演示）' },
      { code: '91990000MA0DEMO02X', kind: 'organisation', name: '云州市永新超市有限公司（演示）' },
    ];
    for (const party of parties) await this.#rest.send('PUT', `/api/parties/${party.code}`, { ...party, departmentId });
  }

  /** Who sits at its windows, by the numbers with which they sign in there. */
  async #registerStaff(): Promise<void> {
    for (const [i, name] of ['王芳', '李娜', '张伟', '刘洋', '赵敏', '孙磊', '周静', '吴强'].entries()) {
      const number = `u${1001 + i}`;
      const departmentId = departments[i % departments.length]!.id;
      await this.#rest.send('PUT', `/api/staff/${number}`, { number, name, departmentId, post: '综合窗口' });
    }
  }

  /** Registers an approval system, and gives what hands over its cases. */
  async #source(id: string, name: Bilingual): Promise<(cases: Row[]) => Promise<ExchangeReceipt>> {
    const codes = Object.fromEntries([...items, liveItem].map((item) => [item.code, item.id]));
    const source: ExchangeSourceInput = {
      name,
      departmentIds: [...departments.map((each) => each.id), COUNTER],
      codes: { items: codes, outcomes: { '1': 'approved' } },
    };
    await this.#rest.send('PUT', `/api/exchange/sources/${id}`, source);
    const { key } = await this.#rest.post(`/api/exchange/sources/${id}/key`, {}, z.object({ key: z.string() }));
    return async (cases) => {
      const body = JSON.stringify({ cases });
      const answer = await fetch(`${this.#origin}/api/exchange/cases`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hallwatch-source': id,
          'x-hallwatch-signature': createHmac('sha256', key).update(body).digest('hex'),
        },
        body,
      });
      return ExchangeReceipt.parse(await answer.json());
    };
  }
}

/** Cases of the last weeks as they stand at `now`: the same at every start, so that nothing comes twice. */
export function casesUntil(now: number): Row[] {
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
function asOf({ number, code, papers, ...at }: DemoCase, now: number): Row[] {
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
