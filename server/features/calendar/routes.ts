import { z } from 'zod';
import {
  CalendarAnswer,
  CalendarQuery,
  HallTimetable,
  Notice,
  NoticeInput,
  OpeningAnswer,
  OpeningQuery,
} from '#contract/calendar.ts';
import { HallId, Ulid } from '#contract/ids.ts';
import type { Hall, Region } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { seenRegions, type Rights } from '#lib/rights.ts';
import type { App } from '../../http/app-type.ts';
import type { CalendarService } from './service.ts';

const tags = ['calendar'];
const view = { needs: 'calendar.view' } as const;
/** The nation's notices or a region's: the handler knows whose. */
const manage = { needs: 'calendar.manage', of: 'handler' } as const;
const viewHall = { needs: 'hall.view', of: 'hall' } as const;
const manageHall = { needs: 'hall.manage', of: 'hall' } as const;
const hallParams = z.object({ id: HallId });
const MAX_OPENING_MS = 400 * 24 * 3600 * 1000;

export interface CalendarRoutesDeps {
  calendar: CalendarService;
  halls: { regions(): Region[]; list(): Hall[] };
}

/** REST of the working calendar and of opening hours. */
export function calendarRoutes(app: App, { calendar, halls }: CalendarRoutesDeps): void {
  /** The nation, and the regions that somebody sees. */
  function regionsFor(rights: Rights): ReadonlySet<string | null> {
    const places = { regions: halls.regions(), halls: halls.list() };
    return new Set([null, ...seenRegions(rights, 'calendar.view', places).map(({ id }) => id)]);
  }

  app.get(
    '/api/calendar',
    {
      config: view,
      schema: {
        tags,
        summary: 'What days are to work, in the nation or in a region',
        querystring: CalendarQuery,
        response: { 200: CalendarAnswer },
      },
    },
    ({ query: { from, until, regionId }, rights }) => {
      if (regionId !== undefined && !regionsFor(rights).has(regionId)) throw new AppError('NOT_FOUND', regionId);
      return calendar.days(from, until, regionId);
    },
  );

  app.get(
    '/api/calendar/notices',
    {
      config: view,
      schema: { tags, summary: 'Notices, in the order in which they came', response: { 200: z.array(Notice) } },
    },
    ({ rights }) => {
      const regionIds = regionsFor(rights);
      return calendar.notices().filter(({ regionId }) => regionIds.has(regionId));
    },
  );

  app.post(
    '/api/calendar/notices',
    {
      config: manage,
      schema: {
        tags,
        summary: 'Imports a notice; where two speak of a day, the later one counts',
        body: NoticeInput,
        response: { 201: Notice },
      },
    },
    async ({ body, account, rights }, reply) => {
      if (!rights.mayInRegion('calendar.manage', body.regionId)) throw new AppError('FORBIDDEN', 'regionId');
      return reply.code(201).send(await calendar.addNotice(body, account!.username));
    },
  );

  app.delete(
    '/api/calendar/notices/:id',
    {
      config: manage,
      schema: { tags, params: z.object({ id: Ulid }), response: { 204: z.undefined() } },
    },
    async ({ params, rights }, reply) => {
      const notice = calendar.notices().find(({ id }) => id === params.id);
      if (notice && !rights.mayInRegion('calendar.manage', notice.regionId)) throw new AppError('NOT_FOUND', params.id);
      await calendar.removeNotice(params.id);
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/halls/:id/timetable',
    {
      config: viewHall,
      schema: { tags, summary: 'Opening hours of a hall', params: hallParams, response: { 200: HallTimetable } },
    },
    ({ params }) => calendar.timetable(params.id),
  );

  app.put(
    '/api/halls/:id/timetable',
    {
      config: manageHall,
      schema: {
        tags,
        summary: 'Replaces the opening hours of a hall',
        params: hallParams,
        body: HallTimetable,
        response: { 200: HallTimetable },
      },
    },
    ({ params, body }) => calendar.putTimetable(params.id, body),
  );

  app.get(
    '/api/halls/:id/opening',
    {
      config: viewHall,
      schema: {
        tags,
        summary: 'When a hall is open',
        params: hallParams,
        querystring: OpeningQuery,
        response: { 200: OpeningAnswer },
      },
    },
    ({ params: { id }, query }) => {
      const [from, until] = [Date.parse(query.from), Date.parse(query.until)];
      if (from > until || until - from > MAX_OPENING_MS) {
        throw new AppError('REQUEST_INVALID', [{ path: 'until', message: 'ask for 0 to 400 days' }]);
      }
      const spans = calendar.spans(id, from, until)?.map((span) => ({ from: iso(span.from), until: iso(span.until) }));
      return { hallId: id, spans: spans ?? null, provisional: calendar.isProvisional(id, from, until) };
    },
  );
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
