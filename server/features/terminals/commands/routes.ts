import { z } from 'zod';
import { DeviceId, HallId } from '#contract/ids.ts';
import { TerminalKind } from '#contract/mqtt.ts';
import { CommandInput, TerminalCommand } from '#contract/terminal-commands.ts';
import type { App } from '../../../http/app-type.ts';
import type { TerminalCommands } from './commands.ts';

const tags = ['terminals'];
const path = '/api/terminals/:hallId/:kind/:deviceId/commands';
const params = z.object({ hallId: HallId, kind: TerminalKind, deviceId: DeviceId });
const Limit = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) });

/** REST of commands to terminals. */
export function commandRoutes(app: App, { commands }: { commands: TerminalCommands }): void {
  app.post(
    path,
    {
      config: { needs: 'terminal.command', of: 'hall' },
      schema: {
        ...{ tags, params, body: CommandInput, response: { 200: TerminalCommand } },
        summary: 'Tells a terminal to do something; answered when the terminal has, or after ten seconds',
      },
    },
    ({ params, body, account }) => commands.give(params, body, account!.username),
  );

  app.get(
    path,
    {
      config: { needs: 'terminal.view', of: 'hall' },
      schema: { tags, params, querystring: Limit, response: { 200: z.array(TerminalCommand) } },
    },
    ({ params, query }) => commands.list(params, query.limit),
  );
}
