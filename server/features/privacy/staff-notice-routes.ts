import { z } from 'zod';
import {
  StaffNotice,
  StaffNoticeInput,
  StaffNoticeRead,
  StaffNoticeState,
  StaffNoticeVersion,
} from '#contract/staff-notice.ts';
import type { App } from '../../http/app-type.ts';
import type { StaffNotices } from './staff-notices.ts';

const tags = ['privacy'];
const own = { session: true } as const;
const at = '/api/staff-notice';

/** REST of what staff are told, and that they have read it. */
export function staffNoticeRoutes(app: App, { staffNotices }: { staffNotices: StaffNotices }): void {
  app.get(at, { config: own, schema: { tags, response: { 200: StaffNoticeState } } }, ({ account }) =>
    staffNotices.stateFor(account!.username),
  );

  app.post(
    at,
    {
      config: { needs: 'rule.manage', confirmed: true },
      schema: {
        tags,
        summary: 'Publishes the next version, which everybody acknowledges anew',
        body: StaffNoticeInput,
        response: { 201: StaffNotice },
      },
    },
    async ({ body, account }, reply) => reply.code(201).send(await staffNotices.publish(body.text, account!.username)),
  );

  app.post(
    `${at}/acknowledgements`,
    { config: own, schema: { tags, body: StaffNoticeRead, response: { 204: z.undefined() } } },
    async ({ body, account }, reply) => {
      await staffNotices.acknowledge(body.version, account!.username);
      return reply.code(204).send();
    },
  );

  app.get(
    `${at}/versions`,
    { config: { needs: 'rule.manage' }, schema: { tags, response: { 200: z.array(StaffNoticeVersion) } } },
    () => staffNotices.versions(),
  );
}
