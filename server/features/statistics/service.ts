import type { Department, ServiceItem } from '#contract/registers.ts';
import type { Hall, Region } from '#contract/places.ts';
import type { Statistics, StatisticsQuery, VolumeRow } from '#contract/statistics.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { monthOf, monthSpan } from '#lib/month.ts';
import { seenRegions, type Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { COUNTS } from './counts-sql.ts';
import { MONTHS_BEFORE, monthsUntil, rowOf, volumeOf, type Counted } from './volumes.ts';
import { statisticsWorkbook } from './workbook.ts';

export interface StatisticsDeps {
  db: Database;
  clock: Clock;
  halls: { regions(): readonly Region[]; list(): readonly Hall[] };
  registers: {
    department(id: string): Department | undefined;
    items(): readonly ServiceItem[];
  };
}

/** Supervision statistics 监察统计 of a month: regions beside each other, and down to departments and items. */
export class StatisticsService {
  readonly #deps: StatisticsDeps;

  constructor(deps: StatisticsDeps) {
    this.#deps = deps;
  }

  /** Cut to what may be seen. Throws NOT_FOUND for a region or department that is not there. */
  async of(query: StatisticsQuery, rights: Rights): Promise<Statistics> {
    const { clock } = this.#deps;
    const path = this.#pathTo(query, rights);
    const months = monthsUntil(query.month, MONTHS_BEFORE);
    const now = clock.now();
    const span = { months, running: query.month >= monthOf(now) };
    const all = await this.#counted(query, months, rights, now);
    const within =
      query.regionId === undefined ? all : all.filter(({ regionId }) => this.#lies(regionId, query.regionId!));
    const rows = [...Map.groupBy(within, (each) => this.#placeOf(each, query))]
      .filter(([place]) => place !== '')
      .map(([place, counted]): VolumeRow => {
        const [of, id] = place.split(' ') as [VolumeRow['of'], string];
        return { of, id, ...rowOf(counted, span) };
      });
    return {
      ...{ month: query.month, path, total: rowOf(within, span) },
      rows: rows.sort((a, b) => b.figures.accepted - a.figures.accepted || (a.id < b.id ? -1 : 1)),
      months: months.map((month) => ({ month, figures: volumeOf(within, month) })),
    };
  }

  /** The same as a workbook. Throws NOT_FOUND. */
  async workbook(query: StatisticsQuery, rights: Rights, language: 'zh-CN' | 'en'): Promise<Buffer> {
    const { halls, registers } = this.#deps;
    const nameOf = ({ of, id }: { of: string; id: string }) =>
      (of === 'department'
        ? registers.department(id)
        : (of === 'item' ? registers.items() : halls.regions()).find((each) => each.id === id)
      )?.name ?? { zh: id, en: id };
    return statisticsWorkbook(await this.of(query, rights), nameOf, language);
  }

  #counted(query: StatisticsQuery, months: readonly string[], rights: Rights, now: number): Promise<Counted[]> {
    const [from, until] = [monthSpan(months[0]!)[0], monthSpan(query.month)[1]];
    const within = rights.within('case.view');
    const current = query.month === monthOf(now) ? query.month : '';
    const reach = [within?.hallIds ?? null, within?.regionIds ?? null];
    const asked = [from, until, ...reach, query.departmentId ?? null, current, new Date(now).toISOString(), months];
    return this.#deps.db.query<Counted>(COUNTS, asked);
  }

  /** The row to which something counts: the region or department below the one that is looked at, or the item. */
  #placeOf({ regionId, departmentId, itemId }: Counted, query: StatisticsQuery): string {
    if (query.departmentId !== undefined) return itemId ? `item ${itemId}` : '';
    const above = this.#above(regionId);
    const below = query.regionId === undefined ? above[0] : above[above.indexOf(query.regionId) + 1];
    if (below !== undefined) return `region ${below}`;
    return departmentId === null ? '' : `department ${departmentId}`;
  }

  #lies(regionId: string, within: string): boolean {
    return this.#above(regionId).includes(within);
  }

  /** The region with all above it, the highest first. */
  #above(regionId: string): string[] {
    const regions = this.#deps.halls.regions();
    const above: string[] = [];
    for (let at: string | null = regionId; at !== null; at = regions.find(({ id }) => id === at)?.parentId ?? null)
      above.unshift(at);
    return above;
  }

  #pathTo({ regionId, departmentId }: StatisticsQuery, rights: Rights): Statistics['path'] {
    const { halls, registers } = this.#deps;
    const department = departmentId === undefined ? undefined : registers.department(departmentId);
    const { hallId = null, regionId: lowest = regionId } = department ?? {};
    const seen = seenRegions(rights, 'case.view', { regions: halls.regions(), halls: halls.list() });
    const isSeen =
      (departmentId === undefined || department !== undefined) &&
      (lowest === undefined || seen.some(({ id }) => id === lowest)) &&
      (hallId === null || rights.mayIn('case.view', hallId));
    if (!isSeen) throw new AppError('NOT_FOUND', departmentId ?? regionId);
    const regions = lowest === undefined ? [] : this.#above(lowest).map((id) => ({ of: 'region' as const, id }));
    return [...regions, ...(department ? [{ of: 'department' as const, id: department.id }] : [])];
  }
}
